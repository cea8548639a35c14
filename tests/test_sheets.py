"""Spreadsheets: what their cells show, and workbooks that are broken or hostile."""

from __future__ import annotations

import datetime
import hashlib
import io
import random
import re
import time
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from converted import VARIANTS, by_libreoffice, facts_of, parts_of, soffice, to_xlsx
from hypothesis import assume, given
from hypothesis import strategies as st
from openpyxl.utils import get_column_letter
from test_grid import tilings

from dutygraph.errors import NoTextError, TooLargeError, UnreadableError, UnsupportedError
from dutygraph.model import DutyList, Place
from dutygraph.parse.document import parse_document
from dutygraph.readers import biff
from dutygraph.readers.base import Document
from dutygraph.readers.grid import Area, fill
from dutygraph.readers.sheets import read_sheets
from dutygraph.readers.text import read_text
from dutygraph.readers.worksheet import column_name
from dutygraph.readers.xlsx import MEDIA_TYPE

SHEET = "xl/worksheets/sheet1.xml"
NEEDS_LIBREOFFICE = pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")


def workbook(**cells: object) -> bytes:
    """A workbook with one sheet 清单 and some cells by name."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "清单"
    for name, value in cells.items():
        sheet[name] = value
    return saved(book)


def saved(book: openpyxl.Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def edited(data: bytes, part: str, change: Callable[[str], str]) -> bytes:
    """A zip file with one of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", 8) as new:
        for name in old.namelist():
            content = old.read(name)
            if name == part:
                before = content.decode()
                content = change(before).encode()
                assert content != before.encode()
            new.writestr(name, content)
    return out.getvalue()


def with_cell(data: bytes, row: int, cell: str) -> bytes:
    """A workbook with one more row, as XML, at the end of its sheet."""
    xml = f"<row r='{row}'>{cell}</row></sheetData>"
    return edited(data, SHEET, lambda text: text.replace("</sheetData>", xml))


def read(data: bytes) -> Document:
    return read_sheets(data, "list.xlsx")


def cells(data: bytes) -> list[list[str]]:
    """Texts of the rows; a covered cell begins with ^."""
    return [["^" * cell.covered + cell.text for cell in row.cells] for row in read(data).rows]


def noted(data: bytes) -> list[tuple[str, str, str]]:
    return [(a.code, str(a.place), a.quote) for a in read(data).anomalies]


def value(content: object, number_format: str = "") -> str:
    """Text of a cell with some content."""
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet["B2"] = content
    if number_format:
        sheet["B2"].number_format = number_format
    return cells(saved(book))[0][0]


# Values


