"""Automatic numbers of Word paragraphs."""

from __future__ import annotations

from pathlib import Path

import pytest
from converted import by_libreoffice, soffice
from word import NAMESPACES, cells, package, paragraph, run, tbl, tc, tr

from dutygraph.readers.counting import number_format
from dutygraph.readers.docx import read_docx


def level(at: int, style: str, text: str, start: int = 1, more: str = "") -> str:
    return (
        f"<w:lvl w:ilvl='{at}'><w:start w:val='{start}'/><w:numFmt w:val='{style}'/>{more}"
        f"<w:lvlText w:val='{text}'/></w:lvl>"
    )


def numbering(lists: dict[int, str], uses: dict[int, tuple[int, str]]) -> str:
    """A numbering part: levels of each definition; definition and changes of each list."""
    definitions = "".join(
        f"<w:abstractNum w:abstractNumId='{n}'>{levels}</w:abstractNum>"
        for n, levels in lists.items()
    )
    instances = "".join(
        f"<w:num w:numId='{n}'><w:abstractNumId w:val='{of}'/>{changes}</w:num>"
        for n, (of, changes) in uses.items()
    )
    return f"<w:numbering {NAMESPACES}>{definitions}{instances}</w:numbering>"


def numbered(text: str, number: int, at: int = 0) -> str:
    return paragraph(text, f"<w:numPr><w:ilvl w:val='{at}'/><w:numId w:val='{number}'/></w:numPr>")


def labels(body: str, part: str, **parts: str) -> list[str]:
    return [row[0] for row in cells(body, numbering=part, **parts)]


@pytest.mark.parametrize(
    ("style", "printed"),
    # the first, second, tenth, eleventh and twentieth entry
    [
        ("decimal", "1 2 10 11 20"),
        ("decimalZero", "01 02 10 11 20"),
        ("decimalFullWidth", "１ ２ １０ １１ ２０"),
        ("chineseCounting", "一 二 十 十一 二十"),
        ("chineseCountingThousand", "一 二 十 十一 二十"),
        ("japaneseCounting", "一 二 十 十一 二十"),
        ("ideographDigital", "一 二 一〇 一一 二〇"),
        ("chineseLegalSimplified", "壹 贰 壹拾 壹拾壹 贰拾"),
        ("ideographTraditional", "甲 乙 癸 11 20"),
        ("lowerLetter", "a b j k t"),
        ("upperRoman", "I II X XI XX"),
        ("decimalEnclosedCircle", "① ② ⑩ ⑪ ⑳"),
        ("decimalEnclosedCircleChinese", "① ② ⑩ ⑪ ⑳"),
        ("decimalEnclosedParen", "⑴ ⑵ ⑽ ⑾ ⒇"),
        ("no such style", "1 2 10 11 20"),
    ],
)
def test_number_styles(style: str, printed: str) -> None:
    body = "".join(numbered("文", 1) for _ in range(20))
    found = labels(body, numbering({0: level(0, style, "（%1）")}, {1: (0, "")}))
    assert [found[n - 1] for n in (1, 2, 10, 11, 20)] == [f"（{n}） 文" for n in printed.split()]


@pytest.mark.parametrize(
    ("style", "number", "printed"),
    [
        ("chineseCounting", 105, "一〇五"),
        ("chineseCountingThousand", 105, "一百零五"),
        ("chineseCountingThousand", 2010, "二千零一十"),
        ("japaneseCounting", 105, "百五"),
        ("lowerLetter", 28, "bb"),
        ("lowerAlpha", 28, "ab"),
        ("decimalEnclosedCircle", 21, "21"),
        ("decimal", -3, "-3"),
        ("chineseCounting", 10_000, "10000"),
        ("bullet", 1, ""),
    ],
)
def test_large_and_odd_numbers(style: str, number: int, printed: str) -> None:
    assert number_format(style, number) == printed


LEVELS = (
    level(0, "chineseCountingThousand", "%1、")
    + level(1, "decimal", "%2.")
    + level(2, "decimal", "%1.%2.%3", more="<w:isLgl/>")
)


def test_levels_begin_anew_below_a_higher_one() -> None:
    levels = (0, 1, 1, 2, 2, 0, 1, 2)
    body = "".join(numbered("文", 1, at) for at in levels)
    assert labels(body, numbering({0: LEVELS}, {1: (0, "")})) == [
        "一、 文",
        "1. 文",
        "2. 文",
        "1.2.1 文",
        "1.2.2 文",
        "二、 文",
        "1. 文",
        "2.1.1 文",
    ]


def test_a_level_can_go_on_below_a_higher_one() -> None:
    more = level(0, "decimal", "%1.") + level(
        1, "lowerLetter", "%2)", 1, "<w:lvlRestart w:val='0'/>"
    )
    body = "".join(numbered("文", 1, at) for at in (0, 1, 0, 1))
    found = labels(body, numbering({0: more}, {1: (0, "")}))
    assert found == ["1. 文", "a) 文", "2. 文", "b) 文"]


