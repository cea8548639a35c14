"""Tables: CSV to the character, spreadsheets without formulas, typed Parquet, aligned text."""

from __future__ import annotations

import csv
import io
import json
import unicodedata
from pathlib import Path

import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dutygraph.errors import DutyGraphError, UnknownNameError
from dutygraph.table import (
    FORMATS,
    TEXT_FORMATS,
    Column,
    Table,
    Value,
    defuse,
    render,
    to_csv,
    to_json,
    to_text,
    write_parquet,
    write_xlsx,
)

COLUMNS = (
    Column("name"),
    Column("items", "integer", "items"),
    Column("share", "decimal"),
    Column("reviewed", "boolean"),
)
LOAD = Table(
    "load",
    COLUMNS,
    [("公安局", 7, 0.25, True), ("县委, 组织部", -3, 1 / 3, False), (None, None, None, None), ("", 0, 2.0, None)],
)  # fmt: skip
DANGEROUS = [
    "=1+1",
    "+1",
    "-1",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "\n=1",
    "＝1",
    "＋1",
    "－1",
    "＠x",
    "=",
    "-",
]
HARMLESS = ["", "1", "1=1", "农业农村局", "'=1", " x", "#1", "（=1）", "—1", "a\t=1"]


def texts(*values: str | None) -> Table:
    """A table with one text column."""
    return Table("texts", (Column("text"),), [(value,) for value in values])


# The table itself


def test_a_table_is_a_sequence_of_records() -> None:
    assert len(LOAD) == 4
    assert LOAD.column_names == ("name", "items", "share", "reviewed")
    assert LOAD.column("items") == [7, -3, None, 0]
    assert LOAD.records() == list(LOAD)
    assert LOAD.records()[0] == {"name": "公安局", "items": 7, "share": 0.25, "reviewed": True}


def test_an_unknown_column() -> None:
    with pytest.raises(UnknownNameError, match=r"unknown column 'Items' \(known: name, items"):
        LOAD.column("Items")


def test_a_row_of_another_width_is_not_passed_over() -> None:
    with pytest.raises(ValueError, match="zip"):
        Table("t", COLUMNS, [("x", 1)]).records()


# CSV


def test_csv_to_the_character() -> None:
    assert to_csv(LOAD) == (
        "name,items,share,reviewed\n"
        "公安局,7,0.25,true\n"
        '"县委, 组织部",-3,0.3333333333,false\n'  # decimals have ten significant digits
        ",,,\n"
        ",0,2,\n"
    )


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ('说"是"', '"说""是"""'),
        ("a,b", '"a,b"'),
        ("a\nb", '"a\nb"'),
        ("a\rb", '"a\rb"'),
        ("a\r\n", '"a\r\n"'),
        ("a\tb", "a\tb"),
        (" a ", " a "),
        ("a;b", "a;b"),
        ("", '""'),  # an empty line would be no record
        (None, '""'),
        ("\u2028\x85", "\u2028\x85"),
    ],
)
def test_csv_quotes_only_what_it_must(text: str | None, written: str) -> None:
    assert to_csv(texts(text)) == f"text\n{written}\n"


def test_tsv() -> None:
    table = Table("t", (Column("a"), Column("b")), [("x,y", "1\t2"), ('"', "")])
    assert to_csv(table, delimiter="\t") == 'a\tb\nx,y\t"1\t2"\n""""\t\n'
    assert render(table, "tsv") == to_csv(table, delimiter="\t")


def test_csv_for_excel_begins_with_a_mark() -> None:
    assert to_csv(LOAD, bom=True) == "\ufeff" + to_csv(LOAD)
    assert to_csv(LOAD, bom=True).encode("utf-8").startswith(b"\xef\xbb\xbfname,")
    assert not to_csv(LOAD).startswith("\ufeff")


@pytest.mark.parametrize("text", DANGEROUS)
def test_formulas_are_defused_only_when_asked(text: str) -> None:
    assert defuse(text) == "'" + text
    assert read_csv(to_csv(texts(text))) == [["text"], [text]]
    assert read_csv(to_csv(texts(text), excel=True)) == [["text"], ["'" + text]]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_left_alone(text: str) -> None:
    assert defuse(text) == text
    assert to_csv(texts(text), excel=True) == to_csv(texts(text))


def test_negative_numbers_are_no_formulas() -> None:
    assert to_csv(LOAD, excel=True) == to_csv(LOAD)


def read_csv(text: str, delimiter: str = ",") -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True))


CELL = st.one_of(st.text(max_size=20), st.text("\",\r\n\t'= a字", max_size=8))


