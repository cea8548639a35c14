"""PDF: characters at places → lines, paragraphs, tables; and the real document printed and read back."""

from __future__ import annotations

import re
import subprocess
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

import pdfs
import pytest
import samples
from converted import parts_of as converted_parts
from converted import to_html
from hypothesis import given
from hypothesis import strategies as st
from rawpdf import Painter, pdf, stream

from dutygraph.errors import UnreadableError
from dutygraph.model import DutyList, Item, Place
from dutygraph.parse.document import parse_document
from dutygraph.readers.base import Document
from dutygraph.readers.pdf import read_pdf
from dutygraph.readers.pdf_marks import Char
from dutygraph.readers.pdf_text import Line, Measure, breaks, join, lines_of, restore_radicals
from dutygraph.readers.read import read_path

LIST = Path(__file__).parents[1] / "data/sources/653131101-2025-07/list.txt"
HEADER = ["序号", "事项类别", "事项名称"]
XS = [50, 90, 200, 600]


def texts(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.rows]


def painted(*pages: list[str], painter: Painter, **kinds: str) -> Document:
    return read_pdf(pdf(painter.objects(pages, **kinds)), "x.pdf")


def ys(count: int, top: float = 500, step: float = 20) -> list[float]:
    """Edges of *count* rows from the top."""
    return [top - step * number for number in range(count + 1)]


# Lines


def chars(text: str, x: float = 0, y: float = 0, em: float = 10, gap: float = 0) -> list[Char]:
    """Characters one em wide, each *gap* behind the one before; a space is room and no character."""
    return [
        Char(char, x + n * (em + gap), x + n * (em + gap) + em, y, em)
        for n, char in enumerate(text)
        if char != " "
    ]


def line(text: str, x0: float = 0, y: float = 0, head: float = 10, *, page: int = 1) -> Line:
    return Line(text, x0, x0 + 10 * len(text), y, 10, head, page)


def test_lines_are_told_by_their_baselines() -> None:
    found = lines_of([*chars("乙", y=15), *chars("甲", y=0), *chars("丙", x=10, y=1)], 3)
    assert [(n.text, n.page) for n in found] == [("甲丙", 3), ("乙", 3)]


def test_raised_characters_stay_in_their_line() -> None:
    found = lines_of([*chars("平方米"), *chars("2", x=30, y=-4, em=5)], 1)
    assert [n.text for n in found] == ["平方米2"]


def test_bold_that_is_painted_twice() -> None:
    assert lines_of([*chars("甲甲乙"), *chars("甲甲乙", x=0.3)], 1)[0].text == "甲甲乙"


@pytest.mark.parametrize("gap", [0, 2, 9, 30])
def test_justified_lines_have_no_spaces(gap: float) -> None:
    # However far the characters of a line are spread, there is no space between them.
    assert lines_of(chars("做好甲工作", gap=gap), 1)[0].text == "做好甲工作"


def test_spaces_that_were_not_written() -> None:
    assert lines_of(chars("说明  一 二三四"), 1)[0].text == "说明 一 二三四"
    latin = [Char(c, 5.0 * n, 5.0 * n + 5, 0, 10) for n, c in enumerate("ab cd") if c != " "]
    assert lines_of(latin, 1)[0].text == "ab cd"


def test_a_written_space_is_kept() -> None:
    assert (
        lines_of([*chars("甲"), Char(" ", 10, 13, 0, 10), *chars("乙", x=13)], 1)[0].text == "甲 乙"
    )


# Where a paragraph ends: a column 100 wide, characters 10 wide

COLUMN = Measure(0, 100)


