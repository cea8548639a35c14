"""The command align: its files, its one line, and what it says of wrong use."""

from __future__ import annotations

import csv
import shutil
from collections import Counter
from pathlib import Path

import pytest
from towns import synthetic_towns

from dutygraph.align.records import ALIGNMENT
from dutygraph.align.sssom import read_sssom
from dutygraph.build import Edition, SourceFile, load_into
from dutygraph.cli import cli, main
from dutygraph.cli.aligning import align
from dutygraph.model import DutyList
from dutygraph.rdf import read_graph_file
from dutygraph.store import Embedded

FILES = ["alignment.csv", "alignment.sssom.tsv", "alignment.trig", "concepts.csv"]


@pytest.fixture(autouse=True)
def command() -> None:
    if "align" not in cli.commands:
        cli.add_command(align)


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory, real_list: DutyList) -> Path:
    """A store of the real list and two towns that were made from it."""
    folder = tmp_path_factory.mktemp("stores") / "store"
    lists = [real_list, *synthetic_towns(real_list, 2)]
    with Embedded.create(folder) as store:
        load_into(store, (Edition(SourceFile(Path("x")), one) for one in lists))
    return folder


@pytest.fixture
def store(built: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(built, tmp_path / "store"))


def rows(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def test_the_real_list_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["align", "-o", str(tmp_path / "out"), "--lang", "en"]) == 0
    out, err = capsys.readouterr()
    assert out == f"{tmp_path / 'out'}\n"
    assert err == (
        "266 items of 1 list: 266 duty concepts, 0 of them in several towns; 0 merged or divided, "
        "0 uncertain\n"
    )
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == FILES


def test_three_towns(store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out = tmp_path / "out"
    assert main(["align", "--store", str(store), "-o", str(out), "--lang", "zh"]) == 0
    said = capsys.readouterr().err
    assert said.startswith("3 份清单 ")
    assert said.count("\n") == 1
    found = rows(out / "alignment.csv")
    main_rows = [row for row in found if row["relation"] in ("exact", "reworded")]
    # The towns were made from the real list, so most of its items are theirs too.
    lists = Counter(row["concept"] for row in main_rows)
    assert len([n for n in lists.values() if n == 3]) > 180
    concepts = rows(out / "concepts.csv")
    assert [int(row["items"]) for row in concepts] == [lists[row["concept"]] for row in concepts]
    simulated = [r for r in concepts if "/synthetic/" in r["concept"]]
    real = {row["concept"] for row in main_rows if row["division"] == "653131101"}
    assert real.isdisjoint(row["concept"] for row in simulated)
    mappings = read_sssom(out / "alignment.sssom.tsv")
    assert (len(mappings.records), mappings.problems) == (len(found), ())
    quads = read_graph_file(out / "alignment.trig")
    assert {quad.graph_name.value for quad in quads} == {ALIGNMENT}
    # The same again, byte for byte.
    again = tmp_path / "again"
    assert main(["align", "--store", str(store), "-o", str(again)]) == 0
    for name in FILES:
        assert (out / name).read_bytes() == (again / name).read_bytes()


def test_saving_keeps_the_concepts(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    common = ["align", "--store", str(store), "--save", "--lang", "en"]
    assert main([*common, "--town", "653131101", "-o", str(tmp_path / "one")]) == 0
    with Embedded.open(store) as opened:
        assert len(opened.graph(ALIGNMENT)) > 266
        assert len(opened.graphs()) == 5  # three lists, the reference data and this
    assert main([*common, "-o", str(tmp_path / "all")]) == 0
    before = {row["concept"] for row in rows(tmp_path / "one" / "concepts.csv")}
    after = {row["concept"]: row for row in rows(tmp_path / "all" / "concepts.csv")}
    assert before <= after.keys()
    assert {after[iri]["known"] for iri in before} == {"true"}
    capsys.readouterr()
    # The editions are still what they were.
    assert main(["query", "lists", "--store", str(store), "--format", "csv"]) == 0
    assert capsys.readouterr().out.count("\n") == 4


def test_decisions_and_concepts_of_ones_own(
    store: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    decisions = tmp_path / "my.sssom.tsv"
    item = "dgid:item/653131101/2025-07/basic/27"
    decisions.write_text(
        "#curie_map:\n#  dgid: https://w3id.org/dutygraph/id/\n#mapping_set_id: https://x/1\n"
        "#license: https://x/2\n"
        "subject_id\tpredicate_id\tobject_id\tobject_label\tmapping_justification\n"
        f"{item}\tskos:closeMatch\tdgid:concept/mine\t\tsemapv:ManualMappingCuration\n"
        f"{item}x\tskos:closeMatch\tdgid:concept/mine\t\tsemapv:ManualMappingCuration\n"
        f"{item.replace('2025-07', '2020-01')}\tskos:closeMatch\tdgid:concept/mine\t\t"
        "semapv:ManualMappingCuration\n",
        encoding="utf-8",
    )
    concepts = tmp_path / "concepts.csv"
    concepts.write_text(
        "concept,label\nhttps://w3id.org/dutygraph/id/concept/mine,拥军优属\n", encoding="utf-8"
    )
    out = tmp_path / "out"
    given = ["--decisions", str(decisions), "--concepts", str(concepts), "--date", "2026-01-31"]
    assert main(["align", "--store", str(store), *given, "-o", str(out), "--lang", "en"]) == 0
    lines = capsys.readouterr().err.splitlines()
    assert lines[0] == "1 decisions are about lists that are not aligned here"
    assert lines[1].startswith(f"dutygraph: {decisions}, line 7: there is no item <")
    assert len(lines) == 3
    row = next(
        r
        for r in rows(out / "alignment.csv")
        if (r["division"], r["list"], r["key"]) == ("653131101", "basic", "27")
    )
    assert (row["label"], row["relation"]) == ("拥军优属", "reworded")
    assert row["justification"] == "semapv:ManualMappingCuration"
    assert {r.date for r in read_sssom(out / "alignment.sssom.tsv").records} == {"2026-01-31"}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--edition", "2025-07", "--all-editions"], "--edition and --all-editions exclude"),
        (["--save"], "--save needs a store folder"),
        (["--save", "--store", "no-such-folder"], "no such store folder"),
        (["--date", "31.1.2026"], "'31.1.2026' is no date (YYYY-MM-DD)"),
        (["--town", "Atlantis"], "unknown town 'Atlantis'"),
        (["--decisions", "no-such-file"], "no-such-file: cannot be read"),
        (["--concepts", "no-such-file"], "no-such-file: cannot be read"),
    ],
)
def test_wrong_use(
    arguments: list[str], message: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["align", "-o", str(tmp_path / "out"), *arguments]) == 2
    err = capsys.readouterr().err
    assert err.startswith("dutygraph: ")
    assert message in err
    assert err.count("\n") == 1
    assert not (tmp_path / "out").exists()
