"""Documents that are broken, cut, or no duty lists, through the command line.

Either nothing is written and one line says why (exit code 2), or the list is imported and a finding
says what is wrong: then each row of the document is an item or is named by a finding.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode, Quad

from dutygraph.cli import main
from dutygraph.rdf import read_graph_file
from dutygraph.store import Embedded
from dutygraph.vocab import DCTERMS, DG, OA, RDF, RDFS, SH

BASIC, COOPERATIVE, RECLAIMED = "basic", "cooperative", "reclaimed"


# A small list without fault, and ways to break it


@dataclass
class Table:
    """One table as it is printed: title line, header row, rows."""

    title: str
    header: list[str]
    rows: list[list[str]]


@dataclass
class Draft:
    """A duty list to be broken and printed."""

    cover: list[str]
    introduction: list[str]
    tables: dict[str, Table]

    def text(self) -> str:
        """The document, a blank line between its parts."""
        parts = [*self.cover, "", *self.introduction]
        for table in self.tables.values():
            parts += ["", table.title, ""]
            parts += ["\t".join(cells) for cells in [table.header, *table.rows]]
        return "\n".join(parts) + "\n"


DRAFT = Draft(
    cover=[
        "新疆维吾尔自治区喀什地区塔什库尔干",
        "塔吉克自治县塔吉克阿巴提镇",
        "履职事项清单",
        "2025年7月",
    ],
    introduction=[
        "清单共有履职事项 10 项，其中基本履职事项 3 项，配合履职事项 4 项，上级部门收回事项 3 项。",
    ],
    tables={
        BASIC: Table(
            "基本履职事项清单（公布版）",
            ["序号", "事项类别", "事项名称"],
            [
                ["1", "党的建设", "加强基层工会组织建设，维护职工合法权益"],
                ["2", "民生服务", "学生服务管理"],
                ["3", "民生服务", "保障残疾人权益，做好残疾人服务和关心关爱"],
            ],
        ),
        COOPERATIVE: Table(
            "配合履职事项清单（公布版）",
            ["序号", "事项类别", "事项名称", "对应上级部门", "上级部门职责", "乡镇配合职责"],
            [
                ["1", "平安法治", "地名管理", "塔什库尔干县民政局", "1.抽查地名标志； 2.整改违法行为。", "1.上报地名信息； 2.宣传地名政策。"],
                ["2", "社会管理", "户籍管理", "塔什库尔干县公安局", "审批户籍变更申请。", "核实申请人信息。"],
                ["3", "乡村振兴", "农村供水保障工作", "塔什库尔干县水利局", "1.规划工程； 2.监测水质。", "巡查供水管道，发现问题及时上报。"],
                ["4", "乡村振兴", "秸秆综合利用", "塔什库尔干县农业农村局", "制定年度工作计划。", "组织群众参加培训。"],
            ],
        ),
        RECLAIMED: Table(
            "上级部门收回事项清单（公布版）",
            ["序号", "事项类别", "事项名称", "承接部门及工作方式"],
            [
                ["1", "民生服务", "工伤认定调查", "承接部门：塔什库尔干县人力资源和社会保障局 工作方式：由该局开展现场调查。"],
                ["2", "乡村振兴", "动物及动物产品检疫", "承接部门：塔什库尔干县畜牧兽医局 工作方式：按规程查验免疫证明。"],
                ["3", "市场监管", "对无照经营的处罚", "承接部门：塔什库尔干县市场监督管理局 工作方式：依法立案查处。"],
            ],
        ),
    },
)  # fmt: skip


def draft(change: Callable[[Draft], None] | None = None) -> str:
    """Text of the small list after a change."""
    copy = deepcopy(DRAFT)
    if change is not None:
        change(copy)
    return copy.text()


# Running the program


@dataclass(frozen=True)
class Found:
    """A finding in a graph."""

    code: str
    severity: str
    line: int
    message: str
    quote: str


@dataclass(frozen=True)
class Built:
    """What a build that succeeded left behind."""

    items: dict[tuple[str, str], int]
    titles: dict[tuple[str, str], str]
    findings: list[Found]
    quads: list[Quad]

    @property
    def codes(self) -> list[str]:
        """Codes of the findings, sorted."""
        return sorted(found.code for found in self.findings)

    def of(self, code: str) -> list[Found]:
        """Findings of one code."""
        return [found for found in self.findings if found.code == code]


def only(values: list[object], what: str) -> str:
    """The one value of a property."""
    assert len(values) == 1, (what, values)
    value = values[0]
    assert isinstance(value, Literal | NamedNode)
    return value.value


def read_built(path: Path) -> Built:
    """Items and findings of a graph file."""
    quads = read_graph_file(path)
    nodes: dict[str, dict[str, list[object]]] = {}
    for quad in quads:
        node = nodes.setdefault(str(quad.subject), {})
        node.setdefault(quad.predicate.value, []).append(quad.object)
    items, titles, findings = {}, {}, []
    for node in nodes.values():
        kinds = {kind.value for kind in node.get(RDF.type, ()) if isinstance(kind, NamedNode)}
        if DG.Item in kinds:
            kind = only(node[DG.listKind], "kind").rpartition("list-")[2]
            key = (kind, only(node[DCTERMS.identifier], "key"))
            items[key] = int(only(node[DG.line], "line"))
            titles[key] = only(node[DCTERMS.title], "title")
        elif DG.Finding in kinds:
            english = [
                text.value
                for text in node[RDFS.comment]
                if isinstance(text, Literal) and text.language == "en"
            ]
            findings.append(
                Found(
                    code=only(node[DG.code], "code"),
                    severity=only(node[DG.severity], "severity").removeprefix(SH.base),
                    line=int(only(node[DG.line], "line")) if DG.line in node else 0,
                    message=english[0],
                    quote=only(node[DG.quote], "quote") if DG.quote in node else "",
                )
            )
    return Built(items, titles, findings, quads)


@dataclass
class Program:
    """Runs the command line in a folder of its own."""

    folder: Path
    capsys: pytest.CaptureFixture[str]

    def write(self, document: str | bytes, name: str = "list.txt") -> Path:
        """Save a document."""
        path = self.folder / name
        path.write_bytes(document.encode("utf-8") if isinstance(document, str) else document)
        return path

    def build(self, document: str | bytes, *options: str, code: int = 0) -> Built:
        """Build a document that can be imported."""
        path = self.write(document)
        out = self.folder / "out"
        assert main(["build", str(path), "-o", str(out), "--lang", "en", *options]) == code
        said = self.capsys.readouterr()
        assert "Traceback" not in said.err
        (graph,) = (Path(line) for line in said.out.splitlines() if "reference.trig" not in line)
        return read_built(graph)

    def refuse(self, path: Path | str, *options: str) -> str:
        """What the program says of a document that it cannot read. Nothing is to be written."""
        out = self.folder / "out"
        assert main(["build", str(path), "-o", str(out), "--lang", "en", *options]) == 2
        said = self.capsys.readouterr()
        assert said.out == ""
        assert not out.exists()
        (line,) = said.err.splitlines()
        assert line.startswith("dutygraph: ")
        return line.removeprefix("dutygraph: ")


@pytest.fixture
def program(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Program:
    return Program(tmp_path, capsys)


HEADER_START = ("序号", "事项类别", "事项名称", "乡镇配合职责")
PAGE_FURNITURE = re.compile(r"(基本履职|配合履职|上级部门收回)事项清单（公布版）")


def rows_of(text: str) -> Iterator[int]:
    """Numbers of the lines behind the first header that are neither headers nor titles."""
    behind = False
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith(HEADER_START):
            behind = True
        elif behind and line.strip() and not PAGE_FURNITURE.fullmatch(line):
            yield number


def by_line(built: Built) -> list[tuple[tuple[str, str], int]]:
    """Items in the order of their lines."""
    return sorted(built.items.items(), key=lambda item: item[1])


def assert_nothing_lost(built: Built, text: str) -> None:
    """Each row of the document is an item, or a finding names its line."""
    named = {found.line for found in built.findings}
    for found in built.findings:
        if found.code == "row-continued":
            named |= {int(number) for number in re.findall(r"line (\d+)", found.message)}
    lost = [number for number in rows_of(text) if number not in {*built.items.values(), *named}]
    assert lost == []


# The small list, and the real one, as they are


def test_the_small_list_has_no_fault(program: Program) -> None:
    text = draft()
    built = program.build(text, "--strict")
    assert built.findings == []
    assert list(rows_of(text)) == sorted(built.items.values())
    assert set(built.items) == {
        *((BASIC, str(n)) for n in range(1, 4)),
        *((COOPERATIVE, str(n)) for n in range(1, 5)),
        *((RECLAIMED, str(n)) for n in range(1, 4)),
    }


def test_each_row_of_the_real_list_is_an_item(program: Program, real_document: Path) -> None:
    text = real_document.read_text(encoding="utf-8")
    built = program.build(text)
    assert list(rows_of(text)) == sorted(built.items.values())
    assert len(built.items) == 266


# Unreadable: exit code 2, one line, nothing written


def without_column(kind: str, column: str) -> str:
    """The small list with one column of a table gone, header and cells."""

    def change(copy: Draft) -> None:
        table = copy.tables[kind]
        index = table.header.index(column)
        for cells in [table.header, *table.rows]:
            del cells[index]

    return draft(change)


def header_twice(kind: str, column: str) -> str:
    """The small list with the last column named like another one."""

    def change(copy: Draft) -> None:
        copy.tables[kind].header[-1] = column

    return draft(change)


REQUIRED = [
    (BASIC, "序号"),
    (BASIC, "事项名称"),
    *((COOPERATIVE, c) for c in DRAFT.tables[COOPERATIVE].header if c != "事项类别"),
    *((RECLAIMED, c) for c in DRAFT.tables[RECLAIMED].header if c != "事项类别"),
]


@pytest.mark.parametrize(("kind", "column"), REQUIRED)
def test_a_required_column_is_missing(program: Program, kind: str, column: str) -> None:
    said = program.refuse(program.write(without_column(kind, column)))
    assert f"the {kind} table lacks the column" in said
    assert column.split("及")[0] in said
    assert re.search(r"list\.txt, line \d+: ", said)


@pytest.mark.parametrize("column", ["承接部门", "工作方式"])
def test_a_reclaimed_table_in_two_columns_that_lacks_one(program: Program, column: str) -> None:
    def change(copy: Draft) -> None:
        copy.tables[RECLAIMED].header[-1] = column

    other = {"承接部门": "工作方式", "工作方式": "承接部门"}[column]
    assert f"lacks the column {other}" in program.refuse(program.write(draft(change)))


@pytest.mark.parametrize(
    ("kind", "column"), [(BASIC, "事项类别"), (COOPERATIVE, "上级部门职责"), (RECLAIMED, "序号")]
)
def test_two_columns_of_one_name(program: Program, kind: str, column: str) -> None:
    assert f"two columns are read as {column}" in program.refuse(
        program.write(header_twice(kind, column))
    )


GARBAGE: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "the file is empty"),
    "blanks": (b"\n \t\r\n", "the file is empty"),
    "binary": (bytes(range(256)) * 8, "binary"),
    "zip": (b"PK\x03\x04" + bytes(60), "zip container"),
    "PDF": (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj", "is cut short"),
    "UTF-8 cut in a character": (draft().encode()[:-2], "neither UTF-8"),
    "prose": ("今天天气很好，适合出门散步。\n".encode(), "no table of a duty list"),
    "prose with tabs": ("姓名\t年龄\t住址\n甲\t1\t乙\n".encode(), "no table of a duty list"),
    "one character": ("一".encode(), "no table of a duty list"),
    "cover and introduction": ("\n".join([*DRAFT.cover, *DRAFT.introduction]).encode(), "no table"),
    "rows without a header": (
        "\n".join([*DRAFT.cover, *("\t".join(r) for r in DRAFT.tables[BASIC].rows)]).encode(),
        "no table of a duty list",
    ),
    "header in one cell": (draft().replace("\t", "  ").encode(), "no table of a duty list"),
    "one endless cell": ((draft() + "7\t" + "字" * 40_000).encode(), "40,000 characters"),
    "a thousand cells": ((draft() + "7" + "\t字" * 1000).encode(), "1,001 cells"),
}


@pytest.mark.parametrize("name", GARBAGE)
def test_unreadable(program: Program, name: str) -> None:
    data, says = GARBAGE[name]
    assert says in program.refuse(program.write(data))


def test_missing_file_and_folder(program: Program, tmp_path: Path) -> None:
    assert "no such file" in program.refuse(tmp_path / "none.txt")
    (tmp_path / "empty").mkdir()
    assert "holds no document" in program.refuse(tmp_path / "empty")


@pytest.mark.parametrize(
    ("metadata", "says"),
    [
        ("file: list.txt\nsha256: '00'\n", "records 00…"),
        ("file: other.txt\n", "no such file"),
        ("file: ../list.txt\n", "must be a plain name"),
        ("file: [\n", "is not valid YAML"),
        ("- file\n", "names no file"),
        ("file: list.txt\ncolour: red\n", "unknown keys colour"),
        ("!!python/object/apply:os.getcwd []\n", "is not valid YAML"),
    ],
)
def test_broken_metadata(program: Program, tmp_path: Path, metadata: str, says: str) -> None:
    source = tmp_path / "source"
    source.mkdir()
    (source / "list.txt").write_text(draft(), encoding="utf-8")
    (source / "metadata.yaml").write_text(metadata, encoding="utf-8")
    assert says in program.refuse(source)


def test_one_bad_document_keeps_no_good_one_from_being_read(program: Program) -> None:
    good, bad = program.write(draft()), program.write(b"", "bad.txt")
    assert main(["build", str(good), str(bad), "-o", str(program.folder / "out")]) == 2
    assert len(list((program.folder / "out").iterdir())) == 2  # its graph and the reference graph
    assert f"dutygraph: {bad}: the file is empty" in program.capsys.readouterr().err


def test_what_was_built_before_stays(program: Program, tmp_path: Path) -> None:
    path, out, store = program.write(draft()), tmp_path / "out", tmp_path / "store"
    arguments = ["build", str(path), "-o", str(out), "--store", str(store)]
    assert main(arguments) == 0
    files = {file.name: file.read_bytes() for file in out.iterdir()}
    with Embedded.open(store) as opened:
        quads = set(opened)
    for name in ("empty", "prose", "binary"):
        program.write(GARBAGE[name][0])
        program.capsys.readouterr()
        assert main(arguments) == 2
        (line,) = program.capsys.readouterr().err.splitlines()
        assert line.startswith("dutygraph: ")
        assert {file.name: file.read_bytes() for file in out.iterdir()} == files
        with Embedded.open(store) as opened:
            assert set(opened) == quads


def test_a_bad_document_makes_no_store(program: Program, tmp_path: Path) -> None:
    path = program.write(GARBAGE["prose"][0])
    assert main(["build", str(path), "--store", str(tmp_path / "store")]) == 2
    assert not (tmp_path / "store").exists()


# Town and date


def test_no_cover(program: Program) -> None:
    """The list is read under a name of its own, which is a violation."""
    text = draft(lambda d: d.cover.clear())
    built = program.build(text)
    assert built.codes == ["edition-undated", "town-unknown"]
    assert {found.severity for found in built.of("town-unknown")} == {"Violation"}
    assert_nothing_lost(built, text)
    program.build(text, "--strict", code=1)
    other = program.build(text.replace("服务管理", "服务和管理"))
    assert other.quads[0].graph_name != built.quads[0].graph_name


def test_no_cover_but_a_division(program: Program) -> None:
    built = program.build(draft(lambda d: d.cover.clear()), "--division", "653131101")
    assert built.codes == ["edition-undated"]
    assert NamedNode("https://w3id.org/dutygraph/id/list/653131101/undated") in {
        quad.graph_name for quad in built.quads
    }


def test_no_cover_but_the_names_of_the_town(program: Program) -> None:
    names = "新疆维吾尔自治区喀什地区塔什库尔干塔吉克自治县塔吉克阿巴提镇"
    built = program.build(
        draft(lambda d: d.cover.clear()), "--division", names, "--edition", "2025-07"
    )
    assert built.findings == []
    code = program.build(
        draft(lambda d: d.cover.clear()), "--division", "653131101", "--edition", "2025-07"
    )
    assert built.quads == code.quads


@pytest.mark.parametrize(
    ("division", "says"),
    [
        ("653131", "is a county, not a town"),
        ("653131999", "is not in the division table"),
        ("农业农村局", "neither a division code nor the name of a town"),
        ("../653131101", "neither a division code nor the name of a town"),
    ],
)
def test_a_division_that_is_no_town(program: Program, division: str, says: str) -> None:
    path = program.write(draft(lambda d: d.cover.clear()))
    assert says in program.refuse(path, "--division", division)


def test_a_town_that_the_table_does_not_list(program: Program) -> None:
    def change(copy: Draft) -> None:
        copy.cover[:3] = ["江苏省苏州市昆山市示例镇履职事项清单"]

    assert "division-unlisted" in program.build(draft(change)).codes


def test_no_date(program: Program) -> None:
    text = draft(lambda d: d.cover.pop())
    built = program.build(text)
    assert built.codes == ["edition-undated"]
    assert_nothing_lost(built, text)
    assert program.build(text, "--edition", "2025-07").findings == []


@pytest.mark.parametrize(
    ("printed", "edition"),
    [
        ("2025年7月", "2025-07"),
        ("2025 年 12 月", "2025-12"),
        ("二〇二五年十月", "2025-10"),
        ("2024年", "2024"),
    ],
)
def test_dates(program: Program, printed: str, edition: str) -> None:
    built = program.build(draft(lambda d: d.cover.__setitem__(3, printed)))
    assert built.findings == []
    assert f"653131101/{edition}" in built.quads[0].graph_name.value


@pytest.mark.parametrize(
    "edition", ["2025-13", "2025-00", "2025-7", "../../x", "July", " 2025-07 ", "二〇二五"]
)
def test_an_edition_that_is_no_date(program: Program, edition: str) -> None:
    assert "is no date" in program.refuse(program.write(draft()), "--edition", edition)


# Numbering


def renumbered(*numbers: str) -> str:
    """The small list with other numbers in its cooperative table."""

    def change(copy: Draft) -> None:
        for row, number in zip(copy.tables[COOPERATIVE].rows, numbers, strict=True):
            row[0] = number

    return draft(change)


@pytest.mark.parametrize(
    ("numbers", "codes", "keys"),
    [
        (("1", "2", "2", "3"), ["item-number-repeated"], ["1", "2", "2-2", "3"]),
        (("1", "1", "1", "2"), ["item-number-repeated"] * 2, ["1", "1-2", "1-3", "2"]),
        (("1", "3", "4", "5"), ["item-number-skipped"], ["1", "3", "4", "5"]),
        (("2", "3", "4", "5"), ["item-number-skipped"], ["2", "3", "4", "5"]),
        (("1", "2", "1", "2"), ["item-number-repeated"] * 2, ["1", "2", "1-2", "2-2"]),
        # 5 does not stand twice, but the numbers go back to 4
        (("1", "3", "2", "4"), ["item-number-restarted", "item-number-skipped", "item-number-skipped"], ["1", "3", "2", "4"]),
        (("１", "2.", "三", "④"), [], ["1", "2", "3", "4"]),
    ],
)  # fmt: skip
def test_numbering(
    program: Program, numbers: tuple[str, ...], codes: list[str], keys: list[str]
) -> None:
    text = renumbered(*numbers)
    built = program.build(text)
    assert built.codes == sorted(codes)
    assert [key for (kind, key), _ in by_line(built) if kind == COOPERATIVE] == keys
    assert len(built.items) == 10
    assert_nothing_lost(built, text)
    lines = {line: key for key, line in built.items.items()}
    assert all(found.line in lines for found in built.findings)


def test_rows_of_one_number_stay_two(program: Program) -> None:
    built = program.build(renumbered("1", "2", "2", "3"))
    assert built.titles[COOPERATIVE, "2"] == "户籍管理"
    assert built.titles[COOPERATIVE, "2-2"] == "农村供水保障工作"
    (found,) = built.of("item-number-repeated")
    assert "entered, the later one as 2-2" in found.message


def test_a_row_printed_twice(program: Program) -> None:
    text = draft(lambda d: d.tables[COOPERATIVE].rows.insert(3, d.tables[COOPERATIVE].rows[2]))
    built = program.build(text)
    assert len(built.items) == 11
    assert built.titles[COOPERATIVE, "3-2"] == built.titles[COOPERATIVE, "3"]
    assert {"item-number-repeated", "claim-mismatch"} <= set(built.codes)
    assert_nothing_lost(built, text)


def test_a_row_left_out(program: Program) -> None:
    text = draft(lambda d: d.tables[COOPERATIVE].rows.pop(1))
    built = program.build(text)
    (found,) = built.of("item-number-skipped")
    assert "from 1 to 3" in found.message
    assert [f.quote for f in built.of("claim-mismatch")] == ["履职事项 10 项", "配合履职事项 4 项"]


@pytest.mark.parametrize("number", ["0", "10000", "9" * 5000, "½", "二点五", "-1", "x"])
def test_a_number_that_is_none(program: Program, number: str) -> None:
    text = renumbered("1", "2", number, "4")
    built = program.build(text)
    assert len(built.items) == 9
    assert_nothing_lost(built, text)
    assert "claim-mismatch" in built.codes


def test_a_row_without_a_number_is_not_joined_to_another(program: Program) -> None:
    built = program.build(renumbered("1", "2", "", "4"))
    assert built.titles[COOPERATIVE, "2"] == "户籍管理"


# Rows that are cut or broken


def cut_row(kind: str, index: int, cells: int, last: str | None = None) -> str:
    """The small list with a row cut behind some cells; *last* is what is left of the last one."""

    def change(copy: Draft) -> None:
        row = copy.tables[kind].rows[index]
        del row[cells:]
        if last is not None:
            row[-1] = last

    return draft(change)


@pytest.mark.parametrize("index", [1, 3])
@pytest.mark.parametrize("cells", [2, 3, 4, 5])
def test_a_row_is_cut_at_a_tab(program: Program, cells: int, index: int) -> None:
    text = cut_row(COOPERATIVE, index, cells)
    built = program.build(text)
    (found,) = built.of("row-cut")
    assert found.severity == "Violation"
    assert found.line == built.items[COOPERATIVE, str(index + 1)]
    for column in DRAFT.tables[COOPERATIVE].header[cells:]:
        assert column in found.message
    assert len(built.items) == 10
    assert_nothing_lost(built, text)
    program.build(text, "--strict", code=1)


@pytest.mark.parametrize(
    ("kind", "cells", "lacks"),
    [
        (BASIC, 2, "事项名称"),
        (RECLAIMED, 2, "事项名称、承接部门及工作方式"),
        (RECLAIMED, 3, "承接部门及工作方式"),
    ],
)
def test_a_row_of_another_table_is_cut(program: Program, kind: str, cells: int, lacks: str) -> None:
    text = cut_row(kind, 1, cells)
    built = program.build(text)
    (found,) = built.of("row-cut")
    assert f"no cell for {lacks} " in found.message
    assert len(built.items) == 10


@pytest.mark.parametrize("kind", [BASIC, COOPERATIVE, RECLAIMED])
def test_a_row_is_cut_behind_its_number(program: Program, kind: str) -> None:
    text = cut_row(kind, -1, 1)
    assert_nothing_lost(program.build(text), text)


@pytest.mark.parametrize(
    ("cells", "last", "code"),
    [
        (6, "巡查供水管道，发现问题及", "text-unfinished"),
        (6, "1.上报地名信息；", "text-ends-in-separator"),
        (6, "", "duties-missing"),
        (5, "1.规划工程； 2.监", "row-cut"),
        (4, "塔什库尔干县水", "row-cut"),
        (3, "农村供", "row-cut"),
    ],
)
def test_a_row_is_cut_inside_a_cell(program: Program, cells: int, last: str, code: str) -> None:
    text = cut_row(COOPERATIVE, 2, cells, last)
    built = program.build(text)
    (found,) = built.of(code)
    assert found.line == built.items[COOPERATIVE, "3"]
    assert len(built.items) == 10
    assert_nothing_lost(built, text)


def broken(kind: str, index: int, column: int, at: int) -> str:
    """The small list with a line break inside a cell."""

    def change(copy: Draft) -> None:
        row = copy.tables[kind].rows[index]
        row[column] = row[column][:at] + "\n" + row[column][at:]

    return draft(change)


@pytest.mark.parametrize(
    ("column", "at"), [(2, 4), (3, 5), (4, 5), (4, 9), (5, 6)], ids=lambda value: str(value)
)
def test_a_row_broken_over_two_lines_is_joined(program: Program, column: int, at: int) -> None:
    text = broken(COOPERATIVE, 2, column, at)
    built = program.build(text)
    whole = program.build(draft())
    assert built.codes == ["row-continued"]
    assert_nothing_lost(built, text)
    assert built.titles == whole.titles
    texts = {q.object for q in whole.quads if q.predicate.value == DCTERMS.description}
    joined = {q.object for q in built.quads if q.predicate.value == DCTERMS.description}
    assert {clean(t) for t in joined} == {clean(t) for t in texts}


def clean(term: object) -> str:
    """Text of a literal without blanks."""
    assert isinstance(term, Literal)
    return re.sub(r"\s", "", term.value)


def test_a_duty_of_a_joined_cell_claims_no_place_in_one_line(program: Program) -> None:
    whole, built = program.build(draft()), program.build(broken(COOPERATIVE, 2, 4, 9))
    assert len(starts(whole)) == len(starts(built)) + 2


def starts(built: Built) -> list[Quad]:
    """Offsets of duties in their lines."""
    return [
        q for q in built.quads if q.predicate.value == OA.start and "/action/" not in str(q.subject)
    ]


def test_a_title_broken_in_its_last_column_is_reported(program: Program) -> None:
    text = broken(BASIC, 2, 2, 5)
    built = program.build(text)
    assert built.codes == ["stray-text"]
    assert_nothing_lost(built, text)


@pytest.mark.parametrize("column", [2, 3, 4, 5])
def test_a_row_broken_at_a_tab_loses_nothing(program: Program, column: int) -> None:
    def change(copy: Draft) -> None:
        row = copy.tables[COOPERATIVE].rows[1]
        row[column - 1 : column + 1] = [row[column - 1] + "\n" + row[column]]

    text = draft(change)
    built = program.build(text)
    assert_nothing_lost(built, text)
    assert set(built.codes) & {"row-continued", "row-cut", "stray-text"}


# Headers and columns


def test_header_repeated_on_every_page(program: Program) -> None:
    lines = []
    for line in draft().splitlines():
        cells = line.split("\t")
        if len(cells) > 1 and cells[0] == "序号":
            header = line
        elif len(cells) > 1:
            lines += ["", "— 7 —", header, ""]
        lines.append(line)
    text = "\n".join(lines)
    built = program.build(text)
    assert built.findings == []
    assert len(built.items) == 10
    assert built.titles == program.build(draft()).titles


def reordered(kind: str, order: list[int]) -> str:
    """The small list with the columns of a table in another order."""

    def change(copy: Draft) -> None:
        table = copy.tables[kind]
        table.header = [table.header[i] for i in order]
        table.rows = [[row[i] for i in order] for row in table.rows]

    return draft(change)


@pytest.mark.parametrize(
    ("kind", "order"),
    [
        (BASIC, [0, 2, 1]),
        (COOPERATIVE, [0, 5, 4, 3, 2, 1]),
        (COOPERATIVE, [0, 2, 1, 4, 3, 5]),
        (RECLAIMED, [0, 3, 2, 1]),
        (BASIC, [2, 1, 0]),
        (COOPERATIVE, [1, 0, 2, 3, 4, 5]),
        (RECLAIMED, [1, 2, 3, 0]),
    ],
)
def test_columns_in_another_order(program: Program, kind: str, order: list[int]) -> None:
    built = program.build(reordered(kind, order))
    whole = program.build(draft())
    assert built.findings == []
    assert built.titles == whole.titles
    assert without_places(built) == without_places(whole)


def without_places(built: Built) -> set[tuple[object, ...]]:
    """Statements apart from offsets and the digest of the document."""
    return {
        (q.subject, q.predicate, q.object)
        for q in built.quads
        if q.predicate.value not in (OA.start, OA.end, DG.sha256)
    }


@pytest.mark.parametrize("kind", [BASIC, COOPERATIVE, RECLAIMED])
def test_rows_whose_number_is_not_first_are_at_least_named(program: Program, kind: str) -> None:
    width = len(DRAFT.tables[kind].header)
    text = reordered(kind, [*range(1, width), 0])
    assert_nothing_lost(program.build(text), text)


def with_column(kind: str, position: int, header: str, texts: list[str]) -> str:
    """The small list with one more column."""

    def change(copy: Draft) -> None:
        table = copy.tables[kind]
        table.header.insert(position, header)
        for row, text in zip(table.rows, texts, strict=True):
            row.insert(position, text)

    return draft(change)


@pytest.mark.parametrize(
    ("kind", "position", "texts"),
    [
        (BASIC, 3, ["新增", "", "调整"]),
        (COOPERATIVE, 6, ["", "", "见附件", ""]),
        (RECLAIMED, 1, ["甲", "乙", "丙"]),
    ],
)
def test_an_unknown_column_is_kept(
    program: Program, kind: str, position: int, texts: list[str]
) -> None:
    built = program.build(with_column(kind, position, "备注", texts))
    notes = sorted(q.object.value for q in built.quads if q.predicate.value == DG.note)
    assert notes == sorted(f"备注：{text}" for text in texts if text)
    assert built.findings == []
    assert built.titles == program.build(draft()).titles


def test_a_cell_beyond_the_header_is_kept(program: Program) -> None:
    built = program.build(draft(lambda d: d.tables[BASIC].rows[1].append("补充说明")))
    assert [q.object.value for q in built.quads if q.predicate.value == DG.note] == ["补充说明"]


def test_a_table_without_categories(program: Program) -> None:
    built = program.build(without_column(BASIC, "事项类别"))
    assert len(built.items) == 10
    assert built.titles == program.build(draft()).titles


def test_merged_category_cells(program: Program) -> None:
    def change(copy: Draft) -> None:
        copy.tables[BASIC].rows[2][1] = ""  # 民生服务 stands above it
        copy.tables[COOPERATIVE].rows[3][1] = "　"  # 乡村振兴, and a wide blank

    built, whole = program.build(draft(change)), program.build(draft())
    assert built.findings == []
    assert without_places(built) == without_places(whole)


def test_a_category_missing_in_the_first_row(program: Program) -> None:
    built = program.build(draft(lambda d: d.tables[BASIC].rows[0].__setitem__(1, "")))
    assert built.codes == ["category-missing"]
    assert built.findings[0].line == built.items[BASIC, "1"]


@pytest.mark.parametrize("kind", [BASIC, COOPERATIVE, RECLAIMED])
def test_a_table_is_missing(program: Program, kind: str) -> None:
    text = draft(lambda d: d.tables.pop(kind) and None)
    built = program.build(text)
    (found,) = built.of("table-missing")
    assert f"no {kind} table" in found.message
    assert "claim-mismatch" in built.codes


@pytest.mark.parametrize("kind", [BASIC, COOPERATIVE, RECLAIMED])
def test_a_table_is_empty(program: Program, kind: str) -> None:
    text = draft(lambda d: d.tables[kind].rows.clear())
    built = program.build(text)
    (found,) = built.of("table-empty")
    assert found.severity == "Violation"
    assert "claim-mismatch" in built.codes
    program.build(text, "--strict", code=1)


def test_rows_before_the_first_header(program: Program) -> None:
    """Rows that stand above every header are no items; that they are missing is found."""
    text = draft(lambda d: d.introduction.extend("\t".join(r) for r in d.tables[BASIC].rows))
    whole = program.build(draft())
    assert program.build(text).titles == whole.titles

    def change(copy: Draft) -> None:
        copy.introduction.extend("\t".join(row) for row in copy.tables[BASIC].rows)
        copy.tables.pop(BASIC)

    codes = program.build(draft(change)).codes
    assert "table-missing" in codes
    assert "claim-mismatch" in codes


def test_text_between_the_rows(program: Program) -> None:
    def change(copy: Draft) -> None:
        copy.tables[BASIC].rows.insert(1, ["此处原件有污损，无法辨认"])
        copy.tables[RECLAIMED].rows.append(["（以下空白）"])

    text = draft(change)
    built = program.build(text)
    assert built.codes == ["stray-text", "stray-text"]
    assert [found.quote for found in built.findings] == ["此处原件有污损，无法辨认", "（以下空白）"]
    assert_nothing_lost(built, text)


def test_a_number_alone_is_never_joined_to_a_duty(program: Program) -> None:
    def change(copy: Draft) -> None:
        rows = copy.tables[COOPERATIVE].rows
        rows[1][-1] = "核实申请人信息并上报"
        rows.insert(2, ["3"])  # page 3, or what is left of row 3

    built = program.build(draft(change))
    texts = {q.object.value for q in built.quads if q.predicate.value == DCTERMS.description}
    assert "核实申请人信息并上报" in texts


@pytest.mark.parametrize(
    "title", ["二、协助类事项", "配合履职事项清单\n填报说明\n填报单位\n单位：项"]
)
def test_a_table_that_lost_its_columns_does_not_pass_for_basic(
    program: Program, title: str
) -> None:
    """Either it is refused, or a violation says that two tables are one."""

    def change(copy: Draft) -> None:
        table = copy.tables[COOPERATIVE]
        table.title, table.header = title, table.header[:3]
        table.rows = [row[:3] for row in table.rows]

    path = program.write(draft(change))
    out = program.folder / "out"
    assert main(["build", str(path), "-o", str(out), "--strict"]) in (1, 2)


def test_a_merged_category_is_that_of_the_row_above(program: Program) -> None:
    def change(copy: Draft) -> None:
        rows = copy.tables[BASIC].rows
        rows.insert(0, ["党的建设"])
        rows[3][1] = ""  # the row above it says 民生服务

    built = program.build(draft(change))
    (category,) = {
        q.object.value
        for q in built.quads
        if q.predicate.value == DG.categoryText and q.subject.value.endswith("/basic/3")
    }
    assert category == "民生服务"


def test_control_and_invisible_characters(program: Program) -> None:
    text = draft().replace("学生服务", "学\x0b生\u200b服\u202e务")
    built = program.build(text)
    assert sorted(set(built.codes)) == ["control-character", "invisible-character"]
    line = built.items[BASIC, "2"]
    assert {found.line for found in built.findings} == {line}
    assert built.titles[BASIC, "2"] == "学生\u200b服\u202e务管理"


# The real list, cut


def cooperative_lines(text: str) -> list[int]:
    """Indices of the lines of the cooperative rows."""
    lines = text.split("\n")
    start = next(i for i, line in enumerate(lines) if "乡镇配合职责" in line)
    end = next(i for i, line in enumerate(lines) if "承接部门及工作方式" in line)
    return [i for i in range(start, end) if re.match(r"\d+\t", lines[i])]


@pytest.mark.parametrize("left", range(82, 103))
def test_cut_at_a_row_boundary(program: Program, real_document: Path, left: int) -> None:
    lines = real_document.read_text(encoding="utf-8").split("\n")
    rows = cooperative_lines("\n".join(lines))
    assert len(rows) == 102
    text = "\n".join(lines[: rows[left - 1] + 1])
    built = program.build(text)
    assert sum(kind == COOPERATIVE for kind, _ in built.items) == left
    assert_nothing_lost(built, text)
    said = {found.quote: found.message for found in built.of("claim-mismatch")}
    assert f"but {121 + left} were counted" in said["履职事项 266 项"]
    assert "but 0 were counted" in said["上级部门收回事项 43 项"]
    assert ("配合履职事项 102 项" in said) == (left != 102)
    assert ("配合履职事项 100 项" in said) == (left != 100)
    (missing,) = built.of("table-missing")
    assert "reclaimed" in missing.message


@pytest.mark.parametrize("tabs", [2, 3, 4, 5])
def test_cut_at_a_tab_of_the_last_row(program: Program, real_document: Path, tabs: int) -> None:
    lines = real_document.read_text(encoding="utf-8").split("\n")
    rows = cooperative_lines("\n".join(lines))
    cells = lines[rows[99]].split("\t")
    text = "\n".join([*lines[: rows[99]], "\t".join(cells[:tabs])])
    built = program.build(text)
    (found,) = built.of("row-cut")
    assert found.line == rows[99] + 1
    assert built.items[COOPERATIVE, "100"] == rows[99] + 1
    program.build(text, "--strict", code=1)


def test_cut_inside_a_row(program: Program, real_document: Path) -> None:
    """Wherever the file ends, the list is known to be incomplete."""
    lines = real_document.read_text(encoding="utf-8").split("\n")
    index = cooperative_lines("\n".join(lines))[89]
    row = lines[index]
    for length in range(3, len(row), max(16, len(row) // 5)):
        text = "\n".join([*lines[:index], row[:length]])
        built = program.build(text)
        assert "table-missing" in built.codes
        assert any(f.quote == "履职事项 266 项" for f in built.of("claim-mismatch"))
        assert_nothing_lost(built, text)


# Documents that are put together in another way


def test_tables_in_another_order(program: Program) -> None:
    def change(copy: Draft) -> None:
        copy.tables = {kind: copy.tables[kind] for kind in (RECLAIMED, BASIC, COOPERATIVE)}

    built = program.build(draft(change))
    assert built.findings == []
    assert len(built.items) == 10


def test_remarks_between_the_tables_are_named(program: Program) -> None:
    remarks = ("注：以上事项由镇党委、政府负责。", "备注：“三张清单”实行动态调整。")

    def change(copy: Draft) -> None:
        copy.tables[BASIC].rows.append([remarks[0]])
        copy.tables[COOPERATIVE].rows.append([remarks[1]])

    built = program.build(draft(change))
    assert [found.quote for found in built.of("stray-text")] == list(remarks)
    assert len(built.items) == 10
    assert_nothing_lost(built, draft(change))


def test_a_table_that_goes_on_behind_a_page_without_a_header(program: Program) -> None:
    def change(copy: Draft) -> None:
        copy.tables[COOPERATIVE].rows[2:2] = [["— 3 —"], ["第4页"]]

    built = program.build(draft(change))
    assert built.findings == []
    assert len(built.items) == 10


@pytest.mark.parametrize(
    "cover", ["塔什库尔干县示例镇履职事项清单", "示例县甲乡职责清单（2025年版）"]
)
def test_a_document_of_two_towns_names_both_places(program: Program, cover: str) -> None:
    first, second = draft(), draft(lambda d: d.cover.__setitem__(slice(None), [cover]))
    said = program.refuse(program.write(first + "\n" + second))
    number = 1 + (first + "\n" + second).splitlines().index(cover)
    assert f"line {number}" in said
    assert cover[:10] in said
    header = 1 + first.splitlines().index("\t".join(HEADER_START[:3]))
    assert f"line {header}" in said


def test_cells_that_say_nothing_are_named(program: Program) -> None:
    def change(copy: Draft) -> None:
        copy.tables[COOPERATIVE].rows[1][5] = "无"
        copy.tables[COOPERATIVE].rows[2][4] = "/"
        copy.tables[RECLAIMED].rows[0][3] = (
            "承接部门：塔什库尔干县人力资源和社会保障局 工作方式：暂无"
        )

    built = program.build(draft(change))
    assert built.codes == ["cell-says-nothing"] * 3
    assert {found.quote for found in built.findings} == {"无", "/", "暂无"}
    assert {found.severity for found in built.findings} == {"Info"}


def test_what_a_web_site_prints_around_a_list(program: Program) -> None:
    def change(copy: Draft) -> None:
        copy.cover[:] = [
            "首页 > 政务公开 > 履职清单",
            *copy.cover[:3],
            "来源：塔什库尔干县人民政府 发布时间：2025-07-15",
            "字号：[大 中 小] 打印本页",
        ]

    built = program.build(draft(change))
    assert not {"edition-undated", "town-unknown"} & set(built.codes)