@pytest.mark.parametrize(
    ("first", "second", "joined"),
    [
        # The line is full: the break says nothing.
        ("一二三四五六七八九十", "甲", "一二三四五六七八九十甲"),
        # One character less is full too where the next one brings a full stop along.
        ("一二三四五六七八九", "甲。乙", "一二三四五六七八九甲。乙"),
        # Five characters less are no margin: the paragraph ended.
        ("一二三四。", "甲乙", "一二三四。\n甲乙"),
        # A long word did not fit.
        ("一二三四五", "dutygraph", "一二三四五dutygraph"),
        # Latin words were parted by a space, at which the line broke.
        ("一二duty", "graph", "一二duty graph"),
        ("一二well-", "known", "一二well-known"),
    ],
)
def test_join(first: str, second: str, joined: str) -> None:
    lines = lines_of([*chars(first), *chars(second, y=15)], 1)
    assert join(lines, COLUMN) == joined


def test_join_centred_lines() -> None:
    # Three characters in the middle of ten: had the next two fitted beside them? Yes.
    assert join([line("一二三", 35), line("甲乙", 40, 15)], COLUMN) == "一二三\n甲乙"
    # Nine, centred, leave no room for a word two wide.
    full = line("一二三四五六七八九", 5)
    assert join([full, line("甲。", 40, 15, head=20)], COLUMN) == "一二三四五六七八九甲。"


def test_an_indented_line_begins_a_paragraph() -> None:
    full = line("一二三四五六七八九十")
    assert breaks(full, line("甲乙丙丁戊己庚辛", 20, 15), COLUMN, 15)
    assert not breaks(full, line("甲乙丙丁戊己庚辛壬癸", 0, 15), COLUMN, 15)


def test_a_wide_gap_ends_a_paragraph_but_not_over_the_page() -> None:
    full = line("一二三四五六七八九十")
    assert breaks(full, line("甲乙丙丁戊己庚辛壬癸", 0, 25), COLUMN, 15)
    assert not breaks(full, line("甲乙丙丁戊己庚辛壬癸", 0, 900, page=2), COLUMN, 15)


def test_join_nothing() -> None:
    assert join([], COLUMN) == ""


# Characters


def test_radicals() -> None:
    # ⼯⼈ of Kangxi by NFKC; ⺠⻔ of the supplement, which NFKC leaves; 戶 would be traditional.
    assert restore_radicals("⼯⼈ ⺠⻔⼾") == ("工人 民门户", "⺠⻔⼈⼯⼾")
    assert restore_radicals("工人 民门 ﬁ") == ("工人 民门 fi", "")


@given(st.text(alphabet=st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF)))
def test_characters_are_not_changed(text: str) -> None:
    assert restore_radicals(text) == (text, "")


def test_radicals_are_reported_once() -> None:
    painter = Painter()
    rows = [HEADER, ["1", "⺠生", "⼯作"], ["2", "⺠生", "⼯作"]]
    document = painted(painter.table(XS, ys(3), rows), painter=painter)
    assert texts(document)[1] == ["1", "民生", "工作"]
    assert [(a.code, a.quote) for a in document.anomalies] == [("radical-character", "⺠⼯")]


def test_compatibility_characters_come_out_composed() -> None:
    painter = Painter()
    document = painted(painter.table(XS, ys(2), [HEADER, ["1", "党", "\uf98e月"]]), painter=painter)
    assert texts(document)[1][2] == "年月"  # U+F98E is 年


def test_characters_without_a_name() -> None:
    painter = Painter()
    rows = [HEADER, ["1", "党的建设", "做好\ue123工作，" + "甲" * 30]]
    document = painted(painter.table(XS, ys(2), rows), painter=painter)
    (anomaly,) = document.anomalies
    assert anomaly.code == "unmapped-character"
    assert anomaly.place == Place(page=1, row=2)
    assert "\ue123" in texts(document)[1][2]  # kept, and said


