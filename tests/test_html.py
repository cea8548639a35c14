"""Web pages as a browser shows them, and pages that are broken or hostile."""

from __future__ import annotations

import hashlib
import html
import random
import socket
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from converted import (
    VARIANTS,
    by_libreoffice,
    facts_of,
    parts_of,
    soffice,
    to_docx,
    to_html,
    to_xlsx,
)
from hypothesis import assume, given
from test_grid import tilings

from dutygraph.errors import NoTextError, TooLargeError, UnreadableError
from dutygraph.model import DutyList, Place
from dutygraph.parse.document import parse_document
from dutygraph.readers import html as html_module
from dutygraph.readers.base import Document
from dutygraph.readers.grid import Area, fill, realign
from dutygraph.readers.html import read_html
from dutygraph.readers.text import read_text


def read(page: str) -> Document:
    return read_html(page.encode(), "list.html")


def cells(page: str) -> list[list[str]]:
    """Texts of the rows; a covered cell begins with ^."""
    return [["^" * cell.covered + cell.text for cell in row.cells] for row in read(page).rows]


def cell(content: str) -> str:
    """Text of one cell with some content, in a table of two columns."""
    (row,) = cells(f"<table><tr><td>甲</td><td>{content}</td></tr></table>")
    return row[1]


def noted(page: str) -> list[tuple[str, str, str]]:
    return [(a.code, str(a.place), a.quote) for a in read(page).anomalies]


# Text and tables


def test_text_and_tables_in_document_order() -> None:
    document = read(
        "<!DOCTYPE html><html><head><title>没有</title></head><body><h1>题 目</h1>引言<p>一</p>"
        "<table><caption>表题</caption><tr><th>序号<th>名称<tr><td>1<td>甲</table>"
        "<div>中间<div>里面</div>后面</div><table><tr><td>2<td>乙</table>尾"
        "</body></html>"
    )
    assert [([c.text for c in row.cells], str(row.place)) for row in document.rows] == [
        (["题 目"], "paragraph 1"),
        (["引言"], "paragraph 2"),
        (["一"], "paragraph 3"),
        (["表题"], "paragraph 4"),
        (["序号", "名称"], "table 1, row 1"),
        (["1", "甲"], "table 1, row 2"),
        (["中间"], "paragraph 5"),
        (["里面"], "paragraph 6"),
        (["后面"], "paragraph 7"),
        (["2", "乙"], "table 2, row 1"),
        (["尾"], "paragraph 8"),
    ]
    assert document.anomalies == ()


def test_the_source_is_described() -> None:
    data = "<p>甲".encode("gb18030")
    source = read_html(data, "list.html").source
    assert (source.name, source.media_type) == ("list.html", "text/html")
    assert (source.encoding, source.sha256) == ("gb18030", hashlib.sha256(data).hexdigest())


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("一<br>二<br/>三", "一\n二\n三"),
        ("一<br><br>二", "一\n\n二"),
        ("<br>一<br></br>", "一"),
        ("<p>一</p><p>二</p>", "一\n二"),
        ("<p>一<br></p><p>二</p>", "一\n二"),
        ("\n <p>\n 一 </p>\n <p></p><div>二</div> 三", "一\n二\n三"),
        ("<ul><li>一</li><li>二</li></ul>", "一\n二"),
        ("县<b>公</b><span>安</span>局", "县公安局"),
        ("a<b> b </b> c", "a b c"),
        ("一 \t 二", "一 二"),
        # CSS Text 3, 4.1: a line end between wide characters vanishes, with the blanks around it.
        ("一 \t\n 二", "一二"),
        ("一。\n二", "一。 二"),
        ("a\nb", "a b"),
        ("<pre>\n一\n  二\t三</pre>", "一\n  二\t三"),
        ("<span style='white-space: pre-wrap'>一  二\n三</span>", "一  二\n三"),
        ("一<span style='display: block'>二</span>三", "一\n二\n三"),
        ("一&nbsp;二&#12288;三&emsp;四", "一\u00a0二\u3000三\u2003四"),
        ("&lt;p&gt;一&lt;/p&gt; &amp;lt; &#x4E00;&ldquo;", "<p>一</p> &lt; 一“"),
        ("a < b，3<5", "a < b，3<5"),
        ("一<!-- 二 -->三<?php 四 ?>五<o:p>六</o:p>", "一三五六"),
        ("一<script>二</script><style>三</style><template>四</template>五", "一五"),
        ("一<noscript>二</noscript><iframe>三</iframe>", "一"),
        ("<textarea>一\n二</textarea>", "一\n二"),
        ("<a href='x'>一</a><sup>二</sup><wbr>三", "一二三"),
    ],
)
def test_text_of_a_cell(content: str, text: str) -> None:
    assert cell(content) == text