def test_rows_with_their_places() -> None:
    data = workbook(A1="题目", A3="序号", B3="名称", A4=1, B4="甲\n乙")
    document = read(data)
    assert [([c.text for c in row.cells], row.place) for row in document.rows] == [
        (["题目", ""], Place(sheet="清单", row=1)),
        (["序号", "名称"], Place(sheet="清单", row=3)),
        (["1", "甲\n乙"], Place(sheet="清单", row=4)),
    ]
    assert document.anomalies == ()
    source = document.source
    assert (source.name, source.encoding, source.media_type) == ("list.xlsx", "", MEDIA_TYPE)
    assert source.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("content", "number_format", "text"),
    [
        (1, "", "1"),
        (1.0, "0.00", "1"),
        (1.5, "", "1.5"),
        (0.1 + 0.2, "", "0.3"),
        (-3, "", "-3"),
        (1e20, "", "1E+20"),
        (0.45, "0%", "45%"),
        (0.125, "0.00%", "12.5%"),
        (True, "", "TRUE"),
        (False, "", "FALSE"),
        ("007", "@", "007"),
        (" 甲　\n乙 ", "", " 甲　\n乙 "),
        (datetime.date(2025, 7, 1), "", "2025-07-01"),
        (datetime.datetime(2025, 7, 1), "", "2025-07-01"),
        (datetime.datetime(2025, 7, 1, 8, 30), "", "2025-07-01 08:30"),
        (datetime.datetime(2025, 7, 1, 8, 30, 5), "", "2025-07-01 08:30:05"),
        (datetime.datetime(2025, 7, 1, 8, 30), 'yyyy"年"m"月"', "2025-07-01"),
        (45839, "yyyy/m/d", "2025-07-01"),
        (45839, "m/d", "2025-07-01"),
        (45839, '[$-804]yyyy"年"m"月"d"日";@', "2025-07-01"),
        (45839, "mmm", "2025-07-01"),
        (45839, '0"年"', "45839"),  # the year is text beside the number
        (45839, "[Red]0", "45839"),
        (45839, "0.00E+00", "45839"),
        (45839, "G/通用格式", "45839"),
        (datetime.time(8, 30), "", "08:30"),
        (0.5, "h:mm AM/PM", "12:00"),
        (0.75, "mm:ss", "18:00"),
        (datetime.timedelta(hours=30), "", "30:00:00"),
        (1, "yyyy-mm-dd", "1900-01-01"),
        (59, "yyyy-mm-dd", "1900-02-28"),
        (61, "yyyy-mm-dd", "1900-03-01"),
        (10**9, "yyyy-mm-dd", "1000000000"),
        (-5, "yyyy-mm-dd", "-5"),
    ],
)
def test_values(content: object, number_format: str, text: str) -> None:
    assert value(content, number_format) == text


def test_days_counted_from_1904() -> None:
    book = openpyxl.Workbook()
    book.epoch = datetime.datetime(1904, 1, 1)
    sheet: Any = book.active
    sheet["A1"] = datetime.date(2025, 7, 1)
    assert cells(saved(book)) == [["2025-07-01"]]


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<c r='A9' t='inlineStr'><is><r><t>富</t></r><r><rPr/><t> 文</t></r></is></c>", "富 文"),
        ("<c r='A9' t='inlineStr'><is><t>汉</t><rPh sb='0' eb='1'><t>hàn</t></rPh></is></c>", "汉"),
        ("<c r='A9' t='str'><f>A1</f><v>果</v></c>", "果"),
        ("<c r='A9' t='str'><v>甲_x000D_\n乙_x0041_</v></c>", "甲\n乙A"),
        ("<c r='A9' t='d'><v>2025-07-01T00:00:00</v></c>", "2025-07-01"),
        ("<c r='A9' t='b'><v>1</v></c>", "TRUE"),
        ("<c t='str'><v>无名</v></c>", "无名"),
        ("<c r='A9'><f>1+1</f><v>2</v></c>", "2"),
        ("<c r='A9' s='999'><v>3.0</v></c>", "3"),
        ("<c r='A9'><v>不是数</v></c>", "不是数"),
        ("<c r='A9'><v>1e999</v></c>", "1e999"),
    ],
)
def test_cells_as_xml(xml: str, text: str) -> None:
    data = with_cell(workbook(A1="题"), 9, xml)
    assert cells(data) == [["题"], [text]]
    assert noted(data) == []


def test_rows_and_cells_without_names_are_counted() -> None:
    xml = "<row><c t='str'><v>甲</v></c><c t='str'><v>乙</v></c></row></sheetData>"
    data = edited(workbook(A1="题"), SHEET, lambda text: text.replace("</sheetData>", xml))
    assert [row.place.row for row in read(data).rows] == [1, 2]
    assert cells(data)[1] == ["甲", "乙"]


