"""Zip containers (DOCX, XLSX, ODS, archives), checked whole before anything is read from them.

Nothing is ever written to disk, so a member's name is only a key. The check reads every member once,
because the readers hand the same bytes to libraries that would unpack what the directory says.
"""

from __future__ import annotations

import io
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from dutygraph.errors import TooLargeError, UnreadableError, UnsupportedError
from dutygraph.readers.base import MAX_BYTES

_CHUNK: Final = 2**20
_DAMAGED: Final = "save it again with the program that made it"
_SIGNATURE: Final = b"PK\x03\x04"
_ENTRY: Final = b"PK\x01\x02"
# An archive may hold whole DOCX files, whose own entries look the same; each costs some memory.
_MOST_SIGNATURES: Final = 100_000
_ENCRYPTED: Final = 0x1 | 0x40 | 0x2000
_UTF8_NAME: Final = 0x800
_UNIX: Final = 3
_CONTROL: Final = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029]")
_DRIVE: Final = re.compile(r"[A-Za-z]:")
_DOCTYPE: Final = tuple(
    "<!DOCTYPE".encode(encoding) for encoding in ("utf-8", "utf-16-le", "utf-16-be")
)
_OVERLAP: Final = max(map(len, _DOCTYPE)) - 1
_XML_NAME: Final = re.compile(r"\.(?:xml|rels|vml)$", re.IGNORECASE)
# Pictures and pages that an office file carries along; no reader of ours parses them.
_CARRIED: Final = re.compile(r"\.(?:svg|x?html?)$", re.IGNORECASE)
_XML_START: Final = re.compile(rb"(?:\xef\xbb\xbf|\xff\xfe|\xfe\xff)?[\s\0]*<")
_DECLARED: Final = re.compile(rb"""<\?xml[^>]{0,200}?\sencoding\s*=\s*["']([^"'>]{0,40})""")
_XML_ENCODINGS: Final = frozenset(
    {"utf-8", "utf8", "utf-16", "utf16", "utf-16le", "utf-16be", "us-ascii", "ascii"}
)
# First bytes of XML in UTF-32 and EBCDIC, in which a DOCTYPE would not be seen.
_ODD_START: Final = (b"<\0\0\0", b"\0\0\0<", b"\xff\xfe\0\0", b"\0\0\xfe\xff", b"\x4c\x6f\xa7\x94")


@dataclass(frozen=True, slots=True)
class Limits:
    """What a container may hold.

    Attributes:
        packed: most bytes of the container itself.
        members: most members, folders counted.
        unpacked: most bytes of all members together, unpacked.
        ratio: most unpacked bytes for one packed byte, for each member.
        floor: unpacked bytes up to which a member may have any ratio; short parts with much
            repetition are common.
    """

    packed: int = MAX_BYTES
    members: int = 2_000
    unpacked: int = 200 * 2**20
    ratio: int = 100
    floor: int = 2**20


@dataclass(frozen=True, slots=True)
class Container:
    """Members of a checked container.

    Attributes:
        name: of the container, for messages.
        names: names of its members in the order of its directory, without folders.
    """

    name: str
    names: tuple[str, ...]
    _data: bytes = field(repr=False)
    _members: dict[str, zipfile.ZipInfo] = field(repr=False)

    def __contains__(self, member: object) -> bool:
        return member in self._members

    def read(self, member: str) -> bytes:
        """Content of a member.

        Raises:
            UnreadableError: there is no such member.
        """
        info = self._members.get(member)
        if info is None:
            raise UnreadableError(f"lacks the part {member}", where=self.name, hint=_DAMAGED)
        return b"".join(_unpack(self._data, info, f"{self.name}, {member}"))

    def read_start(self, member: str, size: int) -> bytes:
        """First *size* bytes of a member, or all of them; empty where there is no such member.

        Raises:
            UnreadableError: it is damaged there.
        """
        info = self._members.get(member)
        start = bytearray()
        for piece in _unpack(self._data, info, f"{self.name}, {member}") if info else ():
            start += piece
            if len(start) >= size:
                break
        return bytes(start[:size])