@pytest.mark.parametrize(
    ("content", "text"),
    [
        ("<ol><li>甲<li>乙</ol>", "1. 甲\n2. 乙"),
        ("<ol start=3><li>甲<li value=9>乙<li>丙</ol>", "3. 甲\n9. 乙\n10. 丙"),
        ("<ol reversed><li>甲<li>乙</ol>", "2. 甲\n1. 乙"),
        ("<ol start=x><li><p>甲</p><p>乙</p></ol>", "1. 甲\n乙"),
        ("<ol type=a><li>甲<li>乙</ol>", "a. 甲\nb. 乙"),
        ("<ol type=I start=4><li>甲</ol>", "IV. 甲"),
        ("<ol type=a start=27><li>甲</ol>", "aa. 甲"),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲<li>乙</ol>", "一、甲\n二、乙"),
        ("<ol style='list-style: inside none'><li>甲</ol>", "甲"),
        # The number is printed already: a browser would show it twice, which nobody means.
        ("<ol><li>1.甲<li>2．乙<li>（3）丙</ol>", "1.甲\n2．乙\n（3）丙"),
        ("<ol><li>2.甲</ol>", "1. 2.甲"),
        ("<ol><li>甲<ol><li>乙<li>丙</ol>丁<li>戊</ol>", "1. 甲\n1. 乙\n2. 丙\n丁\n2. 戊"),
        ("<ol><li><li>乙</ol>", "1.\n2. 乙"),
        ("<ol><li>甲<ul><li>乙</ul></ol>", "1. 甲\n乙"),
        ("前<ol><li>甲</ol>后", "前\n1. 甲\n后"),
    ],
)
def test_numbers_of_ordered_lists(content: str, text: str) -> None:
    assert cell(content) == text


def test_an_ordered_list_outside_of_tables() -> None:
    assert cells("<ol><li>甲<li>乙</ol>") == [["1. 甲"], ["2. 乙"]]


# Tables inside tables


def test_a_layout_table_is_no_table() -> None:
    page = (
        "<table><tr><td>导航<br>首页</td><td><p>正文</p>"
        "<table><tr><td>1<td>甲<tr><td>2<td>乙</table>注</td></tr><tr><td>版权<td></table>"
    )
    assert cells(page) == [["导航"], ["首页"], ["正文"], ["1", "甲"], ["2", "乙"], ["注"], ["版权"]]
    places = [str(row.place) for row in read(page).rows]
    assert places[3:5] == ["table 1, row 1", "table 1, row 2"]


def test_a_table_inside_a_cell_of_data_becomes_lines() -> None:
    rows = "".join(f"<tr><td>{n}<td>甲<td>乙" for n in range(1, 6))
    inner = "<table><tr><td>子<td>丑<tr><td>寅<td>卯</table>"
    assert cells(f"<table>{rows}<tr><td>6<td>前{inner}后<td>丙</table>")[-1] == [
        "6",
        "前\n子\t丑\n寅\t卯\n后",
        "丙",
    ]


def test_a_table_of_one_column_is_a_frame() -> None:
    page = "<table><tr><td>内部<br>题目</td></tr></table><table><tr><td>1<td>甲</table>"
    assert [(row.cells[0].text, row.place) for row in read(page).rows] == [
        ("内部", Place(paragraph=1)),
        ("题目", Place(paragraph=2)),
        ("1", Place(table=1, row=1)),
    ]


def test_tables_nested_without_end_are_refused() -> None:
    nested = "<table><tr><td>1<td>"
    assert cells(nested * 20 + "末")[-1] == ["1", "末"]
    with pytest.raises(TooLargeError, match="inside one another"):
        read(nested * 40 + "末")


