"""A PDF file, opened by pdfminer.six within limits: its pages, and its streams unpacked.

pdfminer unpacks a stream whole, however long it becomes, and takes a damaged one for an empty one. Here
both are errors.
"""

from __future__ import annotations

import io
import re
import struct
import zlib
from collections.abc import Iterator
from functools import cache
from typing import Any, Final

from dutygraph.errors import TooLargeError, UnreadableError, UnsupportedError

AGAIN: Final = "save it again with the program that made it"
"""Hint of what to do about a damaged file."""

MAX_STREAM: Final = 64 * 2**20
"""Most bytes that one stream may unpack to; embedded fonts are the largest."""

MAX_CONTENT: Final = 16 * 2**20
"""Most bytes that a stream with the content of a page may unpack to."""

MAX_STREAMS: Final = 200 * 2**20
"""Most bytes that all streams of a document may unpack to."""

MAX_PAGES: Final = 5_000
"""Most pages of a document."""

_END_REACH: Final = 4096
_CHUNK: Final = 2**20
_PAGE_KEYS: Final = frozenset({"Kids", "Contents", "MediaBox", "Resources", "Parent"})
# Fonts, pictures and other streams that are no content have one of these.
_NO_CONTENT: Final = frozenset({"Type", "Length1", "Subtype"})
_FLATE: Final = frozenset({"FlateDecode", "Fl"})


def open_pages(data: bytes, name: str) -> Iterator[Any]:
    """Pages of a PDF, as pdfminer's ``PDFPage``.

    The streams of a page are unpacked when it is taken apart; TooLargeError and UnreadableError may
    come up only then.

    Args:
        data: the file.
        name: its name, for messages.

    Raises:
        UnsupportedError: it is encrypted, and not with an empty password.
        TooLargeError: it has too many pages, or unpacks to more than the limits.
        UnreadableError: it is cut short or damaged, or has fewer pages than it says.
    """
    from pdfminer.pdfdocument import PDFEncryptionError, PDFPasswordIncorrect
    from pdfminer.pdfpage import PDFPage

    if b"%%EOF" not in data.rstrip(b"\0\t\n\r ")[-_END_REACH:]:
        raise UnreadableError(
            "is a PDF file that is cut short", where=name, hint="get the whole file again"
        )
    try:
        document = _document_class()(data, name)
    except (PDFPasswordIncorrect, PDFEncryptionError):
        raise UnsupportedError(
            "is encrypted", where=name, hint="save it without a password"
        ) from None
    for objid, attributes in list(_page_tree(document, name)):
        yield PDFPage(document, objid, attributes, None)


def _page_tree(document: Any, name: str) -> Iterator[tuple[int, dict[str, Any]]]:
    """Number and attributes of each page, with those that it inherits.

    Raises:
        UnreadableError: the tree of pages has a loop, or fewer pages than it says.
    """
    from pdfminer.pdfpage import PDFPage
    from pdfminer.pdftypes import PDFObjRef, dict_value, list_value, resolve1

    root = document.catalog.get("Pages")
    if not isinstance(root, PDFObjRef):
        raise UnreadableError("is a damaged PDF file: it has no pages", where=name, hint=AGAIN)
    stated = resolve1(dict_value(root).get("Count"))
    waiting: list[tuple[Any, dict[str, Any]]] = [(root, {})]
    seen: set[int] = set()
    pages = 0
    while waiting:
        reference, inherited = waiting.pop()
        if not isinstance(reference, PDFObjRef):
            raise UnreadableError(
                "is a damaged PDF file: a page is no object", where=name, hint=AGAIN
            )
        if reference.objid in seen:
            raise UnreadableError(
                "is a damaged PDF file: its pages form a loop", where=name, hint=AGAIN
            )
        seen.add(reference.objid)
        node = dict(dict_value(reference))
        if not _PAGE_KEYS & node.keys():
            raise UnreadableError(
                f"is a damaged PDF file: page {pages + 1} is missing", where=name, hint=AGAIN
            )
        for key, value in inherited.items():
            node.setdefault(key, value)
        if "Kids" in node:
            passed_on = {key: node[key] for key in PDFPage.INHERITABLE_ATTRS if key in node}
            waiting += [(kid, passed_on) for kid in reversed(list_value(node["Kids"]))]
            continue
        if pages >= MAX_PAGES:
            raise TooLargeError(f"has more than {MAX_PAGES:,} pages", where=name, hint="split it")
        pages += 1
        yield reference.objid, node
    if not pages or (isinstance(stated, int) and stated > pages):
        raise UnreadableError(
            f"is a damaged PDF file: it says it has {stated} pages, but {pages} were found",
            where=name,
            hint=AGAIN,
        )


