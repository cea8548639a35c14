"""Bytes → rows: encodings, line ends, characters that nobody sees, limits."""

from __future__ import annotations

import codecs
import hashlib
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.errors import UnreadableError
from dutygraph.readers import base
from dutygraph.readers import text as text_module
from dutygraph.readers.base import Document
from dutygraph.readers.read import read_bytes, read_path
from dutygraph.readers.text import decode, read_text

HEAD = "序号\t事项类别\t事项名称\n"
LIST = HEAD + "1\t党的建设\t加强基层工会组织建设，维护职工合法权益\n\n2\t民生服务\t学生服务管理\n"

ENCODERS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "UTF-8": ("utf-8", lambda text: text.encode("utf-8")),
    "UTF-8 with mark": ("utf-8-sig", lambda text: text.encode("utf-8-sig")),
    "UTF-16 LE with mark": ("utf-16", lambda t: codecs.BOM_UTF16_LE + t.encode("utf-16-le")),
    "UTF-16 BE with mark": ("utf-16", lambda t: codecs.BOM_UTF16_BE + t.encode("utf-16-be")),
    "UTF-32 LE with mark": ("utf-32", lambda t: codecs.BOM_UTF32_LE + t.encode("utf-32-le")),
    "UTF-32 BE with mark": ("utf-32", lambda t: codecs.BOM_UTF32_BE + t.encode("utf-32-be")),
    "GB18030": ("gb18030", lambda text: text.encode("gb18030")),
}
"""What the reader calls an encoding, and how to save text in it."""

# GB 2312 has its characters in rows 16 to 87 (B0 to F7), 94 in a row; row 55 (D7) lacks the last 5.
HANZI = "".join(
    bytes([row, cell]).decode("gb2312")
    for row in range(0xB0, 0xF8)
    for cell in range(0xA1, 0xFA if row == 0xD7 else 0xFF)
)
# Category Cc is removed except tab, line ends and NEL; so are the non-characters of the first plane.
REMOVED = frozenset(
    {chr(c) for c in range(0x10000) if unicodedata.category(chr(c)) == "Cc"} - set("\t\n\r\x85")
    | {chr(c) for c in (*range(0xFDD0, 0xFDF0), 0xFFFE, 0xFFFF)}
)


def cells_of(document: Document) -> list[list[str]]:
    return [[cell.text for cell in row.cells] for row in document.rows]


def refusal(data: bytes) -> UnreadableError:
    """Error that the reader raises for some bytes."""
    with pytest.raises(UnreadableError) as caught:
        read_bytes(data, "list.txt")
    assert caught.value.where.startswith("list.txt")
    assert "\n" not in str(caught.value)
    return caught.value


# Encodings


@pytest.mark.parametrize("name", ENCODERS)
def test_encodings(name: str) -> None:
    encoding, encode = ENCODERS[name]
    document = read_bytes(encode(LIST), "list.txt")
    assert document.source.encoding == encoding
    assert document.rows == read_text(LIST.encode(), "list.txt").rows
    assert document.anomalies == ()


@pytest.mark.parametrize("name", ENCODERS)
def test_digest_is_that_of_the_text(name: str) -> None:
    data = ENCODERS[name][1](LIST.replace("\n", "\r\n"))
    assert read_text(data, "x").source.sha256 == hashlib.sha256(LIST.encode()).hexdigest()


@pytest.mark.parametrize("name", ENCODERS)
@given(body=st.text(alphabet=HANZI + "，。、；：（）“”《》 \t\n1aZ", max_size=60))
def test_what_was_saved_is_decoded(name: str, body: str) -> None:
    encoding, encode = ENCODERS[name]
    # A few characters alone can be valid in two encodings; no list is so short.
    text = HEAD + body
    assert decode(encode(text)) == (text, encoding)


@given(st.text(min_size=1).filter(str.strip))
def test_any_text_survives_utf8(text: str) -> None:
    data = text.encode("utf-8")
    if b"\0" in data or text.startswith("\ufeff"):
        return
    assert decode(data) == (text, "utf-8")


@given(st.binary(max_size=300))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    try:
        document = read_bytes(data, "x")
    except UnreadableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
    else:
        assert document.rows


def test_gb18030_beyond_gb2312() -> None:
    # 㙍 has two bytes in GBK, 𠮷 four in GB18030: names of places and people hold such characters.
    text = HEAD + "1\t党的建设\t做好㙍村和𠮷村的矛盾纠纷排查化解工作，及时上报\n"
    assert decode(text.encode("gb18030")) == (text, "gb18030")


