"""Delimited text: which delimiter it has, what its cells hold, and files with broken quoting."""

from __future__ import annotations

import csv
import hashlib
import io
import random
import re
import time
from pathlib import Path

import pytest
from converted import VARIANTS, facts_of, parts_of, to_delimited
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.errors import NoTextError, TooLargeError, UnreadableError
from dutygraph.model import DutyList
from dutygraph.parse.document import parse_document
from dutygraph.readers import delimited as delimited_module
from dutygraph.readers.base import Document
from dutygraph.readers.delimited import (
    DELIMITERS,
    MEDIA_TYPE,
    TAB_MEDIA_TYPE,
    looks_delimited,
    read_delimited,
)
from dutygraph.readers.text import read_text

TABLE = "序号,类别,名称\n1,党的建设,甲\n2,党的建设,乙\n"


def read(text: str, delimiter: str | None = None) -> Document:
    return read_delimited(text.encode(), "list.csv", delimiter)


def rows(text: str, delimiter: str | None = None) -> list[tuple[int | None, list[str]]]:
    """First line and texts of each row."""
    found = read(text, delimiter).rows
    return [(row.place.line, [cell.text for cell in row.cells]) for row in found]


def refusal(text: str) -> str:
    with pytest.raises(UnreadableError) as caught:
        read(text, ",")
    return str(caught.value)


# Which delimiter


@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_delimiter_is_told_by_the_content(delimiter: str) -> None:
    text = TABLE.replace(",", delimiter).replace("乙", '"乙\n，；丙"')
    assert looks_delimited(text) == delimiter
    assert looks_delimited(text.encode()) == delimiter
    assert looks_delimited("\ufeff" + text.replace("\n", "\r\n")) == delimiter


@pytest.mark.parametrize(
    "text",
    [
        "",
        "一些文字\n没有表格\n",
        "今天, 天气, 很好\n第二行\n",
        TABLE.replace(",", "\t"),
        # Quotation marks that are text: they do not stand around a whole cell.
        TABLE.replace(",", "\t").replace("乙", '"双减"政策\n3\t党的建设\t"五小"工程'),
        # One cell in quotation marks that needs none: a title that is a quotation.
        TABLE.replace(",", "\t").replace("乙", '"双减"'),
        # Tabs between the cells, and English punctuation inside them.
        "序号\t名称\t职责\n1\t甲\ta; b; c\n2\t乙\td; e; f\n",
        "序号\t名称\t职责\n1\t甲\ta, b, c\n2\t乙\td, e, f\n",
    ],
)
def test_plain_text_is_not_delimited(text: str) -> None:
    assert looks_delimited(text) is None
    assert looks_delimited(text.encode()) is None


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        ("题目\n" + TABLE, ","),
        ("题目,,\n\n" + TABLE, ","),
        ("序号,名称\n1,甲\n2,乙\n", ","),
        ("序号;名称;职责\n1;甲;做a, b, c\n2;乙;做d, e, f\n", ";"),
        ("sep=|\n1|甲\n", "|"),
        ('"序号"\t"名称"\n"1"\t"甲"\n', "\t"),
        ('序号\t名称\t职责\n1\t甲\t"做""甲"""\n', "\t"),
        ('序号\t名称\t职责\n1\t甲\t"做\n甲"\n', "\t"),
        ('序号,类别,名称\n1,党的建设,"甲\n2,党的建设,乙\n', ","),  # broken, but delimited
    ],
)
def test_delimited_text(text: str, delimiter: str) -> None:
    assert looks_delimited(text) == delimiter


def test_bytes_that_are_no_text() -> None:
    for data in (b"", b"\0\1,\2,\3\n\0,\1,\2", b"\xff\xfe\xfa"):
        assert looks_delimited(data) is None


def test_the_real_document_is_plain_text(real_document: Path) -> None:
    assert looks_delimited(real_document.read_bytes()) is None


@pytest.mark.parametrize("line", ['\t"a', '""\t', '"\t"\t', '"""', '\t""a""'])
def test_quotation_marks_without_end_take_no_time(line: str) -> None:
    begin = time.perf_counter()
    looks_delimited("1\t2\t3\n4\t5\t6\n" + line * 200_000)
    assert time.perf_counter() - begin < 5


# Cells and lines


