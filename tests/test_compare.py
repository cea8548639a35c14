"""Comparing lists of a store, documents and graph files, and writing it all down."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from compared import Row, Written, aligned, lists, mappings, match, pairs, tables
from hand import store_of

from dutygraph import graph, rdf
from dutygraph.compare.comparison import (
    PAIR_TABLES,
    TOWN_TABLES,
    Comparison,
    compare,
    compare_tables,
    newest,
    steps_of,
)
from dutygraph.compare.differences import differences
from dutygraph.compare.gather import gather
from dutygraph.compare.leftover import RULES
from dutygraph.compare.overview import overview
from dutygraph.compare.statements import statements
from dutygraph.compare.tables import TABLES
from dutygraph.compare.write import FORMAT, VERSION, as_json, as_markdown, write_comparison
from dutygraph.errors import DutyGraphError, UnknownNameError, UnreadableError, UsageError
from dutygraph.model import DutyList
from dutygraph.store import Embedded

CASES = Path(__file__).parent / "cases"
ONE, OTHER = CASES / "town-pages-no-numbers/list.txt", CASES / "town-under-city-bom/list.txt"


@pytest.fixture(scope="module")
def small(real_list: DutyList) -> DutyList:
    """Six items of each table of the real list."""
    kept = [
        item
        for kind in ("basic", "cooperative", "reclaimed")
        for item in [item for item in real_list.items if item.kind == kind][:6]
    ]
    return replace(real_list, items=tuple(kept), claims=(), findings=())


def other_town(duty_list: DutyList, code: str, name: str, edition: str = "2025-07") -> DutyList:
    town = replace(duty_list.town, code=code, name=name)
    return replace(duty_list, town=town, edition=edition, title=name)


@pytest.fixture(scope="module")
def store(small: DutyList) -> Iterator[Embedded]:
    """The town with three editions, and two other towns of its county."""
    earlier = replace(small, edition="2023-01", items=small.items[1:])
    undated = replace(small, edition="undated", items=small.items[2:])
    moved = replace(small.items[0], title=small.items[0].title[1:])
    two = other_town(replace(small, items=(moved, *small.items[1:])), "653131901", "模拟一乡")
    three = other_town(replace(small, items=small.items[3:]), "653131902", "模拟二乡", "2024-05")
    with store_of(small, earlier, undated, replace(two, synthetic=True), three) as one:
        yield one


def by_titles(found: Any) -> Any:
    """A table of mappings by titles."""
    rows = [
        (
            r["division"],
            r["edition"],
            r["list"],
            r["key"],
            r["title"],
            r["title"],
            "exact",
            1.0,
            1.0,
        )
        for r in found.tables["items"]
    ]
    table = mappings()
    return type(table)(table.name, table.columns, rows)


def test_two_towns(store: Embedded) -> None:
    found = gather(store, ["653131101", "模拟一乡"])
    assert [(one.town, one.edition, one.newest) for one in found.lists] == [
        ("塔吉克阿巴提镇", "2025-07", True),
        ("模拟一乡", "2025-07", False),
    ]
    assert found.lists[0].others == ("undated", "2023-01")
    assert found.lists[0].sha256
    assert {"塔什库尔干塔吉克自治县", "塔什库尔干县"} <= set(found.places["653131101", "2025-07"])
    result = compare(store, "653131101", "模拟一乡", alignment=by_titles(found))
    assert list(result.tables) == ["lists", *PAIR_TABLES, "rebounds", "statements"]
    assert (result.main, result.alignment, result.synthetic) == ("differences", "given", True)
    kinds = [row["kind"] for row in result.tables["differences"]]
    assert kinds.count("shared") == 17
    assert kinds.count("only_a") == kinds.count("only_b") == 1  # the title that was cut
    first = result.summary[0]
    assert (
        "塔吉克阿巴提镇（18 项）与模拟一乡（18 项）共有 17 项相同职责，占两者全部职责的 89.5%"
        in first.zh
    )
    assert "17 duties in common, 89.5% of all that either has" in first.en
    assert (first.value, first.table) == (17, "list-similarity")


def test_two_editions_in_any_order(store: Embedded) -> None:
    found = gather(store, ["653131101@2025-07", "653131101@2023-01"])
    assert [one.edition for one in found.lists] == ["2023-01", "2025-07"]
    result = compare(store, "653131101@2025-07", "653131101@2023-01", alignment=by_titles(found))
    (row,) = result.tables["editions"]
    assert (row["edition_a"], row["kept"], row["added"], row["dropped"]) == ("2023-01", 17, 1, 0)
    assert "从 2023-01 版（17 项）到 2025-07 版（18 项），原样保留 17 项" in result.summary[0].zh


def test_one_town_compares_its_editions(store: Embedded) -> None:
    found = gather(store, ["塔吉克阿巴提镇"])
    assert [one.edition for one in found.lists] == ["undated", "2023-01", "2025-07"]
    result = compare(store, "塔吉克阿巴提镇", alignment=by_titles(found))
    assert [(r["edition_a"], r["edition_b"], r["added"]) for r in result.tables["editions"]] == [
        ("undated", "2023-01", 1),
        ("2023-01", "2025-07", 1),
    ]
    assert set(TOWN_TABLES).isdisjoint(result.tables)
    steps = {(r["edition_a"], r["edition_b"]) for r in result.tables["differences"]}
    assert len(steps) == 2
    assert overview(result).column_names[0] == "step"


def test_all_towns_of_a_store(store: Embedded) -> None:
    found = gather(store, [])
    result = compare(store, alignment=by_titles(found))
    assert list(result.tables) == ["lists", *TOWN_TABLES, "rebounds", "statements"]
    assert result.main == "unusual"
    matrix = {(r["town_a"], r["town_b"]): r["shared"] for r in result.tables["town-matrix"]}
    assert matrix == {
        ("塔吉克阿巴提镇", "模拟一乡"): 17,
        ("塔吉克阿巴提镇", "模拟二乡"): 15,
        ("模拟一乡", "模拟二乡"): 15,
    }
    assert overview(result).column_names[:3] == ("town", "median_jaccard", "z")


def test_several_editions_of_several_towns(store: Embedded) -> None:
    found = gather(store, ["模拟一乡", "653131101"], all_editions=True)
    assert [(one.town, one.edition) for one in found.lists] == [
        ("模拟一乡", "2025-07"),
        ("塔吉克阿巴提镇", "undated"),
        ("塔吉克阿巴提镇", "2023-01"),
        ("塔吉克阿巴提镇", "2025-07"),
    ]
    result = compare(store, "模拟一乡", "653131101", alignment=by_titles(found), all_editions=True)
    assert list(result.tables) == [
        "lists", *PAIR_TABLES, "editions", *TOWN_TABLES, "rebounds", "statements",
    ]  # fmt: skip
    assert {(r["town"], r["edition"]) for r in result.tables["town-order"]} == {
        ("模拟一乡", "2025-07"),
        ("塔吉克阿巴提镇", "2025-07"),
    }


def test_the_alignment_is_computed_where_none_is_given(store: Embedded) -> None:
    pytest.importorskip("sklearn")
    result = compare(store, "653131101@2023-01", "653131101@2025-07")
    assert result.alignment == "computed"
    assert [r["kept"] for r in result.tables["editions"]] == [17]
    many = compare(store)
    assert {r["class"] for r in many.tables["concepts"]} >= {"core"}


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        (["nowhere", "653131101"], "unknown town 'nowhere' .known: 653131101 塔吉克阿巴提镇, "),
        (
            ["653131101@2020-01", "模拟一乡"],
            "unknown edition '2020-01' .known: undated, 2023-01, 2025-07",
        ),
        (["nowhere@2020-01", "模拟一乡"], "unknown town 'nowhere'"),
    ],
)
def test_unknown_names(store: Embedded, wanted: list[str], message: str) -> None:
    with pytest.raises(UnknownNameError, match=message):
        gather(store, wanted)


@pytest.mark.parametrize(
    "wanted", [["653131101", "塔吉克阿巴提镇"], ["653131101@2025-07", "653131101"]]
)
def test_the_same_list_twice(store: Embedded, wanted: list[str]) -> None:
    with pytest.raises(
        UsageError, match=r"the same list twice: 塔吉克阿巴提镇 \(653131101\) 2025-07"
    ):
        gather(store, wanted)


def test_too_little_to_compare(store: Embedded) -> None:
    with pytest.raises(UsageError, match=r"模拟一乡 .653131901. has one edition only, 2025-07"):
        gather(store, ["模拟一乡"])
    with pytest.raises(UsageError, match="no duty list"):
        gather(Embedded.in_memory(), [])
    with pytest.raises(UsageError, match="no store"):
        gather(None, ["653131101"])


def test_documents_without_a_store() -> None:
    found = gather(None, [ONE, str(OTHER)])
    assert [one.origin for one in found.lists] == [str(ONE), str(OTHER)]
    assert found.lists[0].division != found.lists[1].division
    assert {row["division"] for row in found.tables["duties"]} == {
        one.division for one in found.lists
    }
    for about in found.lists:
        path = Path(about.origin)
        text = path.read_text(encoding="utf-8-sig")
        assert about.sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_one_document_under_two_dates() -> None:
    found = gather(None, [f"{ONE}@2020-01", ONE])
    assert found.lists[0].edition == "2020-01"
    result = compare(None, f"{ONE}@2020-01", ONE, alignment=by_titles(found))
    assert {row["kind"] for row in result.tables["differences"]} == {"shared"}
    assert len(overview(result)) == sum(bool(r["rebound"]) for r in result.tables["differences"])


def test_a_graph_file(tmp_path: Path, small: DutyList) -> None:
    path = tmp_path / "list.trig"
    path.write_bytes(rdf.to_bytes(graph.quads(small)))
    found = gather(None, [path, f"{ONE}"])
    assert found.lists[0].town == "塔吉克阿巴提镇"
    assert len([r for r in found.tables["items"] if r["division"] == "653131101"]) == 18
    # Types stand in the reference graph, which a graph file need not hold.
    assert any(r["department_type"] for r in found.tables["departments"])


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ([ONE, ONE], r"list.txt: the same list twice: .* \(PATH@YYYY-MM"),
        (["missing.txt", ONE], "missing.txt: no such file"),
        (["no/such/folder@2024-01", ONE], "no/such/folder: no such file"),
        ([f"{ONE}@yesterday", ONE], "edition 'yesterday' is no date"),
    ],
)
def test_paths_that_do_not_do(wanted: list[Any], message: str) -> None:
    with pytest.raises(DutyGraphError, match=message):
        gather(None, wanted)


def test_a_graph_file_keeps_its_date(tmp_path: Path, small: DutyList) -> None:
    path = tmp_path / "list.trig"
    path.write_bytes(rdf.to_bytes(graph.quads(small)))
    with pytest.raises(UsageError, match="keeps its edition"):
        gather(None, [f"{path}@2024-01"])
    empty = tmp_path / "empty.trig"
    empty.write_text("")
    with pytest.raises(UnreadableError, match="holds no duty list"):
        gather(None, [empty])


def test_decisions_are_for_an_alignment_to_be_computed(store: Embedded) -> None:
    with pytest.raises(UsageError, match="yet to be computed"):
        compare(store, "653131101", "模拟一乡", alignment=mappings(), decisions="x.tsv")


A = Written(
    "甲乡",
    "1",
    "2023",
    [Row("b1", "一"), Row("c1", "二"), Row("r1", "三", method="乡镇负责宣传。")],
)
B = Written("甲乡", "1", "2024", [Row("b1", "一"), Row("c1", "三")])
C = Written("甲乡", "1", "2025", [Row("b1", "一"), Row("b2", "二")])


def test_steps() -> None:
    other = Written("乙乡", "2", "2020", [Row("b1", "一")])
    first, second, third, fourth = lists(B, A, C, other)
    assert [(a.edition, b.edition) for a, b in steps_of([first, second])] == [("2023", "2024")]
    assert [(a.edition, b.edition) for a, b in steps_of([third, first, second])] == [
        ("2023", "2024"),
        ("2024", "2025"),
    ]
    assert [(a.town, b.town) for a, b in steps_of([fourth, first])] == [("乙乡", "甲乡")]
    assert steps_of([fourth]) == []
    assert [one.edition for one in newest([first, second, fourth])] == ["2024", "2020"]


def test_pairs_of_each_step_do_without_concepts() -> None:
    known = aligned(pairs(A, B, "b1 b1 exact", "r1 c1 exact"), pairs(B, C, "b1 b1 exact"))
    found = compare_tables(tables(A, B, C), lists(A, B, C), known)
    assert [(r["kept"], r["moved"], r["added"], r["dropped"]) for r in found["editions"]] == [
        (1, 1, 0, 1),
        (1, 0, 1, 1),
    ]
    assert [r["kind"] for r in found["rebounds"]] == ["returned", "method"]


def test_several_towns_need_concepts() -> None:
    other = Written("乙乡", "2", "2024", [Row("b1", "一")])
    known = aligned(pairs(A, B, "b1 b1 exact"))
    with pytest.raises(UsageError, match="need mappings"):
        compare_tables(tables(A, B, other), lists(A, B, other), known)


def test_words_are_told_of_numbers() -> None:
    """三 came back, 二 is gone, 一 stayed; the method of 三 leaves 宣传 to the town, in an edition that is
    not the newest.
    """
    known = aligned(pairs(A, B, "b1 b1 exact", "r1 c1 exact"))
    some = tables(A, B)
    found = compare_tables(some, lists(A, B), known)
    said = [one.zh for one in statements({**found, "lists": some["lists"]})]
    assert said[0] == (
        "甲乡：从 2023 版（3 项）到 2024 版（2 项），原样保留 1 项、改写 0 项、换清单 1 项、新增 0 项、取消 1 项。"
    )
    assert (
        "1 对相同事项在甲乡 2023 版与甲乡 2024 版属于不同清单：上级部门收回→配合履职 1 对。" in said
    )
    assert (
        said[-1]
        == "1 项已收回的事项在后来的版次里又成为乡镇的工作（其中确定的 1 项）：转为配合履职 1 项。"
    )


def test_towns_of_one_name_are_told_apart() -> None:
    other = Written("甲乡", "2", "2023", [Row("b1", "一")])
    known = aligned(pairs(A, other, "b1 b1 exact"))
    some = tables(A, other)
    found = compare_tables(some, lists(A, other), known)
    first = statements({**found, "lists": some["lists"]})[0]
    assert first.zh.startswith("甲乡（1）（3 项）与甲乡（2）（1 项）共有 1 项相同职责")


@pytest.fixture(scope="module")
def result(store: Embedded) -> Comparison:
    found = gather(store, ["653131101", "模拟一乡"])
    return compare(store, "653131101", "模拟一乡", alignment=by_titles(found), lang="zh")


def test_written_files(result: Comparison, tmp_path: Path) -> None:
    written = write_comparison(result, tmp_path / "out", command=["dutygraph", "compare"])
    folder = tmp_path / "out"
    assert written.page == folder / "index.html"
    names = {path.relative_to(folder).as_posix() for path in written.files}
    figures = {name for name in names if name.startswith("figures/")}
    assert figures
    assert names - figures == {
        "index.html",
        "comparison.md",
        "comparison.json",
        "tables.xlsx",
        "manifest.json",
        *(f"tables/{name}.csv" for name in result.tables),
    }
    with (folder / "tables/differences.csv").open(encoding="utf-8", newline="") as file:
        read = list(csv.DictReader(file))
    assert len(read) == len(result.tables["differences"])
    assert read[0]["title_a"] == result.tables["differences"].records()[0]["title_a"]
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    assert {one["path"] for one in manifest["outputs"]} == names - {"manifest.json"}
    assert manifest["command"] == ["dutygraph", "compare"]
    assert [one["division"] for one in manifest["editions"]] == ["653131101", "653131901"]
    for one in manifest["outputs"]:
        data = (folder / one["path"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == one["sha256"]


def test_the_workbook(result: Comparison, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl")
    write_comparison(result, tmp_path)
    book = openpyxl.load_workbook(tmp_path / "tables.xlsx", read_only=True)
    assert book.sheetnames == list(result.tables)
    rows = list(book["differences"].iter_rows(values_only=True))
    assert rows[0] == result.tables["differences"].column_names
    assert len(rows) == len(result.tables["differences"]) + 1
    book.close()


def test_the_same_bytes_again(result: Comparison, tmp_path: Path) -> None:
    for name in ("a", "b"):
        write_comparison(result, tmp_path / name)
    first = sorted(path for path in (tmp_path / "a").rglob("*") if path.is_file())
    for path in first:
        assert path.read_bytes() == (tmp_path / "b" / path.relative_to(tmp_path / "a")).read_bytes()


def test_what_an_earlier_comparison_left_is_removed(result: Comparison, tmp_path: Path) -> None:
    write_comparison(result, tmp_path)
    fewer = replace(result, tables={k: v for k, v in result.tables.items() if k != "moves"})
    (tmp_path / "mine.txt").write_text("kept")
    write_comparison(fewer, tmp_path)
    assert not (tmp_path / "tables/moves.csv").exists()
    assert (tmp_path / "mine.txt").exists()


def test_json(result: Comparison) -> None:
    found = json.loads(as_json(result))
    assert (found["format"], found["version"]) == (FORMAT, VERSION)
    assert list(found["tables"]) == list(result.tables)
    for name, table in result.tables.items():
        content = found["tables"][name]
        assert [column["name"] for column in content["columns"]] == list(table.column_names)
        assert [tuple(row) for row in content["rows"]] == list(table.rows)
    assert found["summary"][0]["zh"] == result.summary[0].zh
    assert found["provenance"]["alignment"] == {"origin": "given", "decisions": ""}
    assert {one["name"] for one in found["provenance"]["queries"]} >= {"items", "duties", "lists"}
    assert [one["synthetic"] for one in found["lists"]] == [False, True]


def test_markdown(result: Comparison) -> None:
    zh = as_markdown(result)
    assert zh.startswith("# 履职事项清单比较\n\n含模拟数据")
    assert f"- {result.summary[0].zh}\n" in zh
    en = as_markdown(replace(result, lang="en"))
    assert "# Comparison of duty lists" in en
    assert "simulated data" in en


def test_markdown_takes_no_orders(result: Comparison) -> None:
    """Text of a document is text in Markdown too."""
    hostile = replace(
        result, summary=(replace(result.summary[0], zh="<b>|*_[x](http://y)`"),), warnings=("# a",)
    )
    text = as_markdown(hostile)
    assert "\\<b\\>\\|\\*\\_\\[x\\](http://y)\\`" in text
    assert "> \\# a" in text


def test_a_folder_that_cannot_be_made(result: Comparison, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(DutyGraphError, match="cannot be made"):
        write_comparison(result, tmp_path / "file")


def test_overview_shows_what_differs() -> None:
    a = Written("T", "1", "2023", [Row("b1", "一"), Row("c1", "农村危房", departments="甲局")])
    b = Written("T", "1", "2024", [Row("b1", "一"), Row("b2", "城乡危房", "民生服务")])
    found = match(a, b, "b1 b1 exact", "c1 b2 reworded")
    some = differences(found)
    whole = Comparison((), {"differences": some}, (), "differences", "given", lang="zh")
    assert overview(whole).rows == [
        (
            "shared",
            "cooperative 1 → basic 2",
            "[-农村-]{+城乡+}危房",
            "换清单；改写；类别（党的建设→民生服务）",
        ),
    ]
    assert (
        overview(replace(whole, lang="en")).rows[0][3]
        == "list; words; category (党的建设→民生服务)"
    )


def test_tables_are_as_they_are_listed(store: Embedded) -> None:
    """Between them, these comparisons have every table; names, order and columns are those listed."""
    listed = {name: columns for name, _, columns in TABLES}
    seen = set()
    for wanted, every in ((["653131101", "模拟一乡"], True), ([], False)):
        found = gather(store, wanted, all_editions=every)
        result = compare(store, *wanted, alignment=by_titles(found), all_editions=every)
        assert [name for name in listed if name in result.tables] == list(result.tables)
        for name, table in result.tables.items():
            assert table.name == name
            assert table.columns == listed[name]
            assert all(len(row) == len(table.columns) for row in table.rows)
        seen |= set(result.tables)
    assert seen == set(listed)


def test_values_have_the_types_of_their_columns(store: Embedded) -> None:
    kinds = {"string": str, "integer": int, "decimal": float, "boolean": bool}
    found = gather(store, [], all_editions=True)
    result = compare(store, alignment=by_titles(found), all_editions=True)
    for table in result.tables.values():
        for row in table.rows:
            for column, value in zip(table.columns, row, strict=True):
                assert value is None or type(value) is kinds[column.type], (table.name, column.name)


def test_what_the_documentation_says() -> None:
    text = (Path(__file__).parent.parent / "docs" / "comparison.md").read_text(encoding="utf-8")
    assert f"`format` is `{FORMAT}`, `version` {VERSION}" in text
    for rule in RULES:
        assert f"| `{rule}` |" in text
    for name in ("concepts", "concept-lists", "moved", "rebounds"):
        assert f"`{name}`" in text


def test_importing_the_comparison_loads_nothing_heavy() -> None:
    code = (
        "import sys, dutygraph.compare.write, dutygraph.cli.comparing; print(' '.join(sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    heavy = {"rdflib", "pandas", "numpy", "scipy", "sklearn", "networkx", "jinja2", "xlsxwriter"}
    assert heavy.isdisjoint(done.stdout.split())


def test_decisions_come_first(store: Embedded, tmp_path: Path) -> None:
    """A person says that an item with the same title is another duty; a row about nothing is told of."""
    pytest.importorskip("sklearn")
    first, later = (f"dgid:item/653131101/{date}/cooperative" for date in ("2023-01", "2025-07"))
    rows = [
        ("subject_id", "predicate_id", "predicate_modifier", "object_id", "mapping_justification"),
        (f"{first}/1", "skos:exactMatch", "Not", f"{later}/1", "semapv:ManualMappingCuration"),
        (f"{first}/1", "skos:exactMatch", "", f"{first}/nothing", "semapv:ManualMappingCuration"),
    ]
    head = "#curie_map:\n#  dgid: https://w3id.org/dutygraph/id/\n#mapping_set_id: https://example.org/x\n"
    head += "#license: https://example.org/licence\n"
    path = tmp_path / "decisions.sssom.tsv"
    path.write_text(head + "".join("\t".join(row) + "\n" for row in rows), encoding="utf-8")
    result = compare(store, "653131101@2023-01", "653131101@2025-07", decisions=path)
    pairs_found = {
        (r["key_a"], r["key_b"])
        for r in result.tables["differences"]
        if r["list_a"] == "cooperative"
    }
    assert ("1", "1") not in pairs_found
    assert result.decisions == str(path)
    assert any("nothing" in warning for warning in result.warnings)
    assert ("1", "1") in {
        (r["key_a"], r["key_b"])
        for r in compare(store, "653131101@2023-01", "653131101@2025-07").tables["differences"]
        if r["list_a"] == "cooperative"
    }
