"""The format of a document is that of its content, whatever its name says."""

from __future__ import annotations

import codecs

import pytest
import samples
from hostile import docx_with, flips, ole, sound_samples, zipped
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.errors import UnreadableError, UnsupportedError
from dutygraph.readers.detect import MEDIA_TYPES, Format, detect
from dutygraph.readers.registry import READERS

FORMATS = {
    "list.txt": Format.TEXT,
    "list.csv": Format.DELIMITED,
    "list.html": Format.HTML,
    "list.docx": Format.DOCX,
    "list.xlsx": Format.XLSX,
    "list.ods": Format.ODS,
    "list.pdf": Format.PDF,
}


@pytest.mark.parametrize("name", FORMATS)
@pytest.mark.parametrize("called", ["", "list.doc", "list.xls", "list.pdf", "list.txt"])
def test_the_name_says_nothing(name: str, called: str) -> None:
    assert detect(sound_samples()[name], called) is FORMATS[name]


def test_every_format_is_known() -> None:
    assert set(MEDIA_TYPES) == set(Format)
    assert set(READERS) == set(Format) - {Format.ARCHIVE}


def test_old_workbook() -> None:
    assert detect(ole(["Workbook"]), "x") is Format.XLS
    assert detect(ole(["Book", "WordDocument2"]), "x") is Format.XLS


def test_archive() -> None:
    assert detect(zipped({"a.docx": samples.docx()}), "x.docx") is Format.ARCHIVE


def test_word_document_under_another_name() -> None:
    # SharePoint calls the main part document2.xml; only the content types tell what it is.
    parts = samples.parts(samples.docx())
    types = parts.pop("[Content_Types].xml").replace(b"word/document.xml", b"word/document2.xml")
    parts["word/document2.xml"] = parts.pop("word/document.xml")
    assert detect(zipped({**parts, "[Content_Types].xml": types}), "x") is Format.DOCX


def test_word_document_that_holds_a_workbook() -> None:
    assert detect(docx_with({"word/embeddings/a.xlsx": samples.xlsx()}), "x") is Format.DOCX


@pytest.mark.parametrize("before", [b"", b"\n\n", b"\0" * 1000, b"junk " * 200])
def test_pdf_begins_within_a_kilobyte(before: bytes) -> None:
    assert detect(before + samples.pdf(), "x") is Format.PDF


def test_pdf_that_begins_later_is_none() -> None:
    # What is no known format is taken for text, whose reader refuses binary files.
    assert detect(b"\0" * 1100 + samples.pdf(), "x") is Format.TEXT


@pytest.mark.parametrize(
    "text",
    [
        "<!DOCTYPE html><p>清单",
        "\ufeff<html><body>清单",
        "<?xml version='1.0'?><!DOCTYPE html PUBLIC '-//W3C//DTD XHTML'><html/>",
        "<!-- saved -->\n<HTML xmlns:o='x'><table>",
        "<table><tr><td>1</td></tr></table>",
        "<div><table><tr><td>1</td></tr></table></div>",
        "<p>一段</p><p>二段</p>",
        "HTTP/1.1 200 OK\nContent-Type: text/html\n\n<html><body>清单",
    ],
)
def test_web_pages(text: str) -> None:
    assert detect(text.encode(), "x.xls") is Format.HTML


@pytest.mark.parametrize("mark", [codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_web_pages_in_utf16(mark: bytes) -> None:
    encoding = "utf-16-le" if mark == codecs.BOM_UTF16_LE else "utf-16-be"
    assert detect(mark + "<html><body>清单".encode(encoding), "x") is Format.HTML


@pytest.mark.parametrize(
    "text",
    [
        "序号\t事项名称\n1\t<p>做好甲工作</p>\n",
        "<p>县公安局：</p>\t<p>负责甲</p>\n2\t乙\n",  # rows of a table that a web page left
        "a < b，乙 <丙>\n",
        "%PDF 是一种格式\n",
        "Content-Type 是一个字段\n序号\t名称\n",
    ],
)
def test_text_with_marks_of_other_formats(text: str) -> None:
    assert detect(text.encode(), "x") is Format.TEXT


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (ole(["WordDocument"]), "old Word or WPS.*save it as DOCX"),
        (ole(["EncryptedPackage"]), "is encrypted.*without a password"),
        (zipped({"mimetype": "application/vnd.oasis.opendocument.text"}), "OpenDocument.*DOCX"),
        (zipped({"OFD.xml": ""}), "OFD.*PDF"),
        (zipped({"Index/Document.iwa": ""}), "Pages"),
        (zipped({"[Content_Types].xml": "<a/>"}), "without a document"),
        (b"BM" + (60).to_bytes(4, "little") + bytes(4) + b"x" * 50, "a picture"),
        (b"\0\0\0\x18ftypheic" + bytes(20), "a picture"),
        (b"BZh91AY&SY" + bytes(9), "bzip2"),
        (bytes(257) + b"ustar\x0000", "tar"),
        (b"%!PS-Adobe", "PostScript.*PDF"),
    ],
)
def test_what_is_not_read(data: bytes, says: str) -> None:
    with pytest.raises(UnsupportedError, match=says) as caught:
        detect(data, "x.docx")
    assert caught.value.where == "x.docx"


@given(st.binary(max_size=400))
def test_any_bytes_have_a_format_or_an_error(data: bytes) -> None:
    try:
        assert detect(data, "x") in Format
    except UnreadableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right


@given(st.integers(0, 2**32))
def test_damaged_directories(seed: int) -> None:
    for data in (ole(["Workbook", "a", "b"]), zipped({"a": b"1", "b": b"2"})):
        for changed in flips(data[:1536], 3, seed):
            try:
                detect(changed + data[1536:], "x")
            except UnreadableError as error:
                assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right