def open_container(
    data: bytes, name: str, *, limits: Limits | None = None, check_xml: bool = False
) -> Container:
    """A zip container whose members were all checked.

    Args:
        data: its bytes.
        name: its file name, for messages.
        limits: what it may hold.
        check_xml: it is an office file: refuse it if an XML part holds a DOCTYPE, is in another
            encoding than UTF-8 and UTF-16, or differs from another part only in case.

    Raises:
        TooLargeError: it is larger than the limits allow, or unpacks to more.
        UnsupportedError: a member is encrypted, or packed in a way that is not known.
        UnreadableError: it is no zip container, is damaged, says something else in its directory
            than it holds, or has a member whose name could lead out of a folder, whose name stands
            twice, or that is a link.
    """
    limits = limits or Limits()
    container = list_container(data, name, limits=limits, fold_case=check_xml)
    total = 0
    for member, info in container._members.items():
        where = f"{name}, {member}"
        check = _XmlCheck(member, where) if check_xml else None
        size = 0
        for piece in _unpack(data, info, where):
            size += len(piece)
            if total + size > limits.unpacked:
                raise _too_large(name, limits)
            if size > max(limits.floor, limits.ratio * info.compress_size):
                raise TooLargeError(
                    f"unpacks to more than {limits.ratio} times its size",
                    where=where,
                    hint=_DAMAGED,
                )
            if check is not None:
                check.see(piece)
        total += size
    return container


def list_container(
    data: bytes, name: str, *, limits: Limits | None = None, fold_case: bool = False
) -> Container:
    """A zip container whose directory was checked, but not what its members really hold.

    It serves to see what a container is; `open_container` serves to read it.

    Args:
        data: its bytes.
        name: its file name, for messages.
        limits: what it may hold.
        fold_case: names that differ only in case are the same.

    Raises:
        UnreadableError: as for `open_container`.
    """
    limits = limits or Limits()
    if len(data) > limits.packed:
        raise TooLargeError(f"has more than {limits.packed:,} bytes", where=name, hint="split it")
    infos = _directory(data, name, limits)
    members: dict[str, zipfile.ZipInfo] = {}
    seen: set[str] = set()
    for info in infos:
        member = _member_name(info)
        _check_entry(info, member, name)
        key = member.casefold() if fold_case else member
        if key in seen:
            raise UnreadableError(f"holds two members named {member}", where=name, hint=_DAMAGED)
        seen.add(key)
        if not member.endswith("/"):
            members[member] = info
    if sum(info.file_size for info in infos) > limits.unpacked:
        raise _too_large(name, limits)
    if not members:
        raise UnreadableError("is an empty container", where=name)
    return Container(name, tuple(members), data, members)


def _too_large(name: str, limits: Limits) -> TooLargeError:
    return TooLargeError(
        f"unpacks to more than {limits.unpacked:,} bytes", where=name, hint="split it"
    )


def _directory(data: bytes, name: str, limits: Limits) -> list[zipfile.ZipInfo]:
    """Entries of the directory, folders included."""
    if not data.startswith((_SIGNATURE, b"PK\x05\x06")):
        raise UnreadableError("is no zip container", where=name, hint=_DAMAGED)
    most = TooLargeError(f"has more than {limits.members:,} members", where=name, hint="split it")
    if data.count(_ENTRY) > max(limits.members, _MOST_SIGNATURES):
        raise most
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            infos = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError, OSError, struct.error) as error:
        # ValueError covers names that do not decode; struct.error short zip64 fields.
        raise UnreadableError(
            f"is a damaged zip container: {_line(error)}", where=name, hint=_DAMAGED
        ) from error
    if len(infos) > limits.members:
        raise most
    return infos


def _line(error: Exception) -> str:
    return " ".join(str(error).split())[:200] or type(error).__name__


def _member_name(info: zipfile.ZipInfo) -> str:
    """Name of a member. Without the flag for UTF-8, it is UTF-8 all the same, or GB18030.

    Windows packs names in the code page of its language, macOS in UTF-8 without the flag.
    """
    name = info.orig_filename
    if info.flag_bits & _UTF8_NAME or name.isascii():
        return name
    try:
        raw = name.encode("cp437")
    except UnicodeEncodeError:
        return name  # from the extra field for names in Unicode
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return name