@cache
def _document_class() -> Any:
    """A document of pdfminer whose streams unpack within limits.

    pdfminer is imported only here and below, so its classes are derived from only when needed.
    """
    from pdfminer.pdfdocument import PDFDocument
    from pdfminer.pdfexceptions import PDFObjectNotFound
    from pdfminer.pdfparser import PDFParser
    from pdfminer.pdftypes import PDFStream

    class Stream(PDFStream):  # type: ignore[misc]
        """A stream that does not unpack to more than the limits, and is refused if damaged."""

        budget: list[int]
        where: str
        data: bytes | None
        rawdata: bytes | None

        def decode(self) -> None:
            content = self.rawdata or b""
            if self.decipher is not None:
                content = self.decipher(self.objid, self.genno, content, self.attrs)
            for kind, parameters in self.get_filters():
                # pdfminer unpacks Flate without a limit, and gives an empty text where it fails.
                if getattr(kind, "name", "") in _FLATE:
                    content = _inflate(content, self._most(), self.where)
                    one: dict[str, Any] = {}
                else:
                    one = {"Filter": kind}
                if parameters:
                    one["DecodeParms"] = parameters
                content = _apply(one, content) if one else content
                self._spend(len(content))
            self.data = content
            self.rawdata = None

        def _spend(self, size: int) -> None:
            self.budget[0] -= size
            if size > self._most() or self.budget[0] < 0:
                raise _bomb(self._most(), self.where)

        def _most(self) -> int:
            form = getattr(self.attrs.get("Subtype"), "name", "") == "Form"
            return MAX_CONTENT if form or not _NO_CONTENT & self.attrs.keys() else MAX_STREAM

    def _apply(attributes: dict[str, Any], content: bytes) -> bytes:
        """One filter other than Flate, or the predictor behind Flate, by pdfminer."""
        if "Filter" in attributes:
            step = PDFStream(attributes, content)
            return bytes(step.get_data())
        return _unpredict(attributes["DecodeParms"], content)

    class Document(PDFDocument):  # type: ignore[misc]
        """A document whose streams are of the class above."""

        def __init__(self, data: bytes, name: str) -> None:
            self._data = data
            self._budget = [MAX_STREAMS]
            self._name = name
            super().__init__(PDFParser(io.BytesIO(data)))

        def getobj(self, objid: int) -> object:
            try:
                found = super().getobj(objid)
            except PDFObjectNotFound:
                # pdfminer takes it for null, and leaves out what it is part of without a word.
                if re.search(rb"(?<!\d)%d\s+\d+\s+obj\b" % objid, self._data):
                    raise UnreadableError(
                        f"is a damaged PDF file: object {objid} is not where the file says it is",
                        where=self._name,
                        hint=AGAIN,
                    ) from None
                raise
            if type(found) is PDFStream and found.data is None:
                found.__class__ = Stream
                found.budget = self._budget
                found.where = self._name
            return found

    return Document


def _bomb(most: int, where: str) -> TooLargeError:
    return TooLargeError(
        f"a stream unpacks to more than {most:,} bytes, or all to more than {MAX_STREAMS:,}",
        where=where,
        hint="split it",
    )


def _inflate(packed: bytes, most: int, where: str) -> bytes:
    """Unpacked Flate data.

    Raises:
        TooLargeError: it is more than one stream may hold.
        UnreadableError: it is damaged or cut. A missing checksum is forgiven: the length that is
            stated for a stream is often one or two bytes short.
    """
    damaged = UnreadableError("a stream of the PDF file is damaged", where=where, hint=AGAIN)
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    pieces: list[bytes] = []
    size, checksum = 0, 1
    rest = packed[2:]
    try:
        while not inflater.eof:
            piece = inflater.decompress(rest, _CHUNK)
            rest = inflater.unconsumed_tail
            if not piece and not inflater.eof:
                raise damaged
            size += len(piece)
            if size > most:
                raise _bomb(most, where)
            checksum = zlib.adler32(piece, checksum)
            pieces.append(piece)
    except zlib.error:
        raise damaged from None
    trailer = inflater.unused_data[:4]
    if len(trailer) == 4 and struct.unpack(">I", trailer)[0] != checksum:
        raise damaged
    return b"".join(pieces)


def _unpredict(parameters: Any, content: bytes) -> bytes:
    """Undo the predictor of a Flate stream.

    Raises:
        PDFException: the predictor is not known.
    """
    from pdfminer.pdfexceptions import PDFException
    from pdfminer.pdftypes import dict_value, int_value
    from pdfminer.utils import apply_png_predictor, apply_tiff_predictor

    parameters = dict_value(parameters)
    predictor = int_value(parameters.get("Predictor", 1))
    if predictor == 1:
        return content
    shape = (
        int_value(parameters.get("Colors", 1)),
        int_value(parameters.get("Columns", 1)),
        int_value(parameters.get("BitsPerComponent", 8)),
    )
    if predictor == 2:
        return bytes(apply_tiff_predictor(*shape, content))
    if predictor >= 10:
        return bytes(apply_png_predictor(predictor, *shape, content))
    raise PDFException(f"unsupported predictor {predictor}")