def test_markup_that_browsers_mend() -> None:
    page = "散<table>漏<tr><td>1<td>甲<form><tr><td>2<td>乙</form></table></td></tr></table>尾"
    assert cells(page) == [["散"], ["漏"], ["1", "甲"], ["2", "乙"], ["尾"]]
    assert cells("<table><td>1<td>甲</table>") == [["1", "甲"]]
    assert cells("<td>1</td><td>甲</td>") == [["1"], ["甲"]]
    assert cells("<html><body><p>甲</body></html><p>乙") == [["甲"], ["乙"]]


# Merged cells


def test_merged_cells() -> None:
    page = (
        "<table><tr><td rowspan=2>1<td rowspan='3'>类<td colspan=2>宽"
        "<tr><td>甲<td>乙<tr><td>2<td>丙<td>丁</table>"
    )
    assert cells(page) == [
        ["1", "类", "宽", ""],
        ["^1", "^类", "甲", "乙"],
        ["2", "^类", "丙", "丁"],
    ]
    assert noted(page) == []


@pytest.mark.parametrize(
    ("rowspan", "quote"),
    [
        ("2", ""),
        ("+2", ""),
        (" 2px", ""),
        ("0", ""),  # all rows to the end: that is HTML
        ("3", "rowspan=3 colspan=1"),
        ("65535", "rowspan=65535 colspan=1"),
        ("1000000", "rowspan=1000000 colspan=1"),
        ("-1", "rowspan=-1"),
        ("abc", "rowspan=abc"),
        ("", "rowspan="),
    ],
)
def test_rowspans(rowspan: str, quote: str) -> None:
    page = f"<table><tr><td rowspan='{rowspan}'>类<td>甲<tr><td>乙<td>丙</table>"
    covered = rowspan not in ("-1", "abc", "")
    # Where the span is nonsense the cell takes one row.
    last = ["^类", "乙", "丙"] if covered else ["乙", "丙"]
    first = ["类", "甲", ""] if covered else ["类", "甲"]
    assert cells(page) == [first, last]
    assert noted(page) == ([("span-clamped", "table 1, row 1", quote)] if quote else [])


@pytest.mark.parametrize(
    ("colspan", "quote"),
    [
        ("2", ""),
        ("0", "colspan=0"),
        ("3", "rowspan=1 colspan=3"),
        ("65535", "rowspan=1 colspan=65535"),
        ("1000000", "rowspan=1 colspan=1000000"),
        ("-1", "colspan=-1"),
        ("abc", "colspan=abc"),
    ],
)
def test_colspans(colspan: str, quote: str) -> None:
    page = f"<table><tr><td colspan='{colspan}'>题<tr><td>甲<td>乙</table>"
    assert cells(page) == [["题", ""], ["甲", "乙"]]
    assert noted(page) == ([("span-clamped", "table 1, row 1", quote)] if quote else [])


def test_a_rowspan_ends_with_its_row_group() -> None:
    page = (
        "<table><thead><tr><td rowspan=9>序号<td>名称</thead>"
        "<tbody><tr><td>1<td>甲<tbody><tr><td>2<td>乙</table>"
    )
    assert cells(page) == [["序号", "名称"], ["1", "甲"], ["2", "乙"]]


def test_absurd_spans_take_no_time() -> None:
    row = "<tr><td>甲<td colspan=1000000>乙<td rowspan=0>丙"
    begin = time.perf_counter()
    # 丙 of every row reaches to the end, so that each row begins with one column more.
    assert [len(line) for line in cells(f"<table>{row * 100}</table>")] == [102] * 100
    with pytest.raises(TooLargeError):
        read(f"<table>{row * 50_000}</table>")
    assert time.perf_counter() - begin < 10


def test_too_many_columns() -> None:
    assert len(cells(f"<table><tr>{'<td>甲' * 256}</table>")[0]) == 256
    with pytest.raises(TooLargeError, match="256 cells"):
        read(f"<table><tr>{'<td>甲' * 257}</table>")


def page_of(areas: list[Area], height: int) -> str:
    out = ["<table>"]
    for row in range(height):
        out.append("<tr>")
        for area in areas:
            if area.spot.row == row:
                text = html.escape(area.text).replace("\n", "<br>")
                spans = f"rowspan={area.spot.rows} colspan={area.spot.columns}"
                out.append(f"<td {spans}>{text}</td>")
        out.append("</tr>")
    return "".join([*out, "</table>"])