def test_fonts_that_are_not_in_the_file() -> None:
    # Chinese fonts were long left out; the encoding, known to every reader, names the characters.
    for encoding, codec in (("UniGB-UCS2-H", "utf-16-be"), ("GBK-EUC-H", "gbk")):
        painter = Painter()
        made = painter.objects([painter.table(XS, ys(2), [HEADER, ["1", "党的建设", "甲"]])])
        made[3] = made[3].replace(b"/Identity-H", b"/" + encoding.encode())
        made[3] = made[3].replace(b"/ToUnicode 5 0 R", b"")
        made[4] = made[4].replace(b"(Identity)", b"(GB1)")
        by_code = {code: char for char, code in painter.codes.items()}
        content = "\n".join(painter.table(XS, ys(2), [HEADER, ["1", "党的建设", "甲"]]))

        def encoded(found: re.Match[str], by_code=by_code, codec=codec) -> str:  # type: ignore[no-untyped-def]
            codes = re.findall("....", found[1])
            return f"<{''.join(by_code[int(c, 16)] for c in codes).encode(codec).hex()}>"

        made[11] = stream(re.sub("<([0-9A-F]+)>", encoded, content).encode())
        rows = texts(read_pdf(pdf(made), "x"))
        assert rows == [HEADER, ["1", "党的建设", "甲"]]


# Tables


def test_place_and_source() -> None:
    painter = Painter()
    document = painted(
        [painter.text(300, 550, "履职事项清单"), *painter.table(XS, ys(1), [HEADER])],
        painter.table(XS, ys(1), [["1", "党的建设", "甲"]]),
        painter=painter,
    )
    assert [row.place for row in document.rows] == [
        Place(page=1, row=1),
        Place(page=1, row=2),
        Place(page=2, row=1),
    ]
    assert document.source.media_type == "application/pdf"
    assert document.source.encoding == ""


def test_merged_cells() -> None:
    painter = Painter()
    operators = [painter.line(50, y, 600, y) for y in (500, 480, 440)]
    operators += [painter.line(x, 500, x, 440) for x in XS]
    operators += [painter.line(50, 460, 90, 460), painter.line(200, 460, 600, 460)]  # not over 类别
    for x, y, text in (
        (53, 487, "序号"), (93, 487, "事项类别"), (203, 487, "事项名称"), (53, 467, "1"),
        (93, 457, "党的建设"), (203, 467, "甲"), (53, 447, "2"), (203, 447, "乙"),
    ):  # fmt: skip
        operators.append(painter.text(x, y, text))
    document = painted(operators, painter=painter)
    assert texts(document) == [HEADER, ["1", "党的建设", "甲"], ["2", "党的建设", "乙"]]
    assert [cell.covered for cell in document.rows[2].cells] == [False, True, False]


def test_cell_over_several_columns() -> None:
    painter = Painter()
    operators = [painter.line(50, y, 600, y) for y in (520, 500, 480, 460)]
    operators += [painter.line(x, 520, x, 460) for x in (50, 600)]
    operators += [painter.line(x, 500, x, 460) for x in (90, 200)]
    operators += [painter.text(60, 507, "基本履职事项清单")]
    operators += [painter.text(x + 3, 487, text) for x, text in zip(XS, HEADER, strict=False)]
    operators += [
        painter.text(x + 3, 467, text) for x, text in zip(XS, ["1", "党", "甲"], strict=False)
    ]
    document = painted(operators, painter=painter)
    assert texts(document) == [["基本履职事项清单", "", ""], HEADER, ["1", "党", "甲"]]


