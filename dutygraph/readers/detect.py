"""The format of a document, by its content; its file name does not count."""

from __future__ import annotations

import codecs
import re
from enum import StrEnum
from typing import Final

from dutygraph.errors import UnreadableError, UnsupportedError
from dutygraph.readers import ole
from dutygraph.readers.containers import Container, list_container


class Format(StrEnum):
    """A format that is read."""

    TEXT = "text"
    DELIMITED = "delimited"
    HTML = "html"
    DOCX = "docx"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    PDF = "pdf"
    ARCHIVE = "archive"


MEDIA_TYPES: Final = {
    Format.TEXT: "text/plain",
    Format.DELIMITED: "text/csv",
    Format.HTML: "text/html",
    Format.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    Format.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    Format.XLS: "application/vnd.ms-excel",
    Format.ODS: "application/vnd.oasis.opendocument.spreadsheet",
    Format.PDF: "application/pdf",
    Format.ARCHIVE: "application/zip",
}
"""Media type of each format."""

_AS_DOCX: Final = "save it as DOCX"
_AS_XLSX: Final = "save it as XLSX"
_AS_PDF: Final = "save it as PDF"
_TYPE_IT: Final = "use OCR, then save its text"
_UNPACK: Final = "unpack it, or pack it as zip"
_EXPORT: Final = "export the list as XLSX or CSV"
_NO_PASSWORD: Final = "save it without a password"  # noqa: S105 - advice, no password

# First bytes of formats that are not read, what they are, and what to do.
_REFUSED: Final = (
    (b"{\\rtf", "an RTF file", _AS_DOCX),
    (b"\x89PNG\r\n", "a picture (PNG)", _TYPE_IT),
    (b"\xff\xd8\xff", "a picture (JPEG)", _TYPE_IT),
    (b"GIF87a", "a picture (GIF)", _TYPE_IT),
    (b"GIF89a", "a picture (GIF)", _TYPE_IT),
    (b"II*\0", "a picture (TIFF)", _TYPE_IT),
    (b"MM\0*", "a picture (TIFF)", _TYPE_IT),
    (b"8BPS", "a picture (PSD)", _TYPE_IT),
    (b"AT&TFORM", "scanned pages (DjVu)", _TYPE_IT),
    (b"SQLite format 3\0", "a database", _EXPORT),
    (b"\0\1\0\0Standard Jet DB", "a database (Access)", _EXPORT),
    (b"\0\1\0\0Standard ACE DB", "a database (Access)", _EXPORT),
    (b"Rar!\x1a\x07", "a RAR archive", _UNPACK),
    (b"7z\xbc\xaf\x27\x1c", "a 7z archive", _UNPACK),
    (b"\x1f\x8b", "a gzip archive", _UNPACK),
    (b"\xfd7zXZ\0", "an xz archive", _UNPACK),
    (b"\x28\xb5\x2f\xfd", "a zstd archive", _UNPACK),
    (b"MSCF\0\0\0\0", "a CAB archive", _UNPACK),
    (b"%!PS", "a PostScript file", _AS_PDF),
)
_BMP: Final = re.compile(rb"BM.{4}\0{4}", re.DOTALL)
_WEBP: Final = re.compile(rb"RIFF.{4}WEBP", re.DOTALL)
_HEIF: Final = re.compile(rb".{4}ftyp(?:heic|heix|mif1|avif)", re.DOTALL)
_PICTURES: Final = (_BMP, _WEBP, _HEIF)
_BZIP2: Final = re.compile(rb"BZh[1-9]1AY&SY")
_TAR: Final = (257, b"ustar")
_PDF: Final = re.compile(rb"%PDF-\d\.\d")
_PDF_REACH: Final = 1024
_MHTML: Final = re.compile(
    rb"^(?:[A-Za-z-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){1,20}?"
    rb"Content-Type:\s*multipart/(?:related|alternative)",
    re.IGNORECASE,
)
_HEAD: Final = 8192
# An HTML file begins with one of these tags, behind an XML declaration and comments.
_BEFORE_TAG: Final = re.compile(r"(?:\s|<\?xml[^>]*\?>|<!--.*?-->)*", re.DOTALL)
_PAGE_TAG: Final = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|title|table)\b", re.I)
_TEXT_TAG: Final = re.compile(
    r"<(?:p|div|h[1-6]|span|style|script|section|article|main|center|ul|ol|br|font|b|strong)\b",
    re.I,
)
_LATE_TAG: Final = re.compile(r"^\s*<(?:!doctype\s+html|html|body)\b[^<>]*>", re.I | re.M)
_LATE_REACH: Final = 1024
_SAMPLE: Final = 2**18
_ROW_TAG: Final = re.compile(r"<t[dr]\b", re.I)
_XML: Final = re.compile(r"\s*<\?xml\b")
_BOMS: Final = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_WIDE: Final = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)  # and UTF-32 LE
_TYPES_PART: Final = "[Content_Types].xml"
_TYPES_SIZE: Final = 2**18
_MAIN_TYPES: Final = (
    (b"wordprocessingml.document.main+xml", Format.DOCX),
    (b"wordprocessingml.template.main+xml", Format.DOCX),
    (b"ms-word.document.macroEnabled.main+xml", Format.DOCX),
    (b"ms-word.template.macroEnabledTemplate.main+xml", Format.DOCX),
    (b"spreadsheetml.sheet.main+xml", Format.XLSX),
    (b"spreadsheetml.template.main+xml", Format.XLSX),
    (b"ms-excel.sheet.macroEnabled.main+xml", Format.XLSX),
    (b"ms-excel.template.macroEnabled.main+xml", Format.XLSX),
)
_ODF: Final = "application/vnd.oasis.opendocument."
_ENCRYPTION: Final = b"manifest:encryption-data"