@given(
    rows=st.integers(1, 4).flatmap(
        lambda n: st.lists(st.lists(CELL, min_size=n, max_size=n), min_size=1, max_size=6)
    ),
    delimiter=st.sampled_from(",\t"),
)
def test_what_was_written_is_read(rows: list[list[str]], delimiter: str) -> None:
    names, *body = rows
    table = Table("t", tuple(map(Column, names)), [tuple(row) for row in body])
    assert read_csv(to_csv(table, delimiter=delimiter), delimiter) == rows
    for line in read_csv(to_csv(table, delimiter=delimiter, excel=True), delimiter)[1:]:
        assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r", "\n")) for cell in line)


@given(st.lists(st.tuples(st.none() | st.integers(), st.none() | st.booleans()), max_size=5))
def test_numbers_are_written_in_full(rows: list[tuple[Value, Value]]) -> None:
    table = Table("t", (Column("n", "integer"), Column("b", "boolean")), rows)
    words: dict[Value, str] = {None: "", True: "true", False: "false"}
    expected = [["" if n is None else str(n), words[b]] for n, b in rows]
    assert read_csv(to_csv(table))[1:] == expected


# JSON


def test_json() -> None:
    assert json.loads(to_json(LOAD)) == LOAD.records()
    assert "公安局" in to_json(LOAD)
    assert json.loads(to_json(Table("t", COLUMNS, []))) == []


def test_json_has_no_nan() -> None:
    table = Table("t", (Column("x", "decimal"),), [(float("nan"),), (float("-inf"),), (1.5,)])

    def refuse(name: str) -> None:
        raise AssertionError(name)

    assert json.loads(to_json(table), parse_constant=refuse) == [
        {"x": None},
        {"x": None},
        {"x": 1.5},
    ]


# Spreadsheets


def sheets(*tables: Table, path: Path) -> dict[str, list[list[tuple[object, str]]]]:
    """Cells (value and type) of the sheets of a workbook that was written."""
    write_xlsx(tables, path)
    book = openpyxl.load_workbook(path)
    try:
        return {
            sheet.title: [
                [(cell.value, cell.data_type) for cell in row] for row in sheet.iter_rows()
            ]
            for sheet in book.worksheets
        }
    finally:
        book.close()


def test_xlsx_types(tmp_path: Path) -> None:
    (rows,) = sheets(LOAD, path=tmp_path / "t.xlsx").values()
    assert rows[0] == [(name, "s") for name in LOAD.column_names]
    assert rows[1] == [("公安局", "s"), (7, "n"), (0.25, "n"), (True, "b")]
    assert rows[2][:2] == [("县委, 组织部", "s"), (-3, "n")]
    assert rows[3] == [(None, "n")] * 4
    assert rows[4][:3] == [("", "s"), (0, "n"), (2, "n")]


@pytest.mark.parametrize(
    "text", [*DANGEROUS, "=cmd|' /C calc'!A0", '=HYPERLINK("http://x")', "{=1}"]
)
def test_xlsx_holds_no_formula(tmp_path: Path, text: str) -> None:
    path = tmp_path / "t.xlsx"
    (rows,) = sheets(texts(text), path=path).values()
    value, kind = rows[1][0]
    assert kind == "s"
    assert str(value).lstrip("'").replace("_x000D_", "\r") == text


@pytest.mark.parametrize(
    "text",
    ["http://example.org/", "mailto:a@b", "0012", "1e5", "TRUE", "2025-07", "_x0041_", " a "],
)
def test_xlsx_text_stays_text(tmp_path: Path, text: str) -> None:
    (rows,) = sheets(texts(text), path=tmp_path / "t.xlsx").values()
    assert rows[1][0] == (text, "s")


@settings(max_examples=25, deadline=None)
@given(values=st.lists(st.text(max_size=30), min_size=1, max_size=20))
def test_xlsx_keeps_any_text(values: list[str], tmp_path_factory: pytest.TempPathFactory) -> None:
    path = tmp_path_factory.mktemp("xlsx") / "t.xlsx"
    (rows,) = sheets(texts(*values), path=path).values()
    forbidden = {*map(chr, range(32)), "\ufffe", "\uffff"} - set("\t\n\r")
    for text, [(value, kind)] in zip(values, rows[1:], strict=True):
        kept = "".join("\ufffd" if char in forbidden else char for char in text)
        assert kind == "s"
        assert str(value).replace("_x000D_", "\r") in (kept, "'" + kept)