@given(tilings())
def test_any_table_is_read_back(table: tuple[int, int, list[Area]]) -> None:
    height, _, areas = table
    assume(len({area.spot.column for area in areas}) > 1)
    assume(any(area.text for area in areas))
    document = read(page_of(areas, height))
    assert [([*row.cells], row.place) for row in document.rows] == [
        (line, Place(table=1, row=row + 1)) for row, line in fill(realign(areas, ""), "")
    ]


# What is not shown


@pytest.mark.parametrize(
    "hiding",
    [
        "style='display:none'",
        'style="color: red; DISPLAY : None"',
        "hidden",
        "style='visibility: hidden'",
        "style='mso-hide:all'",
    ],
)
def test_hidden_text_is_left_out_and_reported(hiding: str) -> None:
    page = f"<p>甲<span {hiding}>密 <b>文</b><script>x</script></span>乙</p>"
    assert cells(page) == [["甲乙"]]
    assert noted(page) == [("hidden-text", "paragraph 1", "密 文")]


def test_hidden_cells_and_rows() -> None:
    page = (
        "<table><tr><td>1<td style='display:none'>密<td>甲"
        "<tr hidden><td>2<td>文<tr style='display:none'><td><tr><td>3<td>乙</table>"
    )
    assert cells(page) == [["1", "甲"], ["3", "乙"]]
    assert [(code, quote) for code, _, quote in noted(page)] == [
        ("hidden-text", "密"),
        ("hidden-text", "2文"),
    ]


def test_a_long_hidden_text_is_quoted_in_part() -> None:
    ((_, _, quote),) = noted(f"甲<p hidden>{'密' * 5000}</p>")
    assert quote == "密" * 1999 + "…"


def test_invisible_characters_are_reported() -> None:
    assert noted("<table><tr><td>甲<tr><td>1<td>乙&#x200B;</table>") == [
        ("invisible-character", "table 1, row 2", "U+200B")
    ]


# Depth, and what is not closed


@pytest.mark.parametrize("depth", [255, 256, 1000])
def test_deep_pages_are_read_whole(depth: int) -> None:
    page = f"{'<div>' * depth}深处{'</div>' * depth}<table><tr><td>1<td>后面</table>"
    assert cells(page) == [["深处"], ["1", "后面"]]


@pytest.mark.parametrize("tag", ["div", "b", "table><tr><td"])
def test_pages_that_are_too_deep_are_refused(tag: str) -> None:
    begin = time.perf_counter()
    with pytest.raises(TooLargeError):
        read(f"<p>前{f'<{tag}>' * 50_000}深处")
    assert time.perf_counter() - begin < 10


def test_many_errors_do_not_hide_the_depth() -> None:
    with pytest.raises(TooLargeError, match="nested too deep"):
        read("</b>" * 10_000 + "<div>" * 50_000 + "深处")


@pytest.mark.parametrize(
    "cut",
    ["<!-- 注<p>乙", "<script>x<p>乙", "<style>x<p>乙", "<td class='a>乙<p>", "<td cla", "</t", "<a",
     "<textarea>x<p>乙", "<title>x"],
)  # fmt: skip
def test_what_swallows_the_rest_is_refused(cut: str) -> None:
    with pytest.raises(UnreadableError, match="not closed"):
        read(f"<table><tr><td>1<td>甲</table>{cut}")


@pytest.mark.parametrize(
    ("page", "whole"),
    [
        ("<html><body><table><tr><td>1<td>甲</table></body></html>", True),
        ("<table><tr><td>1<td>甲</table>", True),
        ("<html><body><table><tr><td>1<td>甲</table>", False),
        ("<html><table><tr><td>1<td>甲</html>", False),
    ],
)
def test_a_page_without_an_end_is_reported(page: str, whole: bool) -> None:
    codes = [code for code, _, _ in noted(page)]
    assert codes == ([] if whole else ["page-unfinished"])


@pytest.mark.parametrize(
    "page", ["<html></html>", "<script>甲</script>", "<!-- 甲 -->", "<br><img>"]
)
def test_a_page_without_text(page: str) -> None:
    with pytest.raises(NoTextError):
        read(page)


# Encodings