def test_shared_strings() -> None:
    strings = (
        '<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><si><t>零</t></si>'
        "<si><r><t>富</t></r><r><t>文</t></r><phoneticPr/></si></sst>"
    )
    data = with_cell(
        workbook(A1="题"), 2, "<c r='A2' t='s'><v>1</v></c><c r='B2' t='s'><v>0</v></c>"
    )
    link = (
        '<Relationship Id="rS" Target="sharedStrings.xml" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/sharedStrings"/></Relationships>'
    )
    rels = "xl/_rels/workbook.xml.rels"
    data = edited(data, rels, lambda text: text.replace("</Relationships>", link))
    with pytest.raises(UnreadableError, match="A2 names the text 1"):
        read(data)
    out = io.BytesIO(data)
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("xl/sharedStrings.xml", strings)
    assert cells(out.getvalue())[1] == ["富文", "零"]


def test_formulas_without_a_value_are_reported_and_never_text() -> None:
    data = workbook(A1="题", A2='=HYPERLINK("http://x","甲")', A3="=cmd|'/c calc'!A1", B3="乙")
    assert cells(data) == [["题", ""], ["", "乙"]]
    assert noted(data) == [
        ("formula-without-value", "sheet 清单, row 2", 'A2: =HYPERLINK("http://x","甲")'),
        ("formula-without-value", "sheet 清单, row 3", "A3: =cmd|'/c calc'!A1"),
    ]


def test_a_formula_whose_result_is_empty_text_is_no_fault() -> None:
    data = with_cell(workbook(A1="题"), 2, "<c r='A2' t='str'><f>\"\"</f><v></v></c>")
    assert noted(data) == []


def test_failed_formulas_are_kept_and_reported() -> None:
    data = with_cell(workbook(A1="题"), 2, "<c r='B2' t='e'><f>NA()</f><v>#N/A</v></c>")
    assert cells(data) == [["题", ""], ["", "#N/A"]]
    assert noted(data) == [("error-cell", "sheet 清单, row 2", "B2: #N/A")]


# Sheets


def several_sheets() -> bytes:
    book = openpyxl.Workbook()
    first: Any = book.active
    first.title = "封面"
    first["A1"] = "题目"
    for name, state in (
        ("二", "visible"),
        ("三", "hidden"),
        ("四", "veryHidden"),
        ("空", "hidden"),
    ):
        sheet: Any = book.create_sheet(name)
        sheet.sheet_state = state
        if name != "空":
            sheet["A1"] = f"在{name}"
    chart: Any = book.create_chartsheet("图")
    chart.title = "图"
    return saved(book)


def test_every_sheet_is_read_in_order() -> None:
    document = read(several_sheets())
    assert [(row.cells[0].text, row.place.sheet) for row in document.rows] == [
        ("题目", "封面"),
        ("在二", "二"),
        ("在三", "三"),
        ("在四", "四"),
    ]
    assert [(a.code, a.place.sheet, a.quote) for a in document.anomalies] == [
        ("hidden-sheet", "三", "三"),
        ("hidden-sheet", "四", "四"),
    ]


def hiding() -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "清单"
    for row in range(1, 7):
        for column in range(1, 4):
            sheet.cell(row, column, f"{row}.{column}")
    for row in (2, 4, 5, 99):
        sheet.row_dimensions[row].hidden = True
    for column in ("B", "Z"):
        sheet.column_dimensions[column].hidden = True
    return saved(book)


def test_hidden_rows_and_columns_are_read_and_reported() -> None:
    assert len(cells(hiding())) == 6
    assert noted(hiding()) == [("hidden-cells", "sheet 清单", "rows 2, 4-5; columns B")]