def test_xlsx_replaces_what_xml_forbids(tmp_path: Path) -> None:
    (rows,) = sheets(texts("a\x00\x0b\x1f\ufffeb", "\x1b[31m"), path=tmp_path / "t.xlsx").values()
    assert [row[0][0] for row in rows[1:]] == ["a\ufffd\ufffd\ufffd\ufffdb", "\ufffd[31m"]


def test_xlsx_numbers_that_are_none(tmp_path: Path) -> None:
    table = Table("t", (Column("x", "decimal"),), [(float("nan"),), (float("inf"),), (0.5,)])
    (rows,) = sheets(table, path=tmp_path / "t.xlsx").values()
    assert [row[0] for row in rows[1:]] == [("nan", "s"), ("inf", "s"), (0.5, "n")]


def test_xlsx_longest_cell(tmp_path: Path) -> None:
    cap = 32_767
    (rows,) = sheets(texts("字" * cap, "字" * (cap + 1)), path=tmp_path / "t.xlsx").values()
    assert rows[1][0][0] == "字" * cap
    assert rows[2][0][0] == "字" * (cap - 1) + "…"  # and not cut without a sign


def test_xlsx_sheets(tmp_path: Path) -> None:
    path = tmp_path / "t.xlsx"
    names = ["load", "LOAD", "a/b:c*[d]?\\e", "'quoted'", "x" * 40, "x" * 40, "", "History", "部门"]
    found = list(sheets(*(Table(name, COLUMNS, LOAD.rows) for name in names), path=path))
    assert len(found) == len({name.lower() for name in found}) == len(names)
    assert all(0 < len(name) <= 31 for name in found)
    assert found[0] == "load"
    assert found[-1] == "部门"
    assert not {*"[]:*?/\\"} & set("".join(found))
    sheet = openpyxl.load_workbook(path).worksheets[0]
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D5"


def test_xlsx_of_an_empty_table(tmp_path: Path) -> None:
    (rows,) = sheets(Table("t", COLUMNS, []), path=tmp_path / "t.xlsx").values()
    assert [[value for value, _ in row] for row in rows] == [list(LOAD.column_names)]


# Parquet and pandas


def test_parquet_types(tmp_path: Path) -> None:
    path = tmp_path / "t.parquet"
    write_parquet(LOAD, path)
    table = pq.read_table(path)
    assert table.schema.names == list(LOAD.column_names)
    assert table.schema.types == [pa.string(), pa.int64(), pa.float64(), pa.bool_()]
    assert table.to_pylist() == LOAD.records()


@pytest.mark.parametrize("rows", [[], [(None, None, None, None)]])
def test_parquet_types_without_values(tmp_path: Path, rows: list[tuple[Value, ...]]) -> None:
    path = tmp_path / "t.parquet"
    write_parquet(Table("t", COLUMNS, rows), path)
    table = pq.read_table(path)
    assert table.schema.types == [pa.string(), pa.int64(), pa.float64(), pa.bool_()]
    assert table.num_rows == len(rows)


@pytest.mark.parametrize("rows", [LOAD.rows, [], [(None, None, None, None)]])
def test_pandas_types(rows: list[tuple[Value, ...]]) -> None:
    frame = Table("t", COLUMNS, rows).to_pandas()
    assert list(frame.columns) == list(LOAD.column_names)
    assert [str(kind) for kind in frame.dtypes] == ["string", "Int64", "Float64", "boolean"]
    assert len(frame) == len(rows)


def test_pandas_values() -> None:
    frame = LOAD.to_pandas()
    assert frame["items"].sum() == 4
    assert frame.loc[0, "name"] == "公安局"
    assert frame.isna().sum().to_dict() == {"name": 1, "items": 1, "share": 1, "reviewed": 2}
    assert frame.loc[2, "items"] is pd.NA


@pytest.mark.parametrize("write", [write_parquet, lambda table, path: write_xlsx([table], path)])
def test_a_file_that_cannot_be_written(write: object, tmp_path: Path) -> None:
    assert callable(write)
    for path in (tmp_path / "none" / "t", tmp_path):
        with pytest.raises(DutyGraphError, match="cannot be written"):
            write(LOAD, path)
    assert list(tmp_path.iterdir()) == []


# The terminal


def width(text: str) -> int:
    """Columns that a text takes: two for a wide character."""
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


def column_at(line: str, text: str) -> int:
    """Column of a terminal at which a text begins in a line."""
    return width(line[: line.index(text)])


NAMES = ["公安局", "Police", "县委组织部（老干部局）", "ab农业", "ＡＢＣ"]