@pytest.mark.parametrize("way", ["strokes", "thin boxes", "boxes", "dashes", "dots", "doubled"])
def test_ways_to_draw_a_rule(way: str) -> None:
    painter = Painter()

    def rule(x0: float, y0: float, x1: float, y1: float) -> list[str]:
        width, height = max(x1 - x0, 0.6), max(y1 - y0, 0.6)
        if way == "thin boxes":
            return [f"{x0} {y0} {width} {height} re f"]
        step = {"dashes": (6, 4), "dots": (2, 1)}.get(way)
        if step is not None:
            pitch, length = step
            return [
                painter.line(x0 + n, y0, min(x0 + n + length, x1), y0)
                if y0 == y1
                else painter.line(x0, y0 + n, x0, min(y0 + n + length, y1))
                for n in range(0, int(max(x1 - x0, y1 - y0)), pitch)
            ]
        lines = [painter.line(x0, y0, x1, y1)]
        if way == "doubled":
            lines.append(painter.line(x0 + 1.5 * (x0 == x1), y0 + 1.5 * (y0 == y1), x1, y1))
        return lines

    operators = []
    if way == "boxes":
        operators = [
            f"{left} {bottom} {right - left} {top - bottom} re S"
            for left, right in pairwise(XS)
            for top, bottom in ((500, 480), (480, 460))
        ]
    else:
        for y in (500, 480, 460):
            operators += rule(50, y, 600, y)
        for x in XS:
            operators += rule(x, 460, x, 500)
    rows = [HEADER, ["1", "党的建设", "甲"]]
    for row, top in zip(rows, (500, 480), strict=True):
        operators += [painter.text(x + 5, top - 14, text) for x, text in zip(XS, row, strict=False)]
    assert texts(painted(operators, painter=painter)) == rows


def test_table_without_rules_at_its_sides() -> None:
    painter = Painter()
    operators = [painter.line(50, y, 600, y) for y in (500, 480, 460)]
    operators += [painter.line(x, 460, x, 500) for x in (90, 200)]
    for row, top in (((HEADER), 500), (["1", "党的建设", "甲"], 480)):
        operators += [painter.text(x + 5, top - 14, text) for x, text in zip(XS, row, strict=False)]
    assert texts(painted(operators, painter=painter)) == [HEADER, ["1", "党的建设", "甲"]]


def test_what_is_no_rule() -> None:
    # Shading, an underline, a frame around the page and a line below the header are no cells.
    painter = Painter()
    rows = [HEADER, ["1", "党的建设", "甲"]]
    operators = [
        "0.9 g 51 461 548 18 re f 0 g",
        "92 464 40 0.5 re f",
        "20 20 800 555 re S",
        painter.line(50, 560, 400, 560),
        *painter.table(XS, ys(2), rows),
    ]
    assert texts(painted(operators, painter=painter)) == rows


def test_table_inside_a_cell_is_text_of_that_cell() -> None:
    painter = Painter()
    operators = painter.table(XS, [500, 480, 400], [HEADER, ["1", "党的建设"]])
    operators += painter.table([210, 300, 400], [470, 450, 430], [["甲", "乙"], ["丙", "丁"]])
    document = painted(operators, painter=painter)
    assert len(document.rows) == 2
    assert re.sub(r"\s", "", document.rows[1].cells[2].text) == "甲乙丙丁"


@pytest.mark.parametrize("angle", [0, 90, 180, 270])
def test_turned_pages(angle: int) -> None:
    painter = Painter()
    rows = [HEADER, ["1", "党的建设", "甲"]]
    operators = painter.table(XS, ys(2), rows)
    assert texts(painted(operators, painter=painter, page=f"/Rotate {angle}")) == rows


@pytest.mark.parametrize(
    "matrix", ["0 1 -1 0 595 0 cm", "-1 0 0 -1 842 595 cm", "0 -1 1 0 0 842 cm"]
)
def test_pages_whose_content_is_turned(matrix: str) -> None:
    # A landscape table on a portrait page, without saying so.
    painter = Painter()
    rows = [HEADER, ["1", "党的建设", "甲"]]
    operators = [matrix, *painter.table(XS, ys(2), rows)]
    assert texts(painted(operators, painter=painter, box="0 0 842 842")) == rows


def test_watermark() -> None:
    painter = Painter()
    rows = [HEADER, ["1", "党的建设", "甲"]]
    mark = painter.turned(200, 440, "内部资料", "0.7 0.7 -0.7 0.7")
    large = painter.text(210, 470, "样", size=60)
    page = [*painter.table(XS, ys(2), rows), mark, large]
    document = painted(page, page, painter=painter)
    # No cell holds it, and it is said once.
    assert texts(document) == [*rows, ["内部资料样"], *rows]