def test_text_boxes() -> None:
    drawing = (
        '<xdr:wsDr xmlns:xdr="http://schemas.openxmlformats.org/drawingml/2006/spreadsheetDrawing" '
        'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main"><xdr:sp><a:p><a:r><a:t>内</a:t>'
        "</a:r><a:r><a:t>部</a:t></a:r></a:p><a:p/><a:p><a:r><a:t>题</a:t></a:r><a:br/><a:r><a:t>目"
        "</a:t></a:r></a:p></xdr:sp></xdr:wsDr>"
    )
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="../drawings/drawing1.xml" Type="http://schemas.openxmlformats'
        '.org/officeDocument/2006/relationships/drawing"/></Relationships>'
    )
    out = io.BytesIO(workbook(A1="甲"))
    with zipfile.ZipFile(out, "a") as file:
        file.writestr("xl/drawings/drawing1.xml", drawing)
        file.writestr("xl/worksheets/_rels/sheet1.xml.rels", link)
    assert [(row.cells[0].text, str(row.place)) for row in read(out.getvalue()).rows] == [
        ("内部", "sheet 清单, paragraph 1"),
        ("题", "sheet 清单, paragraph 2"),
        ("目", "sheet 清单, paragraph 3"),
        ("甲", "sheet 清单, row 1"),
    ]


# Merged cells


def merged(areas: list[Area]) -> bytes:
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "清单"
    for area in areas:
        spot = area.spot
        sheet.cell(spot.row + 1, spot.column + 1, area.text or None)
        if spot.rows > 1 or spot.columns > 1:
            sheet.merge_cells(
                start_row=spot.row + 1,
                end_row=spot.row + spot.rows,
                start_column=spot.column + 1,
                end_column=spot.column + spot.columns,
            )
    return saved(book)


@given(tilings())
def test_any_table_is_read_back(table: tuple[int, int, list[Area]]) -> None:
    areas = [area for area in table[2] if area.text]
    assume(areas)
    document = read(merged(table[2]))
    assert document.anomalies == ()
    assert [([*row.cells], row.place) for row in document.rows] == [
        (line, Place(sheet="清单", row=row + 1)) for row, line in fill(areas, "")
    ]


def with_ranges(data: bytes, *ranges: str) -> bytes:
    xml = "".join(f"<mergeCell ref='{one}'/>" for one in ranges)
    return edited(
        data,
        SHEET,
        lambda text: text.replace("</sheetData>", f"</sheetData><mergeCells>{xml}</mergeCells>"),
    )


def test_text_under_a_merged_cell_is_reported() -> None:
    data = with_ranges(workbook(A1="类", A2="盖住", B1="甲", B2="乙"), "A1:A2")
    assert cells(data) == [["类", "甲"], ["^类", "乙"]]
    assert noted(data) == [("hidden-text", "sheet 清单, row 2", "A2: 盖住")]


def test_whole_columns_merged_cost_nothing() -> None:
    data = with_ranges(workbook(A1="类", B1="甲", B9="乙"), "A1:A1048576", "C1:XFD1048576")
    begin = time.perf_counter()
    assert cells(data) == [["类", "甲"], ["^类", "乙"]]
    assert time.perf_counter() - begin < 2


def test_ranges_that_overlap_are_refused() -> None:
    data = workbook(A1="类", B1="甲")
    assert cells(with_ranges(data, "A1:A2", "B1:B2", "C3")) == [["类", "甲"]]
    with pytest.raises(UnreadableError, match="overlap at A2"):
        read(with_ranges(data, "A1:A3", "A2:B2"))


# Sheets that lie about their size


@pytest.mark.parametrize("claim", ["A1", "A1:B1", "A1:XFD1048576", "Z99", "nonsense"])
def test_the_claimed_size_does_not_count(claim: str) -> None:
    data = edited(
        workbook(A1="题", B3="甲", C5="乙"),
        SHEET,
        lambda text: re.sub(r'<dimension ref="[^"]*"/>', f'<dimension ref="{claim}"/>', text),
    )
    assert cells(data) == [["题", "", ""], ["", "甲", ""], ["", "", "乙"]]