def test_a_mark_and_nothing_else() -> None:
    for mark in (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        assert "holds no text" in str(refusal(mark))


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "the file is empty"),
        (b" \n\t\r\n ", "the file is empty"),
        ("\u3000\n\u00a0\n".encode(), "holds no text"),
        (b"\x01\x02\n\x7f", "holds no text"),
        (b"a\tb\0c\n", "binary"),
        (LIST.encode("utf-16-le"), "binary"),
        (LIST.encode("utf-16-be"), "binary"),
        (LIST.encode("utf-16")[:-1], "begins like utf-16"),
        (codecs.BOM_UTF16_LE + b"\x00\xd8a\x00", "begins like utf-16"),
        (codecs.BOM_UTF8 + b"\xff", "begins like utf-8-sig"),
        (b"caf\xe9 au lait\n", "neither UTF-8 (byte 3 does not fit) nor GB18030"),
        (LIST.encode() + b"\xff", "neither UTF-8"),
        (b"a\xed\xa0\x80b", "neither UTF-8"),
        ("鄉鎮履職事項清單基本履職事項".encode("big5"), "neither UTF-8"),
        ("住民サービスの業務一覧".encode("shift_jis"), "neither UTF-8"),
    ],
)
def test_what_is_no_text(data: bytes, says: str) -> None:
    assert says in str(refusal(data))


def test_utf8_cut_anywhere_in_its_end(real_document: Path) -> None:
    data = real_document.read_bytes()
    for length in range(len(data) - 60, len(data)):
        cut = data[:length]
        # A byte 10xxxxxx behind the cut means that a character was cut.
        if data[length] & 0xC0 == 0x80:
            assert "neither UTF-8" in str(refusal(cut))
        else:
            assert decode(cut)[1] == "utf-8"