def test_text_that_is_written_downwards() -> None:
    # By a line for each character, and by a font for vertical writing, whose name ends in -V.
    painter = Painter()
    operators = painter.table(XS, [500, 480, 400], [HEADER, ["1"]])
    operators += [painter.text(140, 465 - 12 * n, char) for n, char in enumerate("党的建设")]
    down = painter.text(300, 475, "做好甲工作").replace("/F1", "/F2")
    made = painter.objects([[*operators, down]])
    made[7] = made[3].replace(b"/Identity-H", b"/Identity-V")
    made[10] = made[10].replace(b"/F1 3 0 R", b"/F1 3 0 R /F2 7 0 R")
    assert texts(read_pdf(pdf(made), "x")) == [HEADER, ["1", "党的建设", "做好甲工作"]]


# Over pages


def cut_table(painter: Painter, *, top: list[str], rest: list[str]) -> Document:
    """A row *top* at the end of a page, and *rest* below the header of the next one."""
    return painted(
        [*painter.table(XS, ys(2), [HEADER, top]), painter.text(400, 20, "- 1 -")],
        [
            *painter.table(XS, ys(3), [HEADER, rest, ["2", "党的建设", "丙"]]),
            painter.text(400, 20, "- 2 -"),
        ],
        painter=painter,
    )


def test_a_row_over_two_pages_is_one() -> None:
    title = (
        "做好" + "甲" * 36 + "，"
    )  # fills the line of its cell: 39 characters, 390 of 394 points
    document = cut_table(Painter(), top=["1", "党的建设", title], rest=["", "", "乙工作。"])
    assert texts(document) == [
        HEADER,
        ["1", "党的建设", title + "乙工作。"],
        ["- 1 -"],
        HEADER,
        ["2", "党的建设", "丙"],
        ["- 2 -"],
    ]
    (anomaly,) = document.anomalies
    assert (anomaly.code, anomaly.place) == ("row-over-pages", Place(page=2, row=2))
    # The part keeps its number: the row below is the third of its page.
    assert document.rows[4].place == Place(page=2, row=3)


def test_a_row_over_two_pages_whose_paragraph_ended() -> None:
    document = cut_table(Painter(), top=["1", "党的建设", "1. 甲；"], rest=["", "", "2. 乙。"])
    assert texts(document)[1][2] == "1. 甲；\n2. 乙。"


def test_a_cut_title_and_category() -> None:
    # Every cell goes on, so the row has no empty cell but that of its number; its line was full.
    full = "做好" + "甲" * 37
    document = cut_table(Painter(), top=["1", "党的", full], rest=["", "建设", "工作"])
    assert texts(document)[1][2] == full + "工作"
    assert len(document.rows) == 6


def test_a_row_without_number_that_is_whole() -> None:
    # Every cell filled, and the row above ended: it has lost its number and is no rest of a row.
    painter = Painter()
    first = painter.table(XS, [500, 480, 440], [HEADER, ["1", "党的建设"]])
    first += [painter.text(203, 467, "甲" * 39), painter.text(203, 452, "乙。")]
    second = painter.table(XS, ys(2), [HEADER, ["", "党的建设", "丙"]])
    document = painted(first, second, painter=painter)
    assert texts(document)[-1] == ["", "党的建设", "丙"]
    assert document.anomalies == ()


def test_a_number_in_the_middle_of_a_cut_row() -> None:
    # The number is printed half-way down, which is on the second page.
    document = cut_table(Painter(), top=["", "", "甲" * 39], rest=["1", "党的建设", "乙"])
    assert texts(document)[1] == ["1", "党的建设", "甲" * 39 + "乙"]