def test_a_cell_in_the_last_row_costs_nothing() -> None:
    data = with_cell(workbook(A1="题"), 1048576, "<c r='B1048576' t='str'><v>末</v></c>")
    begin = time.perf_counter()
    assert [row.place.row for row in read(data).rows] == [1, 1048576]
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize("name", ["IW1", "XFD1048576"])
def test_text_beyond_the_columns_is_refused(name: str) -> None:
    assert cells(with_cell(workbook(A1="题"), 2, "<c r='IV2' t='str'><v>末</v></c>"))
    row = int(re.sub(r"\D", "", name))
    begin = time.perf_counter()
    with pytest.raises(TooLargeError, match=name):
        read(with_cell(workbook(A1="题"), row, f"<c r='{name}' t='str'><v>末</v></c>"))
    # Without text it is only a cell with a border.
    assert cells(with_cell(workbook(A1="题"), row, f"<c r='{name}' s='0'/>")) == [["题"]]
    assert time.perf_counter() - begin < 2


@pytest.mark.parametrize("name", ["A0", "XFE1", "ZZZ1", "A1048577", "A", "1", "甲1", "A9999999"])
def test_names_of_no_cell_are_refused(name: str) -> None:
    with pytest.raises(UnreadableError, match="a cell named"):
        read(with_cell(workbook(A1="题"), 2, f"<c r='{name}' t='str'><v>末</v></c>"))


@given(st.integers(0, 2**14 - 1))
def test_column_names(column: int) -> None:
    assert column_name(column) == get_column_letter(column + 1)


# Other formats


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """One workbook with everything that differs between formats, by LibreOffice in each of them."""
    if soffice() is None:
        pytest.skip("LibreOffice is not installed")
    folder = tmp_path_factory.mktemp("formats")
    book = openpyxl.Workbook()
    sheet: Any = book.active
    sheet.title = "清单"
    sheet["A1"], sheet["A3"], sheet["B3"], sheet["C3"] = "题目", "类", 1, "甲\n乙"
    sheet.merge_cells("A3:A4")
    sheet["B4"], sheet["C4"] = 2.5, datetime.date(2025, 7, 1)
    sheet["B5"], sheet["C5"] = "=NA()", "=B3+1"
    sheet["C6"], sheet["B6"] = "藏", True
    sheet.row_dimensions[6].hidden = True
    other: Any = book.create_sheet("另一张")
    other.sheet_state = "hidden"
    other["A1"] = "密"
    path = folder / "list.xlsx"
    path.write_bytes(saved(book))
    return {to: by_libreoffice(path, to, folder) for to in ("xls", "ods", "xlsx")}


@pytest.mark.parametrize("form", ["xls", "ods", "xlsx"])
def test_other_formats(samples: dict[str, bytes], form: str) -> None:
    data = samples[form]
    assert cells(data) == [
        ["题目", "", ""],
        ["类", "1", "甲\n乙"],
        ["^类", "2.5", "2025-07-01"],
        ["", "#N/A", "2"],
        ["", "TRUE", "藏"],
        ["密"],
    ]
    assert noted(data) == [
        ("error-cell", "sheet 清单, row 5", "B5: #N/A"),
        ("hidden-cells", "sheet 清单", "rows 6"),
        ("hidden-sheet", "sheet 另一张", "另一张"),
    ]
    assert [row.place.row for row in read(data).rows] == [1, 3, 4, 5, 6, 1]


