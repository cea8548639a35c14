"""Word documents as Word shows them, and documents that are broken or hostile."""

from __future__ import annotations

import hashlib
import io
import random
import zipfile
from pathlib import Path

import docx
import pytest
from converted import VARIANTS, by_libreoffice, facts_of, parts_of, soffice, to_docx, to_html
from hypothesis import assume, given
from test_grid import tilings
from word import (
    NAMESPACES,
    RELATIONS,
    cells,
    noted,
    package,
    paragraph,
    read,
    run,
    simple,
    tbl,
    tc,
    tr,
)

from dutygraph.errors import NoTextError, TooLargeError, UnreadableError, UnsupportedError
from dutygraph.model import DutyList, Place
from dutygraph.parse.document import parse_document
from dutygraph.readers.docx import MACRO_MEDIA_TYPE, MEDIA_TYPE, read_docx
from dutygraph.readers.grid import Area, fill, realign
from dutygraph.readers.text import read_text

# Text


def test_paragraphs_and_tables_in_document_order() -> None:
    body = paragraph("题目") + simple("序号|名称", "1|甲") + paragraph("中") + simple("2|乙")
    document = read(body)
    assert [([c.text for c in row.cells], str(row.place)) for row in document.rows] == [
        (["题目"], "paragraph 1"),
        (["序号", "名称"], "table 1, row 1"),
        (["1", "甲"], "table 1, row 2"),
        (["中"], "paragraph 2"),
        (["2", "乙"], "table 2, row 1"),
    ]
    assert document.anomalies == ()


def test_the_source_is_described() -> None:
    data = package(paragraph("甲"))
    source = read_docx(data, "list.docx").source
    assert (source.name, source.encoding, source.media_type) == ("list.docx", "", MEDIA_TYPE)
    assert source.sha256 == hashlib.sha256(data).hexdigest()


@pytest.mark.parametrize(
    ("content", "text"),
    [
        (run("县公安") + run("局"), "县公安局"),
        (run(" 甲  乙 "), " 甲  乙 "),
        ("<w:r><w:t>甲</w:t><w:br/><w:t>乙</w:t><w:cr/><w:t>丙</w:t></w:r>", "甲\n乙\n丙"),
        ("<w:r><w:t>甲</w:t><w:tab/><w:t>乙</w:t></w:r>", "甲\t乙"),
        ("<w:r><w:t>1</w:t><w:noBreakHyphen/><w:t>2</w:t><w:softHyphen/></w:r>", "1-2"),
        ("<w:r><w:sym w:font='宋体' w:char='2460'/><w:sym w:char='F0FE'/></w:r>", "①□"),
        (f"<w:hyperlink r:id='x'>{run('链')}</w:hyperlink>{run('接')}", "链接"),
        (f"<w:sdt><w:sdtPr><w:alias w:val='x'/></w:sdtPr><w:sdtContent>{run('控')}</w:sdtContent></w:sdt>", "控"),
        (f"<w:ins w:author='x'>{run('增')}</w:ins><w:del>{run('删')}</w:del>", "增"),
        ("<w:del><w:r><w:delText>删</w:delText></w:r></w:del>" + run("留"), "留"),
        (f"<w:moveFrom>{run('旧')}</w:moveFrom><w:moveTo>{run('新')}</w:moveTo>", "新"),
        (f"<w:smartTag>{run('智')}</w:smartTag><w:customXml>{run('能')}</w:customXml>", "智能"),
        (f"<w:fldSimple w:instr='PAGE'>{run('12')}</w:fldSimple>", "12"),
        (
            "<w:r><w:fldChar w:fldCharType='begin'/></w:r><w:r><w:instrText>SEQ x</w:instrText></w:r>"
            "<w:r><w:fldChar w:fldCharType='separate'/></w:r>" + run("3"),
            "3",
        ),
        (
            f"<w:r><w:ruby><w:rt>{run('hàn')}</w:rt><w:rubyBase>{run('汉')}</w:rubyBase></w:ruby></w:r>",
            "汉",
        ),
        ("<m:oMath><m:r><m:t>x=1</m:t></m:r></m:oMath>", "x=1"),
        ("<w:r><w:rPr><w:vanish w:val='0'/></w:rPr><w:t>见</w:t></w:r>", "见"),
        ("<w:bookmarkStart w:id='1' w:name='x'/>" + run("书签") + "<w:bookmarkEnd w:id='1'/>", "书签"),
        ("<w:commentRangeStart w:id='1'/>" + run("批") + "<w:r><w:commentReference w:id='1'/></w:r>", "批"),
    ],
)  # fmt: skip
def test_text_of_a_paragraph(content: str, text: str) -> None:
    body = tbl(tr(tc(paragraph("甲")), tc(f"<w:p>{content}</w:p>")))
    assert cells(body) == [["甲", text]]