def test_the_title_of_the_table_on_the_next_page() -> None:
    # It stands in the middle of the first page and at the top of the second one.
    painter = Painter()
    full = "甲" * 39
    first = [
        painter.text(200, 540, "基本履职事项清单"),
        *painter.table(XS, ys(2), [HEADER, ["1", "党", full]]),
    ]
    second = [
        painter.text(200, 570, "基本履职事项清单"),
        *painter.table(XS, ys(2), [HEADER, ["", "", "乙"]]),
    ]
    document = painted(first, second, painter=painter)
    assert texts(document)[2] == ["1", "党", full + "乙"]


def test_another_table_on_the_next_page() -> None:
    painter = Painter()
    other = ["序号", "事项类别", "承接部门及工作方式"]
    document = painted(
        painter.table(XS, ys(2), [HEADER, ["1", "党", "甲"]]),
        painter.table(XS, ys(2), [other, ["", "党", "乙"]]),
        painter=painter,
    )
    assert texts(document) == [HEADER, ["1", "党", "甲"], other, ["", "党", "乙"]]


def test_three_pages() -> None:
    painter = Painter()
    full = "甲" * 39
    document = painted(
        painter.table(XS, ys(2), [HEADER, ["1", "党", full]]),
        painter.table(XS, ys(2), [HEADER, ["", "", full]]),
        painter.table(XS, ys(3), [HEADER, ["", "", "乙"], ["2", "党", "丙"]]),
        painter=painter,
    )
    assert texts(document) == [
        HEADER, ["1", "党", full + full + "乙"], HEADER, HEADER, ["2", "党", "丙"],
    ]  # fmt: skip


# Paragraphs


def paragraph_page(painter: Painter, lines: list[tuple[float, float, str]]) -> list[str]:
    table = painter.table(XS, ys(1, top=100), [HEADER])
    return [*(painter.text(x, y, text) for x, y, text in lines), *table]


def test_paragraphs() -> None:
    painter = Painter()
    full = "一" * 40
    document = painted(
        paragraph_page(
            painter,
            [
                (70, 550, "甲" * 38),
                (50, 535, full),
                (50, 520, "乙。"),
                (70, 505, "丙" * 38),
                (50, 490, "丁。"),
                (210, 450, "目录"),
                (50, 430, "1.基本履职事项清单（121）" + "." * 20 + "1"),
                (50, 415, "2.配合履职事项清单（100）" + "." * 19 + "15"),
            ],
        ),
        painter=painter,
    )
    assert [row[0] for row in texts(document)] == [
        "甲" * 38 + full + "乙。",
        "丙" * 38 + "丁。",
        "目录",
        "1.基本履职事项清单（121）" + "." * 20 + "1",
        "2.配合履职事项清单（100）" + "." * 19 + "15",
        "序号",
    ]


def test_a_paragraph_over_two_pages() -> None:
    painter = Painter()
    full = "一" * 40
    first = [
        painter.text(70, 550, "甲" * 38),
        painter.text(50, 535, full),
        painter.text(250, 20, "1"),
    ]
    second = paragraph_page(painter, [(50, 550, "乙。"), (70, 535, "丙" * 38), (250, 20, "2")])
    document = painted(first, second, painter=painter)
    assert [row[0] for row in texts(document)] == [
        "甲" * 38 + full + "乙。", "1", "丙" * 38, "序号", "2",
    ]  # fmt: skip


# Tables without rules


def test_columns_without_rules() -> None:
    painter = Painter()
    operators = []
    for y, row in ((500, HEADER), (470, ["1", "党的建设", "甲" * 30]), (455, ["", "", "乙"]),
                   (425, ["2", "民生服务", "丙"])):  # fmt: skip
        operators += [painter.text(x, y, text) for x, text in zip(XS, row, strict=False) if text]
    rest = [painter.text(x, 500, text) for x, text in zip(XS, HEADER, strict=False)]
    rest += [painter.text(200, 470, "丁"), painter.text(50, 440, "3"), painter.text(90, 440, "党")]
    rest += [painter.text(200, 440, "戊")]
    document = painted(operators, rest, painter=painter)
    rows = texts(document)
    assert rows[:2] == [HEADER, ["1", "党的建设", "甲" * 30 + "乙"]]
    assert rows[-1] == ["3", "党", "戊"]