@pytest.mark.parametrize("declared", ["utf-8", "gb2312", "big5", "utf-7", "no such"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_bytes_decide_the_encoding(encoding: str, declared: str) -> None:
    page = f"<meta charset='{declared}'><p>塔什库尔干县公安局，做好农业农村工作。</p>"
    document = read_html(page.encode(encoding), "x")
    assert [row.cells[0].text for row in document.rows] == [
        "塔什库尔干县公安局，做好农业农村工作。"
    ]


def test_unknown_bytes_are_refused() -> None:
    for data in (b"", b"  ", b"<p>\xff\xfe\xfa", "<p>甲\0乙".encode()):
        with pytest.raises(UnreadableError):
            read_html(data, "x")


# Nothing is fetched


@pytest.fixture
def trap() -> Iterator[tuple[int, list[object]]]:
    """Port of a server on this machine, and the connections that it got."""
    calls: list[object] = []
    server = socket.create_server(("127.0.0.1", 0))
    server.settimeout(0.05)
    stop = threading.Event()

    def listen() -> None:
        while not stop.is_set():
            try:
                connection, address = server.accept()
            except TimeoutError:
                continue
            calls.append(address)
            connection.close()

    thread = threading.Thread(target=listen)
    thread.start()
    yield server.getsockname()[1], calls
    time.sleep(0.1)
    stop.set()
    thread.join()
    server.close()


def test_nothing_is_fetched(trap: tuple[int, list[object]]) -> None:
    port, calls = trap
    at = f"http://127.0.0.1:{port}"
    page = (
        f'<!DOCTYPE html SYSTEM "{at}/a.dtd"><html><head><base href="{at}/">'
        f'<meta http-equiv="refresh" content="0;url={at}/"><link rel="stylesheet" href="{at}/a.css">'
        f'<script src="{at}/a.js"></script></head><body background="{at}/a.png"><img src="{at}/a.png">'
        f'<iframe src="{at}/"></iframe><object data="{at}/">甲</object><p>乙</p></body></html>'
    )
    assert cells(page) == [["甲"], ["乙"]]
    declared = f'<?xml version="1.0"?><!DOCTYPE html [<!ENTITY e SYSTEM "{at}/e">]><p>丙&e;</p>'
    assert "丙" in "".join(row[0] for row in cells(declared))
    assert calls == []


# Limits, and broken files


def test_largest_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(html_module, "MAX_BYTES", 100)
    assert read("<p>" + "a" * 97)
    with pytest.raises(TooLargeError):
        read("<p>" + "a" * 98)


def test_broken_pages_are_read_or_refused(real_document: Path) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "x"))
    data = to_html([part for part in parts if isinstance(part, str)][:30] + parts[-1:], "plain")
    chance = random.Random(20250701)  # noqa: S311 - not for secrets
    broken = [data[: len(data) * cut // 64] for cut in range(64)]
    for _ in range(200):
        flipped = bytearray(data)
        for _ in range(chance.choice((1, 3, 20))):
            flipped[chance.randrange(len(data))] = chance.randrange(256)
        broken.append(bytes(flipped))
    outcomes = set()
    for one in broken:
        try:
            document = read_html(one, "x")
        except UnreadableError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
            outcomes.add("refused")
        else:
            assert document.rows
            outcomes.add("read")
    assert outcomes == {"read", "refused"}
    for cut in broken[1:64]:  # what is cut is refused, or said to be cut
        try:
            document = read_html(cut, "x")
        except UnreadableError:
            continue
        assert "page-unfinished" in {anomaly.code for anomaly in document.anomalies}


# The real document


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_real_document_as_a_web_page(
    real_document: Path, real_list: DutyList, variant: str
) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "list.txt"), variant)
    document = read_html(to_html(parts, variant), "list.html")
    assert document.anomalies == ()
    assert facts_of(parse_document(document)) == facts_of(real_list)


@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize(
    ("made", "target"),
    [("docx", "html:HTML (StarWriter)"), ("xlsx", "html:HTML (StarCalc)")],
)
def test_the_real_document_saved_as_a_web_page_by_libreoffice(
    real_document: Path, real_list: DutyList, tmp_path: Path, made: str, target: str
) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "list.txt"), "merged")
    path = tmp_path / f"list.{made}"
    path.write_bytes((to_docx if made == "docx" else to_xlsx)(parts, "merged"))
    document = read_html(by_libreoffice(path, target, tmp_path), "list.html")
    assert facts_of(parse_document(document)) == facts_of(real_list)