def test_paragraphs_of_a_cell_are_lines() -> None:
    holder = tc(paragraph("一") + paragraph("") + paragraph("二"))
    assert cells(tbl(tr(tc(paragraph("甲")), holder))) == [["甲", "一\n二"]]


def test_a_line_break_ends_a_paragraph_outside_of_tables() -> None:
    assert cells("<w:p><w:r><w:t>省</w:t><w:br/><w:t>镇</w:t></w:r></w:p>") == [["省"], ["镇"]]


def test_content_controls_hold_paragraphs_tables_rows_and_cells() -> None:
    def sdt(content: str) -> str:
        return f"<w:sdt><w:sdtPr/><w:sdtContent>{content}</w:sdtContent></w:sdt>"

    row = tr(sdt(tc(paragraph("1"))), tc(sdt(paragraph("甲"))))
    body = sdt(paragraph("题") + sdt(tbl(sdt(row), tr(tc(paragraph("2")), tc(paragraph("乙"))))))
    assert cells(body) == [["题"], ["1", "甲"], ["2", "乙"]]


def text_box(content: str) -> str:
    return f"<w:txbxContent>{content}</w:txbxContent>"


def test_text_boxes_stand_behind_their_paragraph_and_once() -> None:
    box = text_box(paragraph("内部") + simple("1|甲"))
    drawing = (
        f"<mc:AlternateContent><mc:Choice Requires='wps'><w:drawing><wps:txbx>{box}</wps:txbx>"
        f"</w:drawing></mc:Choice><mc:Fallback><w:pict><v:textbox>{box}</v:textbox></w:pict>"
        "</mc:Fallback></mc:AlternateContent>"
    )
    assert cells(f"<w:p><w:r>{drawing}</w:r>{run('封面')}</w:p>") == [
        ["封面"],
        ["内部"],
        ["1", "甲"],
    ]
    old = f"<w:p><w:r><w:pict><v:shape><v:textbox>{box}</v:textbox></v:shape></w:pict></w:r></w:p>"
    assert cells(old) == [["内部"], ["1", "甲"]]
    boxed = f"<w:p><w:r><w:pict>{text_box(paragraph('框'))}</w:pict></w:r>{run('乙')}</w:p>"
    assert cells(tbl(tr(tc(paragraph("甲")), tc(boxed)))) == [["甲", "乙\n框"]]


def test_a_fallback_counts_where_the_choice_has_no_text() -> None:
    content = (
        "<mc:AlternateContent><mc:Choice Requires='wpg'><w:drawing/></mc:Choice>"
        f"<mc:Fallback>{run('旧')}</mc:Fallback></mc:AlternateContent>"
    )
    assert cells(f"<w:p><w:r>{content}</w:r></w:p>") == [["旧"]]


def test_deleted_paragraph_ends_join_paragraphs() -> None:
    gone = "<w:rPr><w:del w:author='x'/></w:rPr>"
    assert cells(paragraph("前", gone) + paragraph("后")) == [["前后"]]
    whole = f"<w:p><w:pPr>{gone}</w:pPr><w:del>{run('删')}</w:del></w:p>"
    assert cells(whole + paragraph("后")) == [["后"]]


def test_hidden_text_is_left_out_and_reported() -> None:
    body = f"<w:p>{run('见')}<w:r><w:rPr><w:vanish/></w:rPr><w:t>密</w:t></w:r></w:p>"
    assert cells(body) == [["见"]]
    assert noted(body) == [("hidden-text", "paragraph 1", "密")]


def test_embedded_documents_are_reported() -> None:
    embedded = "<w:object><v:shape/><o:OLEObject ProgID='Excel.Sheet.12'/></w:object>"
    assert noted(f"<w:p>{run('甲')}<w:r>{embedded}</w:r></w:p>") == [
        ("embedded-document", "paragraph 1", "Excel.Sheet.12")
    ]
    body = paragraph("甲") + "<w:altChunk r:id='r-aFChunk'/>"
    assert noted(body, aFChunk="<p/>") == [("embedded-document", "paragraph 1", "word/aFChunk.xml")]