def test_columns_that_cannot_be_told_apart() -> None:
    painter = Painter()
    operators = [painter.text(x, 500, text) for x, text in zip(XS, HEADER, strict=False)]
    operators += [painter.text(50, 480 - 15 * n, "甲" * 50) for n in range(5)]
    with pytest.raises(UnreadableError, match="cannot be told apart") as caught:
        painted(operators, painter=painter)
    assert "DOCX" in caught.value.hint


def test_no_table_at_all() -> None:
    painter = Painter()
    with pytest.raises(UnreadableError, match="holds no table"):
        painted([painter.text(50, 500, "通知")], painter=painter)


# The real document, printed by the programs that lists are printed with, and read back


def facts(item: Item) -> dict[str, object]:
    """What must not change: identity, names, and who carries how many duties."""
    return {
        "item": (item.kind, item.key, item.category, item.title),
        "departments": [department.name for department in item.departments],
        "splits": [
            (s.department and s.department.name, s.role, s.named, s.duties, s.catch_all)
            for s in item.splits
        ],
        "duties": [
            (d.side, d.order, d.phase, tuple(p.name for p in d.parties), re.sub(r"\s", "", d.text))
            for d in item.duties
        ],
        "method": re.sub(r"\s", "", item.method),
    }


def claims(duties: DutyList) -> list[tuple[str, int, int, str]]:
    return [(c.subject, c.claimed, c.counted, re.sub(r"\s", "", c.quote)) for c in duties.claims]


def table_cells(rows: Iterable[Sequence[str]]) -> list[list[str]]:
    """Cells of the rows below the headers, without white space."""
    return [
        [re.sub(r"\s", "", cell) for cell in row]
        for row in rows
        if len(row) > 2 and not row[0].startswith("序")
    ]


@cache
def real_cells() -> list[list[str]]:
    return table_cells(line.split("\t") for line in LIST.read_text("utf-8").split("\n"))


@cache
def real() -> DutyList:
    return parse_document(read_path(LIST))


@cache
def real_parts() -> tuple[pdfs.Part, ...]:
    return tuple(pdfs.parts_of(LIST.read_text("utf-8")))


def read_back(data: bytes) -> DutyList:
    """The list of a printed document, whose table cells are those of the text but for white space."""
    document = read_pdf(data, "list.pdf")
    assert table_cells(texts(document)) == real_cells()
    codes = Counter(anomaly.code for anomaly in document.anomalies)
    assert codes.keys() <= {"row-over-pages", "radical-character"}
    assert codes["radical-character"] <= 1
    return parse_document(document)


def assert_the_same(again: DutyList, *, spaces_lost: int = 0) -> None:
    """The same list as in the text; *spaces_lost* items may have duties parted in another way.

    Where a line is full to its last character and ends in punctuation, the space that stood behind
    it cannot be seen, and the rules for the cells need it. No text is lost by that (`read_back`).
    """
    first = real()
    assert again.town == first.town
    assert again.edition == first.edition
    assert again.title == first.title
    differing = []
    for item, other in zip(first.items, again.items, strict=True):
        before, after = facts(item), facts(other)
        assert after["item"] == before["item"]
        assert after["departments"] == before["departments"]
        if before != after:
            differing.append(item.key)
    assert len(differing) <= spaces_lost, differing
    assert [d.name for d in again.departments] == [d.name for d in first.departments]
    assert claims(again) == claims(first)
    number = re.compile(r"-? ?\d+ ?-?")
    introduction = [text for text in again.introduction if not number.fullmatch(text)]
    without_spaces = [re.sub(r"\s", "", text) for text in introduction]
    assert without_spaces == [re.sub(r"\s", "", text) for text in first.introduction]


def test_the_real_document_by_typst() -> None:
    assert_the_same(read_back(pdfs.print_with_typst(pdfs.typst_source(real_parts()))))


