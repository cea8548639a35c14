"""A report on several towns: all of them, what they have in common, and which stand out."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
import towns
from hand import store_of
from test_page import outline

from dutygraph.cli import main
from dutygraph.model import DutyList
from dutygraph.report.content import choose
from dutygraph.report.write import Written, write_report
from dutygraph.store import Embedded

TOWNS = 12


@pytest.fixture(scope="module")
def store(real_list: DutyList) -> Embedded:
    return store_of(*towns.synthetic_towns(real_list, TOWNS, 1))


@pytest.fixture(scope="module")
def told() -> list[tuple[int, int, str]]:
    return []


@pytest.fixture(scope="module")
def written(
    store: Embedded,
    told: list[tuple[int, int, str]],
    tmp_path_factory: pytest.TempPathFactory,
) -> Written:
    folder = tmp_path_factory.mktemp("across")
    return write_report(
        store, choose(store), folder, lang="en", progress=lambda *args: told.append(args)
    )


def rows(written: Written, name: str) -> list[dict[str, str]]:
    path = written.page.parent / "tables" / f"{name}.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_every_link_leads_somewhere(written: Written) -> None:
    root = written.page.parent
    pages = {path: outline(path.read_text(encoding="utf-8")) for path in root.rglob("*.html")}
    assert len(pages) == TOWNS + 1
    for path, parsed in pages.items():
        assert len(parsed.ids) == len(set(parsed.ids)), path
        for address in parsed.addresses:
            file, _, place = unquote(address).partition("#")
            target = (path.parent / file).resolve() if file else path
            assert target.exists(), address
            if place:
                assert place in pages[target].ids, (path.name, address)


def test_it_says_that_the_lists_are_simulated(written: Written) -> None:
    for path in written.page.parent.rglob("*.html"):
        assert "Synthetic data" in path.read_text(encoding="utf-8") or path == written.page
    assert f"The lists of {TOWNS} towns are synthetic" in written.page.read_text(encoding="utf-8")
    manifest = json.loads((written.page.parent / "manifest.json").read_text(encoding="utf-8"))
    assert [one["synthetic"] for one in manifest["editions"]] == [True] * TOWNS
    assert "synthetic" in (written.page.parent / "report.md").read_text(encoding="utf-8")
    for path in (written.page.parent / "figures").glob("*.svg"):
        assert "with synthetic data" in path.read_text(encoding="utf-8")


def test_tables_hold_all_towns(written: Written) -> None:
    for name in ("department-load", "measures", "items", "duties", "nodes", "edges", "type-load"):
        assert len({row["division"] for row in rows(written, name)}) == TOWNS, name
    assert len(rows(written, "similarity")) == TOWNS * (TOWNS - 1) // 2
    shares: dict[str, float] = {}
    for row in rows(written, "type-load"):
        shares[row["division"]] = shares.get(row["division"], 0) + float(row["share"])
    assert list(shares.values()) == pytest.approx([1] * TOWNS)


def test_the_planted_outlier_is_named(written: Written) -> None:
    page = written.page.read_text(encoding="utf-8")
    start = page.index('class="statements"')
    statements = page[start : page.index("</ol>", start)]
    assert "模拟007乡" in statements
    outlying = {row["division"] for row in rows(written, "outliers") if row["outlying"] == "true"}
    assert rows(written, "towns")[6]["division"] in outlying


def test_intervals_hold_the_means(written: Written) -> None:
    found = [row for row in rows(written, "type-summary") if row["low"]]
    assert len(found) > 100
    for row in found:
        assert float(row["low"]) - 1e-9 <= float(row["mean"]) <= float(row["high"]) + 1e-9


def test_progress_is_told(written: Written, told: list[tuple[int, int, str]]) -> None:
    assert written.files
    assert told[0] == (0, TOWNS, "模拟001乡")
    assert told[-1] == (TOWNS, TOWNS, "")


def test_two_of_them_by_name(
    store: Embedded,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("dutygraph.store.open_packaged", lambda: store)
    command = ["report", "--town", "模拟001乡", "--town", "模拟002乡", "-o", str(tmp_path)]
    assert main(command) == 0
    assert sorted(path.stem for path in (tmp_path / "towns").iterdir()) == [
        one.division for one in choose(store)[:2]
    ]
    assert capsys.readouterr().err == ""
    assert main(["report", "--town", "不存在镇", "-o", str(tmp_path)]) == 2
    error = capsys.readouterr().err
    assert len(error.splitlines()) == 1
    assert "不存在镇" in error


@pytest.mark.parametrize("kind", ["departments", "departments-items", "types-towns"])
def test_the_network_command(
    store: Embedded,
    kind: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    import networkx as nx

    monkeypatch.setattr("dutygraph.store.open_packaged", lambda: store)
    which = [] if kind == "types-towns" else ["--town", "模拟001乡"]
    target = tmp_path / "net.graphml"
    assert main(["network", kind, *which, "-o", str(target)]) == 0
    assert capsys.readouterr().out.strip() == str(target)
    graph = nx.read_graphml(target)
    assert graph.number_of_edges() > 50
    if kind == "types-towns":
        assert graph.graph["towns"] == TOWNS
        assert sum(d["kind"] == "town" for _, d in graph.nodes.data()) == TOWNS
    else:
        assert graph.graph["synthetic"] is True
        assert graph.graph["town"] == "模拟001乡"
    assert main(["network", kind, *which, "-o", str(tmp_path / "all")]) == 0
    assert len(list((tmp_path / "all").iterdir())) == 6


def test_the_network_of_towns_says_which_are_simulated(written: Written) -> None:
    path = written.page.parent / "networks" / "types-towns-nodes.csv"
    with path.open(encoding="utf-8", newline="") as file:
        found = {row["Id"]: row["synthetic"] for row in csv.DictReader(file)}
    assert [v for k, v in found.items() if k.startswith("town/")] == ["true"] * TOWNS


def test_codes_that_lead_elsewhere(real_list: DutyList, tmp_path: Path) -> None:
    few = replace(real_list, items=real_list.items[118:124], claims=(), findings=())
    codes = ["../../pwned", "a/b", "x" * 300, "镇 1"]
    lists = [replace(few, town=replace(few.town, code=code, name=code)) for code in codes]
    with store_of(*lists) as opened:
        written = write_report(opened, choose(opened), tmp_path / "deep" / "report")
    assert {path.parent.name for path in tmp_path.rglob("*.html")} == {"report", "towns"}
    assert len(list((written.page.parent / "towns").iterdir())) == len(codes)
    for address in outline(written.page.read_text(encoding="utf-8")).addresses:
        file = unquote(address.partition("#")[0])
        assert not file or (written.page.parent / file).is_file()


def test_an_edition_that_some_towns_lack_is_said(
    real_list: DutyList,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    few = replace(real_list, items=real_list.items[118:124], claims=(), findings=())
    newer = replace(few, edition="2026-01")
    other = replace(few, town=replace(few.town, code="653131102", name="另一镇"))
    third = replace(newer, town=replace(few.town, code="653131103", name="第三镇"))
    with store_of(few, newer, other, third) as opened:
        monkeypatch.setattr("dutygraph.store.open_packaged", lambda: opened)
        assert main(["report", "--edition", "2025-07", "-o", str(tmp_path), "--workers", "1"]) == 0
        assert capsys.readouterr().err == "1 towns have no edition 2025-07 and are left out\n"
        page = (tmp_path / "index.html").read_text(encoding="utf-8")
        assert "those that were asked for: 塔吉克阿巴提镇 2026-01" in page
        assert "the newest of each" not in page
        command = ["report", "--edition", "2026-01", "--town", "另一镇", "-o", str(tmp_path)]
        assert main(command) == 2
        assert "另一镇" in capsys.readouterr().err


def test_wrong_use_of_the_network_command(
    store: Embedded,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr("dutygraph.store.open_packaged", lambda: store)
    (tmp_path / "file").write_text("x", encoding="utf-8")
    for arguments, words in (
        (["friends"], "unknown network 'friends'"),
        (["departments"], "模拟001乡"),
        (["types-towns", "--format", "pajek"], "unknown network format 'pajek'"),
        (["types-towns", "-o", str(tmp_path / "file")], "cannot be made"),
        (["types-towns", "-o", str(tmp_path / "no" / "net.gexf")], "cannot be written"),
    ):
        assert main(["network", *arguments]) == 2
        error = capsys.readouterr().err
        assert len(error.splitlines()) == 1
        assert words in error