def _check_entry(info: zipfile.ZipInfo, member: str, name: str) -> None:
    if info.flag_bits & _ENCRYPTED:
        raise UnsupportedError("is encrypted", where=name, hint="save it without a password")
    path = member.removesuffix("/").split("/")
    if (
        not member
        or "\\" in member
        or _CONTROL.search(member)
        or _DRIVE.match(member)
        or {"", ".", ".."} & set(path)
    ):
        raise UnreadableError(f"has a member with the unsafe name {member[:200]!r}", where=name)
    kind = stat.S_IFMT(info.external_attr >> 16) if info.create_system == _UNIX else 0
    if kind not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise UnreadableError(f"its member {member} is a link or a device", where=name)
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise UnsupportedError(
            f"its member {member} is packed by method {info.compress_type}",
            where=name,
            hint="pack it as an ordinary zip",
        )


def _unpack(data: bytes, info: zipfile.ZipInfo, where: str) -> Iterator[bytes]:
    """Real content of a member in pieces; not what the directory says of it.

    Raises:
        UnreadableError: the real content has another length or checksum than the directory says.
    """
    damaged = UnreadableError("is damaged inside its zip container", where=where, hint=_DAMAGED)
    head = data[info.header_offset : info.header_offset + 30]
    if info.header_offset < 0 or len(head) < 30 or not head.startswith(_SIGNATURE):
        raise damaged
    name_length, extra_length = struct.unpack("<HH", head[26:30])
    begin = info.header_offset + 30
    encoding = "utf-8" if info.flag_bits & _UTF8_NAME else "cp437"
    if data[begin : begin + name_length] != info.orig_filename.encode(encoding, "replace"):
        # Which of the two names counts would depend on the program that opens it.
        raise damaged
    begin += name_length + extra_length
    packed = memoryview(data)[begin : begin + info.compress_size]
    if len(packed) < info.compress_size:
        raise damaged
    size = checksum = 0
    pieces = _inflate(packed) if info.compress_type == zipfile.ZIP_DEFLATED else _slices(packed)
    try:
        for piece in pieces:
            size += len(piece)
            checksum = zlib.crc32(piece, checksum)
            yield piece
    except (zlib.error, EOFError):
        raise damaged from None
    if size != info.file_size or checksum != info.CRC:
        raise damaged


def _slices(packed: memoryview) -> Iterator[bytes]:
    for begin in range(0, len(packed), _CHUNK):
        yield bytes(packed[begin : begin + _CHUNK])


def _inflate(packed: memoryview) -> Iterator[bytes]:
    if not packed:  # some programs leave an empty member without its empty stream
        return
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    for begin in range(0, len(packed), _CHUNK):
        rest: bytes | memoryview = packed[begin : begin + _CHUNK]
        while rest and not inflater.eof:
            if piece := inflater.decompress(rest, _CHUNK):
                yield piece
            rest = inflater.unconsumed_tail
    while not inflater.eof:
        piece = inflater.decompress(b"", _CHUNK)
        if not piece:
            raise EOFError
        yield piece


class _XmlCheck:
    """Looks for a DOCTYPE in a part, in pieces of any length."""

    def __init__(self, member: str, where: str) -> None:
        self.where = where
        self.is_xml = bool(_XML_NAME.search(member))
        self.may_be_xml = not _CARRIED.search(member)
        self.tail = b""
        self.begun = False

    def see(self, chunk: bytes) -> None:
        if not self.begun:
            self.begun = True
            # The content type of a part, not its name, makes it XML.
            self.is_xml = self.is_xml or (self.may_be_xml and bool(_XML_START.match(chunk)))
            if self.is_xml:
                self._check_encoding(chunk)
        if not self.is_xml:
            return
        text = self.tail + chunk
        if any(mark in text for mark in _DOCTYPE):
            raise UnreadableError(
                "holds a DOCTYPE, which no office program writes", where=self.where, hint=_DAMAGED
            )
        self.tail = text[-_OVERLAP:]

    def _check_encoding(self, chunk: bytes) -> None:
        declared = _DECLARED.search(chunk[:1000].replace(b"\0", b""))
        name = declared[1].decode("ascii", "replace").strip().lower() if declared else "utf-8"
        if chunk.startswith(_ODD_START) or name not in _XML_ENCODINGS:
            raise UnreadableError(
                "is neither in UTF-8 nor in UTF-16", where=self.where, hint=_DAMAGED
            )