def test_the_real_document_by_typst_in_two_fonts_and_narrow_columns() -> None:
    source = pdfs.typst_source(real_parts(), font="Noto Sans SC")
    source = source.replace("size: 12pt", "size: 11pt").replace("9.0cm, 7.3cm", "8.1cm, 8.2cm")
    source = source.replace('numbering: "- 1 -"', "numbering: none")
    source = source.replace(
        "#table(", '#show table.cell.where(y: 0): set text(font: "Noto Serif SC")\n#table('
    )
    assert_the_same(read_back(pdfs.print_with_typst(source)), spaces_lost=3)


@pytest.mark.skipif(pdfs.CHROMIUM is None, reason="chromium is not installed")
def test_the_real_document_by_chromium(tmp_path: Path) -> None:
    assert_the_same(read_back(pdfs.print_with_chromium(pdfs.html_page(real_parts()), tmp_path)))


@pytest.mark.skipif(pdfs.SOFFICE is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("ruled", [True, False])
def test_the_real_document_by_libreoffice_from_html(tmp_path: Path, ruled: bool) -> None:
    page = tmp_path / "list.html"
    page.write_text(pdfs.html_page(real_parts(), ruled=ruled), encoding="utf-8")
    assert_the_same(read_back(pdfs.print_with_soffice(page, tmp_path)))


@pytest.mark.skipif(pdfs.SOFFICE is None, reason="LibreOffice is not installed")
def test_the_real_document_by_libreoffice_from_word(tmp_path: Path) -> None:
    path = pdfs.docx_file(real_parts(), tmp_path / "list.docx")
    assert_the_same(read_back(pdfs.print_with_soffice(path, tmp_path)), spaces_lost=3)


def test_a_small_list() -> None:
    again = parse_document(read_pdf(samples.pdf(), "x"))
    assert [(i.kind, i.key, i.title) for i in again.items] == [
        ("basic", "1", "做好甲工作"),
        ("basic", "2", "做好乙工作"),
        ("cooperative", "1", "丙工作"),
        ("reclaimed", "1", "丁工作"),
    ]


@pytest.mark.skipif(pdfs.CHROMIUM is None, reason="chromium is not installed")
def test_a_web_page_with_merged_categories_as_a_browser_prints_it(
    tmp_path: Path, real_document: Path
) -> None:
    """Portrait, with the browser's header and footer; categories are merged over whole pages.

    A merged cell that a page break cuts is closed on neither side, one row fills a whole page, and the
    browser's footer reaches further out than the text. Two narrow cells and one of 102 rows are read
    otherwise, since a full line does not say whether a blank was there.
    """
    page = tmp_path / "list.html"
    page.write_bytes(to_html(converted_parts(read_path(real_document), "merged"), "merged"))
    target = tmp_path / "list.pdf"
    assert pdfs.CHROMIUM is not None
    subprocess.run(
        [pdfs.CHROMIUM, "--headless", "--no-sandbox", "--disable-gpu",
         f"--print-to-pdf={target}", page.as_uri()],
        check=True,
        capture_output=True,
    )  # fmt: skip
    found = parse_document(read_pdf(target.read_bytes(), "list.pdf"))
    truth = parse_document(read_path(real_document))
    items = {(item.kind, item.key): item for item in found.items}
    expected = {(item.kind, item.key): item for item in truth.items}
    assert set(items) == set(expected)
    other = [k for k, item in expected.items() if items[k].departments != item.departments]
    assert other == []
    named = [
        k
        for k, item in expected.items()
        if (items[k].title, items[k].category) != (item.title, item.category)
    ]
    assert len(named) <= 3
    split = [
        k
        for k, item in expected.items()
        if [d.text for d in items[k].duties] != [d.text for d in item.duties]
    ]
    assert len(split) <= 3
    claims = [(c.subject, c.claimed) for c in truth.claims]
    assert [(c.subject, c.claimed) for c in found.claims] == claims