def ods(table: str) -> bytes:
    def urn(name: str) -> str:
        return f'xmlns:{name}="urn:oasis:names:tc:opendocument:xmlns:{name}:1.0"'

    content = (
        f"<office:document-content {urn('office')} {urn('table')} {urn('text')} {urn('draw')}>"
        f"<office:body><office:spreadsheet><table:table table:name='清单'>{table}</table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        file.writestr("content.xml", content)
    return out.getvalue()


def ods_cell(text: str, more: str = "") -> str:
    return f"<table:table-cell {more}><text:p>{text}</text:p></table:table-cell>"


def test_text_of_an_ods_cell() -> None:
    text = "甲<text:s text:c='2'/>乙<text:tab/>丙<text:line-break/>丁 \n <text:a>戊</text:a>"
    note = "<office:annotation><text:p>批注</text:p></office:annotation>"
    row = f"<table:table-row><table:table-cell>{note}<text:p>{text}</text:p><text:p>己</text:p>"
    assert cells(ods(f"{row}</table:table-cell></table:table-row>")) == [["甲  乙\t丙\n丁 戊\n己"]]


def test_repeated_ods_rows_and_cells() -> None:
    blank = "<table:table-cell table:number-columns-repeated='16384'/>"
    row = "<table:table-row table:number-rows-repeated='{}'>{}</table:table-row>"
    body = (
        row.format(2, ods_cell("甲", "table:number-columns-repeated='2'") + blank)
        + row.format(1_048_000, blank)
        + row.format(1, ods_cell("乙") + blank)
        + row.format(500, blank)
    )
    document = read(ods(body))
    assert [([c.text for c in r.cells], r.place.row) for r in document.rows] == [
        (["甲", "甲"], 1),
        (["甲", "甲"], 2),
        (["乙", ""], 1_048_003),
    ]


@pytest.mark.parametrize(("rows", "columns"), [(1_048_576, 1), (1, 16_384), (1_048_576, 200)])
def test_repeated_ods_text_is_refused_in_time(rows: int, columns: int) -> None:
    cell = ods_cell("甲", f"table:number-columns-repeated='{columns}'")
    row = f"<table:table-row table:number-rows-repeated='{rows}'>{cell}</table:table-row>"
    begin = time.perf_counter()
    with pytest.raises(TooLargeError):
        read(ods(row))
    assert time.perf_counter() - begin < 10


def test_what_is_not_read_is_named() -> None:
    out = io.BytesIO()
    link = (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        '<Relationship Id="r1" Target="xl/workbook.bin" Type="http://schemas.openxmlformats.org/'
        'officeDocument/2006/relationships/officeDocument"/></Relationships>'
    )
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("_rels/.rels", link)
        file.writestr("xl/workbook.bin", b"\x83\x01\x00")
    with pytest.raises(UnsupportedError, match="XLSB"):
        read(out.getvalue())
    for data in (b"", b"PK\x03\x04", b"a,b", biff.SIGNATURE, biff.SIGNATURE + b"\0" * 5000):
        with pytest.raises(UnreadableError):
            read(data)
    with pytest.raises(NoTextError):
        read(workbook())


@pytest.mark.parametrize(
    ("stream", "what"),
    [("EncryptedPackage", "encrypted"), ("WordDocument", "DOC"), ("Contents", "holds no workbook")],
)
def test_other_old_office_files_are_named(
    samples: dict[str, bytes], stream: str, what: str
) -> None:
    # An XLS file whose workbook has the name that another program would give it.
    data = samples["xls"]
    begin = data.index("Workbook\0".encode("utf-16-le"))
    name = stream.encode("utf-16-le") + b"\0\0"
    entry = name.ljust(64, b"\0") + bytes([len(name), 0])
    with pytest.raises(UnsupportedError, match=what):
        read(data[:begin] + entry + data[begin + 66 :])


# XLS files that are broken


def records_of(data: bytes) -> tuple[int, list[tuple[int, int, int]]]:
    """Offset of the workbook in an XLS file, and code, offset and length of its records."""
    stream = biff.streams(data, "x")["Workbook"]
    begin = data.index(stream[:512])
    assert data[begin : begin + len(stream)] == stream  # LibreOffice writes it in one piece
    out = []
    at = 0
    while at + 4 <= len(stream):
        code, length = (int.from_bytes(stream[at + n : at + n + 2], "little") for n in (0, 2))
        out.append((code, begin + at + 4, length))
        at += 4 + length
    return begin, out


def test_an_xls_file_cannot_claim_a_size_that_breaks_the_library(
    samples: dict[str, bytes],
) -> None:
    data = samples["xls"]
    sizes = [at for code, at, _ in records_of(data)[1] if code == 0x0200]
    for at in sizes:
        for claim in (b"\0\0\0\0\xff\xff\xff\xff\0\0\xff\xff", b"\xff\xff\0\0\0\0\0\0\0\0\0\0"):
            with pytest.raises(UnreadableError):
                read(data[:at] + claim + data[at + 12 :])


def test_a_far_cell_of_an_xls_file_is_refused(samples: dict[str, bytes]) -> None:
    data = samples["xls"]
    at = next(at for code, at, _ in records_of(data)[1] if code == 0x00FD)
    with pytest.raises(TooLargeError, match="XFD"):
        read(data[: at + 2] + (16_383).to_bytes(2, "little") + data[at + 4 :])


def test_an_encrypted_xls_file(samples: dict[str, bytes]) -> None:
    data = samples["xls"]
    # The second record becomes that which begins the encrypted part.
    at = records_of(data)[1][1][1] - 4
    with pytest.raises(UnsupportedError, match="encrypted"):
        read(data[:at] + (0x2F).to_bytes(2, "little") + data[at + 2 :])


def outcome(data: bytes) -> list[list[str]] | None:
    """Texts that are read from some bytes; None where they are refused."""
    try:
        document = read(data)
    except UnreadableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
        return None
    assert document.rows
    return [[cell.text for cell in row.cells] for row in document.rows]


@pytest.mark.parametrize("form", ["xls", "ods", "xlsx"])
def test_damaged_files(samples: dict[str, bytes], form: str) -> None:
    data = samples[form]
    whole = outcome(data)
    assert whole is not None
    for cut in range(64):
        found = outcome(data[: len(data) * cut // 64])
        # LibreOffice pads an XLS file; behind its last stream nothing is lost.
        assert found is None or (form == "xls" and found == whole)
    chance = random.Random(20250701)  # noqa: S311 - not for secrets
    refused = 0
    for _ in range(400):
        flipped = bytearray(data)
        for _ in range(chance.choice((1, 1, 5))):
            flipped[chance.randrange(len(data))] = chance.randrange(256)
        found = outcome(bytes(flipped))
        # Zip containers have checksums, XLS files do not.
        assert found in (None, whole) or form == "xls"
        refused += found is None
    assert refused > 20


def test_damaged_parts_are_read_or_refused() -> None:
    """The container is in order, but what is inside is not."""
    data = workbook(A1="题", A2=1, B2="甲", C2=datetime.date(2025, 7, 1))
    chance = random.Random(20250701)  # noqa: S311 - not for secrets
    refused = 0
    for turn in range(300):
        part = (SHEET, "xl/workbook.xml", "xl/styles.xml")[turn % 3]

        def damage(text: str, turn: int = turn) -> str:
            at = chance.randrange(len(text))
            return (
                text[:at] if turn % 2 else text[:at] + chance.choice("<>&\"'x0甲") + text[at + 1 :]
            )

        try:
            broken = edited(data, part, damage)
        except AssertionError:
            continue  # the same character again
        refused += outcome(broken) is None
    assert refused > 100


# The real document


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_real_document_in_excel(real_document: Path, real_list: DutyList, variant: str) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "list.txt"), variant)
    document = read(to_xlsx(parts, variant))
    assert document.anomalies == ()
    assert len({row.place.sheet for row in document.rows}) == (4 if variant == "pages" else 1)
    assert facts_of(parse_document(document)) == facts_of(real_list)


@NEEDS_LIBREOFFICE
@pytest.mark.parametrize("form", ["xls", "ods", "xlsx"])
def test_the_real_document_saved_by_libreoffice(
    real_document: Path, real_list: DutyList, tmp_path: Path, form: str
) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "list.txt"), "merged")
    path = tmp_path / "list.xlsx"
    path.write_bytes(to_xlsx(parts, "merged"))
    document = read(by_libreoffice(path, form, tmp_path))
    assert facts_of(parse_document(document)) == facts_of(real_list)