def test_lists_of_one_definition_count_on_unless_they_say_where_to_begin() -> None:
    begin = "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='5'/></w:lvlOverride>"
    part = numbering({0: level(0, "decimal", "%1.")}, {1: (0, ""), 2: (0, ""), 3: (0, begin)})
    body = "".join(numbered("文", number) for number in (1, 1, 2, 3, 3))
    assert labels(body, part) == ["1. 文", "2. 文", "3. 文", "5. 文", "6. 文"]


def test_a_list_can_change_a_level() -> None:
    change = f"<w:lvlOverride w:ilvl='0'>{level(0, 'lowerLetter', '%1)', 3)}</w:lvlOverride>"
    part = numbering({0: level(0, "decimal", "%1.")}, {1: (0, change)})
    assert labels(numbered("文", 1) * 2, part) == ["c) 文", "d) 文"]


def test_what_stands_behind_a_number() -> None:
    for suffix, printed in (("nothing", "（一）文"), ("space", "（一） 文"), ("tab", "（一） 文")):
        more = f"<w:suff w:val='{suffix}'/>"
        part = numbering({0: level(0, "chineseCounting", "（%1）", more=more)}, {1: (0, "")})
        assert labels(numbered("文", 1), part) == [printed]


def test_paragraphs_without_numbers() -> None:
    part = numbering(
        {0: level(0, "bullet", "•"), 1: level(0, "decimal", "%1.")}, {1: (0, ""), 2: (1, "")}
    )
    body = numbered("点", 1) + numbered("无", 0) + numbered("缺", 9) + numbered("层", 2, 5)
    assert labels(body, part) == ["点", "无", "缺", "层"]


def test_numbers_of_styles() -> None:
    styles = (
        f"<w:styles {NAMESPACES}>"
        "<w:style w:type='paragraph' w:styleId='H1'><w:pPr><w:numPr><w:numId w:val='1'/></w:numPr>"
        "</w:pPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='H2'><w:basedOn w:val='H1'/><w:pPr><w:numPr>"
        "<w:ilvl w:val='1'/></w:numPr></w:pPr></w:style>"
        "<w:style w:type='paragraph' w:styleId='H3'><w:basedOn w:val='H1'/></w:style></w:styles>"
    )
    part = numbering({0: LEVELS}, {1: (0, "")})
    body = "".join(paragraph(style, f"<w:pStyle w:val='{style}'/>") for style in ("H1", "H2", "H3"))
    plain = "<w:pStyle w:val='H1'/><w:numPr><w:numId w:val='0'/></w:numPr>"
    found = labels(body + paragraph("不编号", plain), part, styles=styles)
    assert found == ["一、 H1", "1. H2", "二、 H3", "不编号"]


def test_numbers_in_cells_even_without_text() -> None:
    # Numbers of the first column are often automatic: the cell holds an empty paragraph.
    part = numbering({0: level(0, "decimal", "%1", more="<w:suff w:val='nothing'/>")}, {1: (0, "")})
    rows = [tr(tc(numbered("", 1)), tc(paragraph(text))) for text in "甲乙丙"]
    assert cells(tbl(*rows), numbering=part) == [["1", "甲"], ["2", "乙"], ["3", "丙"]]


def test_deleted_paragraphs_are_not_numbered() -> None:
    properties = "<w:rPr><w:del/></w:rPr><w:numPr><w:numId w:val='1'/></w:numPr>"
    gone = f"<w:p><w:pPr>{properties}</w:pPr><w:del>{run('删')}</w:del></w:p>"
    part = numbering({0: level(0, "decimal", "%1.")}, {1: (0, "")})
    assert labels(numbered("甲", 1) + gone + numbered("乙", 1), part) == ["1. 甲", "2. 乙"]


@pytest.mark.skipif(soffice() is None, reason="LibreOffice is not installed")
def test_libreoffice_prints_the_same_numbers(tmp_path: Path) -> None:
    # Formats and rules in which LibreOffice follows Word; it lacks some of the formats.
    styles = (
        "decimal chineseCounting chineseCountingThousand japaneseCounting lowerLetter upperRoman "
        "decimalEnclosedCircle ideographTraditional ideographZodiac chineseLegalSimplified"
    ).split()
    lists = {n: level(0, style, "（%1）") for n, style in enumerate(styles, 1)}
    lists[50] = level(0, "chineseCountingThousand", "%1、") + level(1, "decimal", "%2.")
    begin = "<w:lvlOverride w:ilvl='0'><w:startOverride w:val='1'/></w:lvlOverride>"
    uses = {n: (n, "") for n in lists} | {51: (50, ""), 52: (50, begin)}
    body = "".join(numbered("文", n) for n in range(1, len(styles) + 1) for _ in range(12))
    walk = (
        (50, 0),
        (50, 1),
        (50, 1),
        (50, 0),
        (50, 1),
        (51, 0),
        (51, 1),
        (52, 0),
        (52, 1),
        (50, 0),
    )
    body += "".join(numbered("文", number, at) for number, at in walk)
    data = package(body, numbering=numbering(lists, uses))
    path = tmp_path / "numbers.docx"
    path.write_bytes(data)
    printed = by_libreoffice(path, "txt:Text (encoded):UTF8", tmp_path).decode("utf-8-sig")
    ours = ["".join(row.cells[0].text.split()) for row in read_docx(data, "x").rows]
    assert ours == ["".join(line.split()) for line in printed.splitlines() if line.strip()]
