"""The command compare."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from dutygraph.cli.comparing import compare
from dutygraph.errors import DutyGraphError, UnknownNameError, UsageError

REAL = Path(__file__).resolve().parent.parent / "data/sources/653131101-2025-07/list.txt"


@pytest.fixture(scope="module")
def earlier(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The real document with another date, one title reworded and one item less."""
    text = REAL.read_text(encoding="utf-8")
    text = text.replace("2025年7月", "2023年7月", 1).replace("开展水土保持", "做好水土保持", 1)
    lines = [line for line in text.split("\n") if not line.startswith("121\t综合政务\t")]
    path = tmp_path_factory.mktemp("earlier") / "list.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return path


def run(*arguments: str | Path) -> Result:
    pytest.importorskip("sklearn")
    result = CliRunner().invoke(compare, [str(one) for one in arguments], catch_exceptions=True)
    if isinstance(result.exception, DutyGraphError):
        raise result.exception
    assert result.exit_code == 0, result.output
    return result


def test_a_document_and_a_town(earlier: Path) -> None:
    result = run(earlier, "653131101", "--lang", "en")
    lines = result.stdout.split("\n")
    assert lines[0] == (
        "- 塔吉克阿巴提镇: from 2023-07 (265 items) to 2025-07 (266 items), 264 duties were kept as they "
        "were, 1 reworded, 0 moved to another list, 1 added and 0 dropped."
    )
    # One reworded, one new, and three whose methods leave work to the town.
    assert "(5 rows)" in result.stdout
    assert "cooperative 59" in result.stdout
    assert "findings while reading" in result.stderr


def test_chinese(earlier: Path) -> None:
    result = run(earlier, "653131101", "--lang", "zh")
    assert result.stdout.startswith(
        "- 塔吉克阿巴提镇：从 2023-07 版（265 项）到 2025-07 版（266 项）"
    )


def test_csv_is_the_whole_table(earlier: Path) -> None:
    rows = list(csv.DictReader(run(earlier, REAL, "--format", "csv").stdout.splitlines()))
    assert len(rows) == 266
    assert [row["key_b"] for row in rows if row["kind"] == "only_b"] == ["121"]
    (changed,) = [row for row in rows if row["reworded"] == "true"]
    assert changed["diff"] == "[-做好-]{+开展+}水土保持宣传和教育工作"
    # Both lead to their line: a line is missing behind it only.
    lines = REAL.read_text(encoding="utf-8").split("\n")
    assert changed["title_b"] in lines[int(changed["line_b"]) - 1]
    assert (
        changed["title_a"]
        in earlier.read_text(encoding="utf-8").split("\n")[int(changed["line_a"]) - 1]
    )


def test_json_and_folder(earlier: Path, tmp_path: Path) -> None:
    content = json.loads(run(earlier, REAL, "--format", "json").stdout)
    assert content["format"] == "dutygraph-comparison"
    result = run(earlier, REAL, "-o", tmp_path / "out", "--lang", "zh")
    assert result.stdout.strip() == str(tmp_path / "out" / "index.html")
    assert (tmp_path / "out" / "tables.xlsx").is_file()


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["653131101"], "has one edition only, 2025-07"),
        ([], "has one edition only, 2025-07"),
        (["653131101", "塔吉克阿巴提镇"], "the same list twice"),
        ([str(REAL), "653131101"], "the same list twice"),
        (["653131101", "x", "--decisions", "missing.tsv"], "missing.tsv: no such file"),
    ],
)
def test_wrong_use(arguments: list[str], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        run(*arguments)


@pytest.mark.parametrize(
    ("arguments", "kind"),
    [
        (["653131101", "nowhere"], "town"),
        (["653131101@2001-01", "653131101"], "edition"),
        (["653131101", "--format", "xml"], "format"),
    ],
)
def test_unknown_names(arguments: list[str], kind: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        run(*arguments)
    assert caught.value.kind == kind
    assert caught.value.known