def notes(kind: str, *texts: str) -> str:
    holder = kind.removesuffix("s")
    inner = "".join(f"<w:{holder}>{paragraph(text)}</w:{holder}>" for text in texts)
    part = f"<w:{holder} w:type='separator'>{paragraph('线')}</w:{holder}>"
    return f"<w:{kind} {NAMESPACES}>{part}{inner}</w:{kind}>"


def test_notes_stand_behind_the_body() -> None:
    parts = {"footnotes": notes("footnotes", "脚注"), "endnotes": notes("endnotes", "尾注")}
    body = paragraph("甲") + simple("1|乙")
    assert cells(body, **parts) == [["甲"], ["1", "乙"], ["脚注"], ["尾注"]]


def furniture(kind: str, *texts: str) -> str:
    return f"<w:{kind} {NAMESPACES}>{''.join(map(paragraph, texts))}</w:{kind}>"


def test_headers_and_footers() -> None:
    parts = {
        "header": furniture("hdr", "内 部", "某镇履职事项清单"),
        "header2": furniture("hdr", "内 部"),
        "footer": furniture("ftr", "- 1 -", "第1页 共9页", "iv", "（公布版）"),
    }
    document = read(paragraph("甲"), **parts)
    assert [row.cells[0].text for row in document.rows] == ["内 部", "（公布版）", "甲"]
    assert [(a.code, a.quote) for a in document.anomalies] == [("page-header", "某镇履职事项清单")]


# Tables


def merged(kind: str = "") -> str:
    return f"<w:vMerge w:val='{kind}'/>" if kind else "<w:vMerge/>"


def span(columns: int) -> str:
    return f"<w:gridSpan w:val='{columns}'/>"


def test_merged_cells() -> None:
    body = tbl(
        tr(tc(paragraph("类"), merged("restart")), tc(paragraph("宽"), span(2))),
        tr(tc("<w:p/>", merged()), tc(paragraph("甲")), tc(paragraph("乙"))),
        tr(tc("<w:p/>", merged("continue")), tc(paragraph("丙")), tc(paragraph("丁"))),
        tr(tc(paragraph("别"), merged("restart")), tc(paragraph("戊")), tc(paragraph("己"))),
    )
    assert cells(body) == [
        ["类", "宽", ""],
        ["^类", "甲", "乙"],
        ["^类", "丙", "丁"],
        ["别", "戊", "己"],
    ]


def test_a_merged_cell_that_begins_nowhere_is_a_cell() -> None:
    body = tbl(tr(tc(paragraph("甲"), merged()), tc(paragraph("乙"))))
    assert cells(body) == [["甲", "乙"]]


def test_text_under_a_merged_cell_is_reported() -> None:
    body = tbl(
        tr(tc(paragraph("类"), merged("restart")), tc(paragraph("甲"))),
        tr(tc(paragraph("盖住"), merged()), tc(paragraph("乙"))),
    )
    assert cells(body) == [["类", "甲"], ["^类", "乙"]]
    assert noted(body) == [("hidden-text", "table 1, row 1", "盖住")]


def test_cells_merged_across_in_the_old_way() -> None:
    body = tbl(
        tr(
            tc(paragraph("宽"), "<w:hMerge w:val='restart'/>"),
            tc("<w:p/>", "<w:hMerge/>"),
            tc(paragraph("甲")),
        ),
        tr(tc(paragraph("1")), tc(paragraph("2")), tc(paragraph("3"))),
    )
    assert cells(body) == [["宽", "", "甲"], ["1", "2", "3"]]


def test_rows_that_begin_further_right() -> None:
    body = tbl(
        tr(tc(paragraph("1")), tc(paragraph("甲")), tc(paragraph("乙"))),
        "<w:tr><w:trPr><w:gridBefore w:val='2'/></w:trPr>" + tc(paragraph("丙")) + "</w:tr>",
    )
    assert cells(body) == [["1", "甲", "乙"], ["", "", "丙"]]


def test_grid_lines_that_moved_from_page_to_page() -> None:
    # The second page was dragged: its cells begin at other grid lines, and the edges of both are in
    # the grid. A cell that is empty on one page must not shift the others.
    body = tbl(
        tr(tc(paragraph("序号"), span(2)), tc(paragraph("类别"), span(2)), tc(paragraph("名称"))),
        tr(tc(paragraph("1"), span(2)), tc(paragraph("甲类"), span(2)), tc(paragraph("甲"))),
        tr(tc(paragraph("2")), tc("<w:p/>", span(2)), tc(paragraph("乙"), span(2))),
        tr(tc(paragraph("3")), tc(paragraph("丙类"), span(2)), tc(paragraph("丙"), span(2))),
    )
    assert cells(body) == [
        ["序号", "类别", "名称"],
        ["1", "甲类", "甲"],
        ["2", "", "乙"],
        ["3", "丙类", "丙"],
    ]


