"""PDF files written by hand, object by object, so that each fault can be put where it belongs."""

from __future__ import annotations

import hashlib
import zlib
from collections.abc import Mapping, Sequence


def stream(content: bytes, attributes: str = "", *, flate: bool = True) -> bytes:
    """A stream object."""
    if flate:
        content = zlib.compress(content, 9)
        attributes += " /Filter /FlateDecode"
    return b"<< %s /Length %d >>\nstream\n%s\nendstream" % (
        attributes.encode(),
        len(content),
        content,
    )


def pdf(objects: Mapping[int, bytes], *, root: int = 1, trailer: str = "") -> bytes:
    """A file with these objects, by number."""
    out = bytearray(b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n")
    offsets = {}
    for number, body in objects.items():
        offsets[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, body)
    size = max(objects) + 1
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % size
    for number in range(1, size):
        if number in offsets:
            out += b"%010d 00000 n \n" % offsets[number]
        else:
            out += b"0000000000 00000 f \n"
    out += b"trailer\n<< /Size %d /Root %d 0 R %s >>\nstartxref\n%d\n%%%%EOF\n" % (
        size,
        root,
        trailer.encode(),
        start,
    )
    return bytes(out)


def to_unicode(text: str) -> bytes:
    """A CMap that maps code n to the n-th character of a text."""
    lines = [
        "/CIDInit /ProcSet findresource begin 12 dict begin begincmap",
        "/CMapName /Adobe-Identity-UCS def /CMapType 2 def",
        "1 begincodespacerange <0000> <FFFF> endcodespacerange",
    ]
    for begin in range(0, len(text), 100):
        part = text[begin : begin + 100]
        lines.append(f"{len(part)} beginbfchar")
        for number, char in enumerate(part, begin + 1):
            lines.append(f"<{number:04X}> <{char.encode('utf-16-be').hex()}>")
        lines.append("endbfchar")
    lines.append("endcmap end end")
    return "\n".join(lines).encode()


class Painter:
    """Text and rules of pages, in a font whose characters are all one em wide."""

    def __init__(self) -> None:
        self.codes: dict[str, int] = {}

    def text(self, x: float, y: float, text: str, size: float = 10) -> str:
        """Operators that write a line of text; spaces are left out but move on."""
        codes = "".join(f"{self.codes.setdefault(char, len(self.codes) + 1):04X}" for char in text)
        return f"BT /F1 {size} Tf 1 0 0 1 {x} {y} Tm <{codes}> Tj ET"

    def turned(self, x: float, y: float, text: str, matrix: str) -> str:
        """Operators that write text along another direction."""
        codes = "".join(f"{self.codes.setdefault(char, len(self.codes) + 1):04X}" for char in text)
        return f"BT /F1 10 Tf {matrix} {x} {y} Tm <{codes}> Tj ET"

    @staticmethod
    def line(x0: float, y0: float, x1: float, y1: float) -> str:
        """Operators that draw a rule."""
        return f"{x0} {y0} m {x1} {y1} l S"

    def table(
        self, xs: Sequence[float], ys: Sequence[float], rows: Sequence[Sequence[str]]
    ) -> list[str]:
        """Operators of a ruled table with one line of text in each cell; ys from top to bottom."""
        out = [self.line(xs[0], y, xs[-1], y) for y in ys]
        out += [self.line(x, ys[0], x, ys[-1]) for x in xs]
        for row, top in zip(rows, ys, strict=False):
            out += [
                self.text(x + 3, top - 13, cell) for x, cell in zip(xs, row, strict=False) if cell
            ]
        return out

    def objects(
        self,
        pages: Sequence[Sequence[str]],
        *,
        page: str = "",
        box: str = "0 0 842 595",
        mapped: bool = True,
    ) -> dict[int, bytes]:
        """Objects of a file with these pages."""
        kids = " ".join(f"{10 + 2 * n} 0 R" for n in range(len(pages)))
        text = "".join(self.codes)
        objects = {
            1: b"<< /Type /Catalog /Pages 2 0 R >>",
            2: f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode(),
            3: b"<< /Type /Font /Subtype /Type0 /BaseFont /Made /Encoding /Identity-H "
            b"/DescendantFonts [4 0 R] %s >>" % (b"/ToUnicode 5 0 R" if mapped else b""),
            4: b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /Made /DW 1000 /CIDSystemInfo "
            b"<< /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> /FontDescriptor 6 0 R >>",
            5: stream(to_unicode(text)),
            6: b"<< /Type /FontDescriptor /FontName /Made /Flags 4 /FontBBox [0 -120 1000 880] "
            b"/ItalicAngle 0 /Ascent 880 /Descent -120 /CapHeight 700 /StemV 80 >>",
        }
        for number, operators in enumerate(pages):
            objects[10 + 2 * number] = (
                f"<< /Type /Page /Parent 2 0 R /MediaBox [{box}] {page} "
                "/Resources << /Font << /F1 3 0 R >> >> "
                f"/Contents {11 + 2 * number} 0 R >>"
            ).encode()
            objects[11 + 2 * number] = stream("\n".join(operators).encode())
        return objects


PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def rc4(key: bytes, data: bytes) -> bytes:
    """RC4, the cipher of the first PDF encryption."""
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) & 255
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) & 255
        j = (j + state[i]) & 255
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) & 255])
    return bytes(out)


def encrypted(objects: Mapping[int, bytes], password: bytes) -> bytes:
    """The file with its streams encrypted (revision 2, 40 bits); strings must not occur in it.

    An empty password lets everybody open it; that of its owner is never empty.
    """
    padded = (password + PADDING)[:32]
    owner_key = hashlib.md5((b"owner" + PADDING)[:32], usedforsecurity=False).digest()[:5]
    owner = rc4(owner_key, padded)
    permissions = -4
    identifier = b"0123456789abcdef"
    seed = padded + owner + permissions.to_bytes(4, "little", signed=True) + identifier
    key = hashlib.md5(seed, usedforsecurity=False).digest()[:5]
    user = rc4(key, PADDING)
    out: dict[int, bytes] = {}
    for number, body in objects.items():
        if b"stream\n" in body:
            head, rest = body.split(b"stream\n", 1)
            content = rest[: -len(b"\nendstream")]
            own = hashlib.md5(
                key + number.to_bytes(3, "little") + b"\0\0", usedforsecurity=False
            ).digest()[:10]
            body = head + b"stream\n" + rc4(own, content) + b"\nendstream"
        out[number] = body
    last = max(out) + 1
    out[last] = b"<< /Filter /Standard /V 1 /R 2 /O <%s> /U <%s> /P %d >>" % (
        owner.hex().encode(),
        user.hex().encode(),
        permissions,
    )
    return pdf(out, trailer=f"/Encrypt {last} 0 R /ID [<{identifier.hex()}> <{identifier.hex()}>]")