def test_lines_of_two_encodings(real_document: Path) -> None:
    """Whatever line is in the other encoding, half the file or one line of it, is not garbled."""
    text = real_document.read_text(encoding="utf-8")
    half = text.index("\n", len(text) // 2) + 1
    refusal(text[:half].encode("utf-8") + text[half:].encode("gb18030"))
    refusal(text[:half].encode("gb18030") + text[half:].encode("utf-8"))
    lines = [line for line in dict.fromkeys(text.splitlines()) if not line.isascii()]
    for line in lines[::7]:
        if line != "目 录":  # these four bytes are UTF-8 as well (Ŀ ¼): nobody could tell
            refusal(text.encode("utf-8") + b"\n" + line.encode("gb18030"))
    whole = text.encode("gb18030")
    for line in [HEAD.rstrip(), *lines[::11]]:
        refusal(whole + b"\n" + line.encode("utf-8"))


@pytest.mark.parametrize(
    ("start", "what"),
    [
        (b"PK\x03\x04\x14\x00\x06\x00", "zip container"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "old Office file"),
        (b"\x89PNG\r\n\x1a\n", "picture"),
        (b"\xff\xd8\xff\xe0", "picture"),
        (b"{\\rtf1\\ansi", "RTF"),
        (b"SQLite format 3\0", "database"),
    ],
)
def test_other_formats_are_named(start: bytes, what: str) -> None:
    error = refusal(start + LIST.encode())
    assert what in error.what
    assert error.hint


# Lines and cells


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(end: str) -> None:
    document = read_text(LIST.replace("\n", end).encode(), "x")
    assert document == read_text(LIST.encode(), "x")
    assert [row.place.line for row in document.rows] == [1, 2, 4]


def test_mixed_line_ends_count_once_each() -> None:
    document = read_text(b"a\r\nb\rc\nd\n\re", "x")
    assert [
        (c[0], r.place.line) for c, r in zip(cells_of(document), document.rows, strict=True)
    ] == [
        ("a", 1),
        ("b", 2),
        ("c", 3),
        ("d", 4),
        ("e", 6),
    ]


@pytest.mark.parametrize("char", ["\u2028", "\u2029", "\x85", "\u00a0", "\u3000", "\ufffd"])
def test_kept_inside_a_cell(char: str) -> None:
    document = read_text(f"甲{char}乙\t丙".encode(), "x")
    assert cells_of(document) == [[f"甲{char}乙", "丙"]]
    assert document.anomalies == ()


@pytest.mark.parametrize(
    "char", ["\x01", "\x0b", "\x0c", "\x1b", "\x1c", "\x1e", "\x7f", "\x9b", "\ufdd0", "\ufffe"]
)
def test_control_characters_are_removed_and_end_no_line(char: str) -> None:
    document = read_text(f"甲\n乙{char}丙{char}\t丁".encode(), "x")
    assert cells_of(document) == [["甲"], ["乙丙", "丁"]]
    (anomaly,) = document.anomalies
    assert (anomaly.code, anomaly.place.line) == ("control-character", 2)
    assert anomaly.quote == f"U+{ord(char):04X}"


def test_nul_as_a_character_of_utf16_is_removed() -> None:
    document = read_text("甲\0乙".encode("utf-16"), "x")
    assert cells_of(document) == [["甲乙"]]
    assert [a.quote for a in document.anomalies] == ["U+0000"]


@pytest.mark.parametrize(
    "char",
    # zero width space and joiners, no-break space of no width, soft hyphen; every direction mark;
    # tag characters, by which text can be hidden in text
    [
        *"\u200b\u200c\u200d\u2060\ufeff\u00ad",
        *"\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069",
        "\U000e0041",
    ],
)
def test_invisible_characters_are_kept_and_reported(char: str) -> None:
    document = read_text(f"甲\n乙{char}丙".encode(), "x")
    assert cells_of(document) == [["甲"], [f"乙{char}丙"]]
    (anomaly,) = document.anomalies
    assert (anomaly.code, anomaly.place.line) == ("invisible-character", 2)
    assert anomaly.quote == f"U+{ord(char):04X}"


def test_every_direction_mark_of_unicode_is_reported() -> None:
    bidi = {"LRE", "RLE", "PDF", "LRO", "RLO", "LRI", "RLI", "FSI", "PDI"}
    marks = [chr(c) for c in range(0x110000) if unicodedata.bidirectional(chr(c)) in bidi]
    assert len(marks) == 9
    for mark in marks:
        assert read_text(f"甲{mark}".encode(), "x").anomalies


def test_one_anomaly_a_line_names_each_character_once() -> None:
    document = read_text("\x02甲\x01\x02\u200b\u202e\u200b".encode(), "x")
    assert [(a.code, a.quote) for a in document.anomalies] == [
        ("control-character", "U+0001 U+0002"),
        ("invisible-character", "U+200B U+202E"),
    ]


def test_composed_and_decomposed_text_is_the_same_source() -> None:
    composed, decomposed = ("é\tÅ", "e\u0301\tA\u030a")
    assert composed != decomposed
    one, other = (read_text(text.encode(), "x") for text in (composed, decomposed))
    assert one == other
    assert cells_of(one) == [["é", "Å"]]


def test_width_is_not_folded() -> None:
    assert cells_of(read_text("１．ＡＢ\t㈠ ①".encode(), "x")) == [["１．ＡＢ", "㈠ ①"]]


def test_empty_cells_and_blanks_are_kept() -> None:
    assert cells_of(read_text(" 甲 \t\t\n\t\n\t乙".encode(), "x")) == [[" 甲 ", "", ""], ["", "乙"]]


WILD = st.text(
    alphabet=st.one_of(
        st.characters(exclude_categories=("Cs",)),
        st.sampled_from("\t\t\t\n\r\x0b\x0c\x85\u2028\u200b\u202e\x00\x1b\ufffee\u0301党"),
    ),
    max_size=80,
)


@given(WILD)
def test_offsets_point_at_the_cell(text: str) -> None:
    text = "甲\n" + text
    document = read_text(text.encode("utf-16"), "x")
    lines = re.split("\r\n|\r|\n", unicodedata.normalize("NFC", text))
    kept = ["".join(c for c in line if c not in REMOVED) for line in lines]
    assert [row.place.line for row in document.rows] == [
        number for number, line in enumerate(kept, 1) if line.strip()
    ]
    for row in document.rows:
        assert row.place.line is not None
        line = kept[row.place.line - 1]
        assert "\t".join(cell.text for cell in row.cells) == line
        for cell in row.cells:
            assert cell.start is not None
            assert line[cell.start : cell.start + len(cell.text)] == cell.text
            assert cell.start == 0 or line[cell.start - 1] == "\t"
    # Nothing goes away unreported.
    changed = [number for number, line in enumerate(lines, 1) if line != kept[number - 1]]
    reported = [a.place.line for a in document.anomalies if a.code == "control-character"]
    assert reported == changed


# Limits


def test_longest_cell() -> None:
    cap = base.MAX_CELL
    assert cap == 32_767
    document = read_text(("甲\t" + "乙" * cap).encode(), "x")
    assert len(document.rows[0].cells[1].text) == cap
    error = refusal(("甲\n甲\t" + "乙" * (cap + 1)).encode())
    assert "32,768 characters" in error.what
    assert error.where == "list.txt, line 2"


def test_most_cells() -> None:
    cap = base.MAX_COLUMNS
    assert cap == 256
    assert len(read_text(b"a" + b"\t" * (cap - 1), "x").rows[0].cells) == cap
    error = refusal(b"a\na" + b"\t" * cap)
    assert "257 cells" in error.what
    assert error.where == "list.txt, line 2"


def test_largest_file(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(text_module, "MAX_BYTES", 1000)
    path = tmp_path / "list.txt"
    path.write_bytes(b"a" * 1000)
    assert read_path(path).rows
    for size in (1001, 100_000):
        path.write_bytes(b"a" * size)
        with pytest.raises(UnreadableError, match="more than 1,000 bytes"):
            read_path(path)


def test_a_huge_file_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    with path.open("wb") as file:
        file.truncate(2**40)  # sparse: it takes no room on disk, but reading it would take a TiB
    with pytest.raises(UnreadableError, match="more than 52,428,800 bytes"):
        read_path(path)


# Files


def test_files_that_are_none(tmp_path: Path) -> None:
    with pytest.raises(UnreadableError, match="no such file"):
        read_path(tmp_path / "none.txt")
    with pytest.raises(UnreadableError, match="is a folder"):
        read_path(tmp_path)
    loop = tmp_path / "loop.txt"
    loop.symlink_to(loop)
    with pytest.raises(UnreadableError, match="cannot be read"):
        read_path(loop)