def test_deleted_and_inserted_rows() -> None:
    gone = "<w:tr><w:trPr><w:del/></w:trPr>" + tc(paragraph("删")) + tc(paragraph("删")) + "</w:tr>"
    new = "<w:tr><w:trPr><w:ins/></w:trPr>" + tc(paragraph("2")) + tc(paragraph("新")) + "</w:tr>"
    first = tr(tc(paragraph("1")), tc(paragraph("甲")))
    assert cells(tbl(first, gone, new)) == [["1", "甲"], ["2", "新"]]


def test_nested_tables() -> None:
    inner = simple("子|丑", "寅|卯")
    rows = [tr(tc(paragraph(str(n))), tc(paragraph("甲"))) for n in range(1, 6)]
    data = tbl(*rows, tr(tc(paragraph("6")), tc(paragraph("前") + inner + paragraph("后"))))
    assert cells(data)[-1] == ["6", "前\n子\t丑\n寅\t卯\n后"]
    frame = tbl(tr(tc(paragraph("题") + data)))
    assert cells(frame)[:2] == [["题"], ["1", "甲"]]


def document_of(areas: list[Area], height: int) -> str:
    rows = []
    for row in range(height):
        over = sorted(
            (a for a in areas if a.spot.row <= row < a.spot.row + a.spot.rows),
            key=lambda a: a.spot.column,
        )
        holders = []
        for a in over:
            properties = span(a.spot.columns)
            if a.spot.rows > 1:
                properties += merged("restart" if a.spot.row == row else "")
            content = "<w:p/>"
            if a.spot.row == row:
                content = "".join(map(paragraph, a.text.split("\n")))
            holders.append(tc(content, properties))
        rows.append(tr(*holders))
    return tbl(*rows)


@given(tilings())
def test_any_table_is_read_back(table: tuple[int, int, list[Area]]) -> None:
    height, _, areas = table
    assume(len({area.spot.column for area in areas}) > 1)
    assume(any(area.text for area in areas))
    document = read(document_of(areas, height))
    assert [([*row.cells], row.place) for row in document.rows] == [
        (line, Place(table=1, row=row + 1)) for row, line in fill(realign(areas, ""), "")
    ]


# Containers, and broken files


def test_macros_are_not_opened() -> None:
    data = package(paragraph("甲"), vbaProject="not a macro at all")
    document = read_docx(data, "list.docm")
    assert [row.cells[0].text for row in document.rows] == ["甲"]
    assert document.source.media_type == MACRO_MEDIA_TYPE


def test_the_strict_variant() -> None:
    strict = package(paragraph("甲") + simple("1|乙"))
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(strict)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            text = old.read(name).decode()
            text = text.replace(
                "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
                "http://purl.oclc.org/ooxml/wordprocessingml/main",
            ).replace(RELATIONS, "http://purl.oclc.org/ooxml/officeDocument/relationships")
            new.writestr(name, text)
    rows = read_docx(out.getvalue(), "x").rows
    assert [[c.text for c in row.cells] for row in rows] == [["甲"], ["1", "乙"]]


def test_a_document_without_text() -> None:
    with pytest.raises(NoTextError):
        read("<w:p/>" + simple("|"))


