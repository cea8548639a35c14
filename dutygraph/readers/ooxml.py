"""Parts of Office Open XML packages (DOCX, XLSX): finding them and parsing them safely."""

from __future__ import annotations

import io
import posixpath
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote

from dutygraph.errors import UnreadableError
from dutygraph.readers.containers import Container

if TYPE_CHECKING:
    from lxml.etree import XMLParser, _Element

DAMAGED: Final = "save it again with the program that made it"
"""What to do about a damaged file."""

W: Final = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
S: Final = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
R: Final = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
A: Final = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
MC: Final = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"

# The strict variant of the standard names the same elements in other namespaces.
_STRICT: Final = tuple(
    (f"http://purl.oclc.org/ooxml/{strict}".encode(), uri[1:-1].encode())
    for strict, uri in (
        ("wordprocessingml/main", W),
        ("spreadsheetml/main", S),
        ("officeDocument/relationships", R),
        ("drawingml/main", A),
    )
)


@dataclass(frozen=True, slots=True)
class Relation:
    """A link from one part to another.

    Attributes:
        kind: last step of its type, such as ``worksheet``.
        target: name of the part; the address where it leads out of the package.
        external: it leads out of the package.
    """

    kind: str
    target: str
    external: bool


@cache
def _parser() -> XMLParser:
    from lxml import etree

    # No entity is ever expanded and nothing fetched; the limits of the library on depth and on
    # the length of a text stay in force, and what exceeds them is an error.
    return etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True,
        remove_pis=True, huge_tree=False,
    )  # fmt: skip


def parse_xml(data: bytes, where: str) -> _Element:
    """Root element of an XML part.

    Raises:
        UnreadableError: it is not well-formed, or nested deeper than the parser allows.
    """
    from lxml import etree

    try:
        return etree.fromstring(transitional(data), _parser())
    except etree.XMLSyntaxError as error:
        raise UnreadableError(
            f"is damaged: {str(error.msg)[:200]}", where=where, hint=DAMAGED
        ) from error


def transitional(data: bytes) -> bytes:
    """A part with the namespaces of the strict variant replaced by the usual ones."""
    if b"purl.oclc.org/ooxml" in data[:4096]:
        for strict, usual in _STRICT:
            data = data.replace(strict, usual)
    return data


def each_element(data: bytes, tags: tuple[str, ...], where: str) -> Iterator[_Element]:
    """Elements of some names of a large XML part, one by one; each is emptied when the next comes.

    Raises:
        UnreadableError: the part is not well-formed, or nested deeper than the parser allows.
    """
    from lxml import etree

    try:
        for _, element in etree.iterparse(
            io.BytesIO(transitional(data)),
            tag=tags,
            resolve_entities=False,
            no_network=True,
            load_dtd=False,
            remove_comments=True,
            remove_pis=True,
        ):
            yield element
            element.clear()
            while (before := element.getprevious()) is not None and before.tag in tags:
                before.getparent().remove(before)
    except etree.XMLSyntaxError as error:
        raise UnreadableError(
            f"is damaged: {str(error.msg)[:200]}", where=where, hint=DAMAGED
        ) from error


class Package:
    """Parts of a package by name, whatever the case of the name.

    Args:
        container: the checked container.
    """

    def __init__(self, container: Container) -> None:
        self.name = container.name
        self._container = container
        self._names = {name.lower(): name for name in container.names}

    def __contains__(self, part: str) -> bool:
        return part.lower() in self._names

    def where(self, part: str) -> str:
        """Name of the document with that of a part, for messages."""
        return f"{self.name}, {part}"

    def read(self, part: str) -> bytes:
        """Bytes of a part.

        Raises:
            UnreadableError: there is no such part.
        """
        return self._container.read(self._names.get(part.lower(), part))

    def parse(self, part: str) -> _Element:
        """Root element of a part.

        Raises:
            UnreadableError: there is no such part, or it is not well-formed.
        """
        return parse_xml(self.read(part), self.where(part))

    def relations(self, part: str = "") -> dict[str, Relation]:
        """Links of a part, or of the package, by their identifier; none where it has no list of them.

        Raises:
            UnreadableError: the list of links is not well-formed.
        """
        folder, name = posixpath.split(part)
        listing = posixpath.join(folder, "_rels", f"{name}.rels")
        if listing not in self:
            return {}
        out = {}
        for link in self.parse(listing):
            target = str(link.get("Target", ""))
            external = link.get("TargetMode") == "External"
            if not external:
                target = posixpath.normpath(posixpath.join("/", folder, unquote(target)))[1:]
            kind = re.split(r"[/#]", str(link.get("Type", "")))[-1]
            out[str(link.get("Id", ""))] = Relation(kind, target, external)
        return out

    def main(self, folder: str) -> str:
        """Name of the main part.

        Args:
            folder: the folder that holds it, as a rule.

        Raises:
            UnreadableError: the package names no main part.
        """
        for relation in self.relations().values():
            if relation.kind == "officeDocument" and relation.target in self:
                return relation.target
        raise UnreadableError(f"holds no {folder} document", where=self.name, hint=DAMAGED)

    def linked(self, part: str, kind: str) -> Iterator[str]:
        """Names of the parts of one kind that a part links to and that exist, in order."""
        for relation in self.relations(part).values():
            if relation.kind == kind and not relation.external and relation.target in self:
                yield relation.target


def truth(value: str | None) -> bool:
    """Value of an on/off setting; one without a value is on."""
    return value is None or value.lower() not in ("0", "false", "off", "none")