def test_quoted_cells() -> None:
    text = (
        '题目\n序号,类别,名称\n1,党,"甲,乙"\n2,党,"丙\n丁 ""戊"""\n3,党,"己\r\n庚"\r\n4, 党 ,辛\n'
    )
    assert rows(text) == [
        (1, ["题目"]),
        (2, ["序号", "类别", "名称"]),
        (3, ["1", "党", "甲,乙"]),
        (4, ["2", "党", '丙\n丁 "戊"']),
        (6, ["3", "党", "己\n庚"]),
        (8, ["4", " 党 ", "辛"]),
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    text = 'a,b,c\n"d\ne",f,g\n\nh,i,j\n'.replace("\n", end)
    assert rows(text) == [(1, ["a", "b", "c"]), (2, ["d\ne", "f", "g"]), (5, ["h", "i", "j"])]


def test_quotation_marks_inside_a_cell_are_text() -> None:
    assert rows(TABLE.replace("乙", '开展"双减"工作'))[-1] == (
        3,
        ["2", "党的建设", '开展"双减"工作'],
    )


def test_empty_cells_and_rows() -> None:
    assert rows(",,\n1,,甲\n\n,,\n2,,\n", ",") == [(2, ["1", "", "甲"]), (5, ["2", "", ""])]


def test_the_line_that_names_the_delimiter_is_no_row() -> None:
    assert rows("sep=;\r\n1;甲,乙\r\n") == [(2, ["1", "甲,乙"])]
    assert rows("\ufeffsep=\t\n1\t甲\n") == [(2, ["1", "甲"])]


def test_the_source_is_described() -> None:
    for text, media_type in ((TABLE, MEDIA_TYPE), (TABLE.replace(",", "\t"), TAB_MEDIA_TYPE)):
        data = text.encode("gb18030")
        source = read_delimited(data, "x", None if "," in text else "\t").source
        assert (source.encoding, source.media_type) == ("gb18030", media_type)
        assert source.sha256 == hashlib.sha256(data).hexdigest()


def test_control_and_invisible_characters_are_reported() -> None:
    anomalies = read(TABLE.replace("乙", '"乙\n\x01丙\u200b"')).anomalies
    assert [(a.code, a.place.line, a.quote) for a in anomalies] == [
        ("control-character", 3, "U+0001"),
        ("invisible-character", 3, "U+200B"),
    ]


CELLS = st.text(alphabet='甲乙1 a,;|\t"“\n', max_size=8)


@given(
    st.lists(st.lists(CELLS, min_size=2, max_size=4), min_size=1, max_size=8),
    st.sampled_from(DELIMITERS),
    st.sampled_from(["\n", "\r\n"]),
    st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)
def test_what_was_written_is_read(
    table: list[list[str]], delimiter: str, end: str, quoting: int
) -> None:
    out = io.StringIO(newline="")
    writer = csv.writer(out, delimiter=delimiter, lineterminator=end, quoting=quoting)
    line, expected = 1, []
    for row in table:
        before = out.tell()
        writer.writerow(row)
        if any(cell.strip() for cell in row):
            expected.append((line, row))
        line += len(re.findall(r"\r\n|\n", out.getvalue()[before:]))
    if not expected:
        with pytest.raises((NoTextError, UnreadableError)):
            read(out.getvalue(), delimiter)
        return
    assert rows(out.getvalue(), delimiter) == expected


# Broken quoting


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ('a,b,c\nd,e,"f\ng,h,i\nj,k,l\n', 2),  # never closed
        ('a,b,c\nd,"e" f,g\n', 2),  # text behind the closing mark
        ('a,b,c\n1,e,"f\n2,h,i\n3,k,"l\n', 2),  # closed by the next opening mark
        ('a,b,c\n1,e,"f\n2,h,i\n3,k,l"\n4,m,n\n', 2),  # closed, but two rows too late
        ('a,b,c\n1,e,"f\n', 2),
        ('a,b,"\n', 1),
    ],
)
def test_broken_quoting_names_the_line(text: str, line: int) -> None:
    message = refusal(text)
    assert f"list.csv, line {line}:" in message
    assert "quoted cell" in message
    assert "quotation marks" in message


def test_numbered_lines_in_a_quoted_cell_are_no_rows() -> None:
    text = 'a,b,c\n1,甲,"1,000 亩\n2,乙\n3. 丙"\n'
    assert rows(text, ",")[1] == (2, ["1", "甲", "1,000 亩\n2,乙\n3. 丙"])


def test_long_cells() -> None:
    assert rows(f"a,b,c\n1,2,{'甲' * 32_767}\n")
    for length in (32_768, 200_000):
        with pytest.raises(TooLargeError, match="line 2"):
            read(f'a,b,c\n1,2,"{"甲" * length}"\n', ",")
    with pytest.raises(TooLargeError, match="257 cells"):
        read("1," * 256 + "2\n", ",")


def test_largest_file(monkeypatch: pytest.MonkeyPatch) -> None:
    data = TABLE.encode()
    monkeypatch.setattr(delimited_module, "MAX_BYTES", len(data))
    assert read(TABLE)
    with pytest.raises(TooLargeError):
        read(TABLE + "\n")


def test_what_is_not_delimited_is_refused() -> None:
    with pytest.raises(UnreadableError, match="no delimited text"):
        read("一些文字\n没有表格\n")
    with pytest.raises(NoTextError):
        read(",,\n,,\n", ",")


def test_broken_files_are_read_or_refused(real_document: Path) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "x"))
    data = to_delimited(parts, "plain")[:40_000]
    chance = random.Random(20250701)  # noqa: S311 - not for secrets
    outcomes = set()
    for turn in range(264):
        broken = bytearray(data)
        if turn < 64:
            broken = broken[: len(data) * turn // 64]
        else:
            for _ in range(chance.choice((1, 3, 20))):
                broken[chance.randrange(len(data))] = chance.choice((34, chance.randrange(256)))
        try:
            document = read_delimited(bytes(broken), "x")
        except UnreadableError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
            outcomes.add("refused")
        else:
            assert document.rows
            outcomes.add("read")
    assert outcomes == {"read", "refused"}


# The real document


@pytest.mark.parametrize("variant", VARIANTS)
@pytest.mark.parametrize("delimiter", DELIMITERS)
def test_the_real_document_as_delimited_text(
    real_document: Path, real_list: DutyList, variant: str, delimiter: str
) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "list.txt"), variant)
    data = to_delimited(parts, variant, delimiter)
    assert looks_delimited(data) == delimiter
    document = read_delimited(data, "list.csv")
    assert document.anomalies == ()
    assert facts_of(parse_document(document)) == facts_of(real_list)


@pytest.mark.parametrize("encoding", ["utf-8-sig", "gb18030", "utf-16"])
def test_encodings(real_document: Path, real_list: DutyList, encoding: str) -> None:
    parts = parts_of(read_text(real_document.read_bytes(), "list.txt"))
    data = to_delimited(parts, "plain", ",", encoding)
    document = read_delimited(data, "list.csv")
    assert document.source.encoding == encoding
    assert facts_of(parse_document(document)) == facts_of(real_list)