def test_wide_characters_are_aligned() -> None:
    table = Table(
        "t",
        (Column("name"), Column("项目数", "integer"), Column("category"), Column("end")),
        [(name, 10**i, f"类别{i}", "x") for i, name in enumerate(NAMES)] + [("z", 5, "y", "w")],
    )
    head, rule, *lines, tail = to_text(table, width=100).splitlines()
    assert len(lines) == len(NAMES) + 1
    assert set(rule) == {"─"}
    for line, (name, number, category, end) in zip(lines, table.rows, strict=True):
        assert line.startswith(str(name))
        assert column_at(line, str(category)) == column_at(head, "category")
        assert column_at(line, f"{end}"[-1:] if end == "w" else " x") + (end == "x") == column_at(
            head, "end"
        )
        # Numbers end where their heading ends.
        number_end = column_at(line, f" {number} ") + 1 + len(str(number))
        assert number_end == column_at(head, "项目数") + 6
    assert tail == "(6 rows)"


@pytest.mark.parametrize("columns", [30, 40, 60, 80, 120, 200])
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    long = "塔什库尔干县人力资源和社会保障局组织开展就业见习工作，举办就业创业服务专项活动"
    table = Table(
        "t",
        (Column("department"), Column("items", "integer"), Column("title"), Column("method")),
        [(name, i, long[i:], long[: 10 * i]) for i, name in enumerate(NAMES)],
    )
    *grid, tail = to_text(table, width=columns).splitlines()
    assert all(width(line) <= columns for line in grid)
    assert tail.startswith("(5 rows)")
    shown = set(grid[0].split())
    missing = {"department", "items", "title", "method"} - shown
    for name in missing:
        assert name in tail
    assert bool(missing) == ("do not fit" in tail)


def test_long_cells_are_wrapped_and_not_cut() -> None:
    long = "组织开展就业见习工作" * 5
    *grid, _ = to_text(
        Table("t", (Column("a"), Column("b")), [(long, "x"), ("y", "z")]), width=40
    ).splitlines()
    assert "".join(grid[2:-1]).replace(" ", "").replace("x", "") == long


def test_a_column_that_says_the_same_is_said_once() -> None:
    table = Table(
        "t",
        (Column("town"), Column("edition"), Column("items", "integer"), Column("name")),
        [("塔吉克阿巴提镇", "2025-07", 3, "甲"), ("塔吉克阿巴提镇", "2025-07", 3, "乙")],
    )
    first, head, *rest = to_text(table, width=80).splitlines()
    assert first == "town: 塔吉克阿巴提镇   edition: 2025-07"
    assert head.split() == ["items", "name"]  # numbers are not moved
    assert [line.split() for line in rest[1:-1]] == [["3", "甲"], ["3", "乙"]]


def test_one_row_and_none() -> None:
    one = to_text(Table("t", (Column("a"), Column("b")), [("x", "y")]), width=40)
    assert [line.split() for line in one.splitlines()] == [
        ["a", "b"],
        ["─" * 5],
        ["x", "y"],
        ["(1", "rows)"],
    ]
    none = to_text(Table("t", (Column("a"),), []), width=40)
    assert none.splitlines()[0] == "a"
    assert none.endswith("(0 rows)\n")


@pytest.mark.parametrize(
    "hostile", ["\x1b[31mred", "\x1b]0;title\x07", "\x9b31m", "a\x08b", "a\rb", "\x00"]
)
def test_text_does_not_command_the_terminal(hostile: str) -> None:
    shown = to_text(
        Table("t", (Column("a"), Column("b")), [(hostile, "1"), ("x", hostile)]), width=60
    )
    assert not [char for char in shown if unicodedata.category(char) == "Cc" and char != "\n"]
    assert "\ufffd" in shown


def test_markup_is_text() -> None:
    shown = to_text(texts("[bold]x[/bold]", "[/]", ":smile:", "[red"), width=60)
    for text in ("[bold]x[/bold]", "[/]", ":smile:", "[red"):
        assert text in shown.splitlines()


# Formats


@pytest.mark.parametrize("name", TEXT_FORMATS)
def test_every_text_format_renders(name: str) -> None:
    assert "公安局" in render(LOAD, name)
    assert render(LOAD, name).endswith("\n")


@pytest.mark.parametrize("name", ["xlsx", "parquet", "CSV", "html", ""])
def test_unknown_formats(name: str) -> None:
    with pytest.raises(UnknownNameError, match="known: table, csv, tsv, json"):
        render(LOAD, name)
    assert set(TEXT_FORMATS) < set(FORMATS)