@pytest.mark.parametrize(
    ("depth", "wrapper"),
    [
        (60, ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>")),
        (25, ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>")),
        (200, ("<w:ins>", "</w:ins>")),
    ],
)
def test_deep_documents_are_read_whole(depth: int, wrapper: tuple[str, str]) -> None:
    assert cells(wrapper[0] * depth + paragraph("深处") + wrapper[1] * depth) == [["深处"]]


@pytest.mark.parametrize(
    "wrapper",
    [
        ("<w:sdt><w:sdtContent>", "</w:sdtContent></w:sdt>"),
        ("<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"),
        ("<w:ins>", "</w:ins>"),
    ],
)
def test_documents_that_are_too_deep_are_refused(wrapper: tuple[str, str]) -> None:
    with pytest.raises(UnreadableError):
        read(wrapper[0] * 1_000 + paragraph("深处") + wrapper[1] * 1_000)


def test_a_table_of_absurd_width_is_refused() -> None:
    wide = tbl(tr(*[tc(paragraph("甲"), span(999_999_999))] * 3))
    with pytest.raises(TooLargeError):
        read(wide)
    with pytest.raises(TooLargeError):
        read(tbl(tr(*[tc(paragraph("甲"))] * 257)))


def test_entities_and_foreign_parts_are_refused() -> None:
    data = package("", external="http://127.0.0.1:9/template.dotm")
    assert b"attachedTemplate" not in data  # it is compressed, and never asked for
    with pytest.raises(NoTextError):
        read_docx(data, "x")
    bomb = "<!DOCTYPE x [<!ENTITY a 'bbbb'>]><w:numbering/>"
    with pytest.raises(UnreadableError, match="DOCTYPE"):
        read(paragraph("甲"), numbering=bomb)


def test_files_that_are_no_documents() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        file.writestr("a.txt", "甲")
    for data in (b"", b"PK\x03\x04", out.getvalue(), b"\xd0\xcf\x11\xe0" * 200):
        with pytest.raises(UnreadableError):
            read_docx(data, "x")
    with pytest.raises(UnsupportedError):
        read_docx(encrypted(package(paragraph("甲"))), "x")


def encrypted(data: bytes) -> bytes:
    """A zip file that says that its first member is encrypted."""
    out = bytearray(data)
    out[6] |= 1
    begin = data.index(b"PK\x01\x02")
    out[begin + 8] |= 1
    return bytes(out)


def small_file() -> bytes:
    document = docx.Document()
    document.add_paragraph("某县某镇履职事项清单")
    table = document.add_table(3, 3)
    for index, cell in enumerate(table._cells):
        cell.text = f"第{index}格"
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def outcome(data: bytes) -> list[list[str]] | None:
    """Texts that are read from some bytes; None where they are refused."""
    try:
        document = read_docx(data, "x")
    except UnreadableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
        return None
    assert document.rows
    return [[cell.text for cell in row.cells] for row in document.rows]


def test_damaged_files_are_refused() -> None:
    data = small_file()
    whole = outcome(data)
    assert whole is not None
    for cut in range(64):
        assert outcome(data[: len(data) * cut // 64]) is None
    chance = random.Random(20250701)  # noqa: S311 - not for secrets
    refused = 0
    for _ in range(200):
        flipped = bytearray(data)
        flipped[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
        found = outcome(bytes(flipped))
        # A bit of a time stamp may change nothing; no bit may change the text.
        assert found in (None, whole)
        refused += found is None
    assert refused > 100


def test_damaged_parts_are_read_or_refused() -> None:
    """The container is in order, but what is inside is not."""
    data = small_file()
    chance = random.Random(20250701)  # noqa: S311 - not for secrets
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        members = {name: file.read(name) for name in file.namelist()}
    names = [name for name in members if name.endswith(("document.xml", "numbering.xml", ".rels"))]
    refused = 0
    for turn in range(300):
        broken = dict(members)
        name = names[turn % len(names)]
        part = bytearray(broken[name])
        if turn % 3:
            part[chance.randrange(len(part))] = chance.randrange(256)
        else:
            del part[chance.randrange(len(part)) :]
        broken[name] = bytes(part)
        out = io.BytesIO()
        with zipfile.ZipFile(out, "w") as file:
            for member, content in broken.items():
                file.writestr(member, content)
        refused += outcome(out.getvalue()) is None
    assert refused > 100


# The real document


@pytest.mark.parametrize("variant", VARIANTS)
def test_the_real_document_in_word(real_document: Path, real_list: DutyList, variant: str) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "list.txt"), variant)
    document = read_docx(to_docx(parts, variant), "list.docx")
    assert document.anomalies == ()
    assert facts_of(parse_document(document)) == facts_of(real_list)


@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
@pytest.mark.parametrize("made", ["html", "docx"])
def test_the_real_document_saved_by_libreoffice(
    real_document: Path, real_list: DutyList, tmp_path: Path, made: str
) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "list.txt"), "merged")
    path = tmp_path / f"list.{made}"
    path.write_bytes((to_html if made == "html" else to_docx)(parts, "merged"))
    source_filter = "HTML (StarWriter)" if made == "html" else ""
    data = by_libreoffice(path, "docx:MS Word 2007 XML", tmp_path, source_filter=source_filter)
    document = read_docx(data, "list.docx")
    assert facts_of(parse_document(document)) == facts_of(real_list)