def detect(data: bytes, name: str) -> Format:
    """Format of a document.

    Args:
        data: its content.
        name: its file name, for messages only.

    Raises:
        UnsupportedError: it is in a format that is not read, or encrypted.
        UnreadableError: it is empty, or a container whose directory is damaged or not safe.
    """
    if not data.strip():
        raise UnreadableError("the file is empty", where=name)
    if data.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _in_zip(list_container(data, name), name)
    if data.startswith(ole.MAGIC):
        return _in_ole(ole.root_names(data, name), name)
    for magic, what, hint in _REFUSED:
        if data.startswith(magic):
            raise _refusal(what, name, hint)
    if _BZIP2.match(data):
        raise _refusal("a bzip2 archive", name, _UNPACK)
    if any(magic.match(data) for magic in _PICTURES):
        raise _refusal("a picture", name, _TYPE_IT)
    if data[_TAR[0] :].startswith(_TAR[1]):
        raise _refusal("a tar archive", name, _UNPACK)
    if _PDF.search(data, 0, _PDF_REACH + len(b"%PDF-1.7")):
        return Format.PDF
    if _MHTML.match(data.lstrip()[:_HEAD]):
        raise _refusal("a web archive (MHTML)", name, "save it as a web page (HTML)")
    return _in_text(data, name)


def _refusal(what: str, name: str, hint: str) -> UnsupportedError:
    return UnsupportedError(f"is {what}, which is not read", where=name, hint=hint)


def _in_zip(container: Container, name: str) -> Format:
    names = container.names
    kind = container.read_start("mimetype", 200).decode("latin-1").strip()
    if kind.startswith(_ODF):
        if _ENCRYPTION in container.read_start("META-INF/manifest.xml", _TYPES_SIZE):
            raise UnsupportedError("is encrypted", where=name, hint=_NO_PASSWORD)
        if kind.startswith(f"{_ODF}spreadsheet"):
            return Format.ODS
        hint = _AS_DOCX if kind.startswith(f"{_ODF}text") else _AS_PDF
        raise _refusal(f"an OpenDocument file ({kind.removeprefix(_ODF)})", name, hint)
    if kind == "application/epub+zip":
        raise _refusal("an EPUB book", name, "save it as a web page (HTML)")
    if _TYPES_PART in names:
        types = container.read_start(_TYPES_PART, _TYPES_SIZE)
        if types.startswith((b"\xff\xfe", b"\xfe\xff")):
            types = types.replace(b"\0", b"")
        for marker, form in _MAIN_TYPES:
            if marker in types:
                return form
        if b"sheet.binary.macroEnabled.main" in types:
            raise _refusal("a binary workbook (XLSB)", name, _AS_XLSX)
        if b"presentationml" in types:
            raise _refusal("a presentation (PPTX)", name, _AS_PDF)
        for folder, form in (("word/", Format.DOCX), ("xl/", Format.XLSX)):
            if any(member.startswith(folder) for member in names):
                return form
        raise _refusal("an Office file without a document", name, _AS_DOCX)
    if "OFD.xml" in names:
        raise _refusal("an OFD file", name, _AS_PDF)
    if any(member.endswith(".iwa") for member in names) or "Index.zip" in names:
        raise _refusal("a file of Pages, Numbers or Keynote", name, "export it as DOCX or XLSX")
    return Format.ARCHIVE


def _in_ole(names: frozenset[str], name: str) -> Format:
    if "EncryptedPackage" in names:
        raise UnsupportedError("is encrypted", where=name, hint=_NO_PASSWORD)
    if "WordDocument" in names:
        raise _refusal("an old Word or WPS document (DOC, WPS)", name, _AS_DOCX)
    if names & {"Workbook", "Book"}:
        return Format.XLS
    if "PowerPoint Document" in names:
        raise _refusal("an old presentation (PPT)", name, _AS_PDF)
    raise _refusal("an OLE file of an unknown kind", name, "save it as DOCX or XLSX")


def _in_text(data: bytes, name: str) -> Format:
    from dutygraph.readers.delimited import looks_delimited

    head = _decode_head(data)
    begin = _BEFORE_TAG.match(head)
    start = begin.end() if begin else 0
    if _PAGE_TAG.match(head, start):
        return Format.HTML
    if _TEXT_TAG.match(head, start) and (_ROW_TAG.search(head) or "\t" not in head):
        # A list that was typed off a web page may begin with a tag, but has tabs between its cells.
        return Format.HTML
    if _LATE_TAG.search(head[:_LATE_REACH]):
        return Format.HTML
    if _XML.match(head):
        hint = _AS_XLSX if "office:spreadsheet" in head or "Excel.Sheet" in head else _AS_DOCX
        raise _refusal("an XML file", name, hint)
    return Format.DELIMITED if looks_delimited(_sample(data)) else Format.TEXT


def _sample(data: bytes) -> bytes:
    """The beginning of a long text, up to the end of a line."""
    if len(data) <= _SAMPLE:
        return data
    end = data.rfind(b"\n", 0, _SAMPLE) + 1 or _SAMPLE
    return data[: end - end % 4] if data.startswith(_WIDE) else data[:end]


def _decode_head(data: bytes) -> str:
    """First characters, good enough to see tags in."""
    head = data[:_HEAD]
    for mark, encoding in _BOMS:
        if head.startswith(mark):
            return head[: len(head) // 4 * 4].decode(encoding, "ignore")
    return head.decode("utf-8", "replace")
