"""Hostile and broken PDF files."""

from __future__ import annotations

import zlib

import samples
from hostile_types import Hostile
from rawpdf import Painter, encrypted, pdf, stream

from dutygraph.readers.process import ReadLimits

MIB = 2**20
QUICK = ReadLimits(cpu=4, wall=6)
"""Limits for files that would keep the processor busy for ever."""


def listing(painter: Painter) -> list[str]:
    """A page with a small table."""
    return painter.table(
        [50, 90, 200, 600],
        [500, 480, 460, 440],
        [
            ["序号", "事项类别", "事项名称"],
            ["1", "党的建设", "做好甲工作"],
            ["2", "党的建设", "做好乙工作"],
        ],
    )


def objects(*more: list[str], page: str = "", box: str = "0 0 842 595") -> dict[int, bytes]:
    """Objects of a sound file with one page, and further ones."""
    painter = Painter()
    return painter.objects([listing(painter), *more], page=page, box=box)


def zeros(size: int, layers: int) -> bytes:
    """A stream of zeros, packed *layers* times."""
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(bytes(MIB)) for _ in range(size // MIB)) + packer.flush()
    for _ in range(layers - 1):
        packed = zlib.compress(packed, 9)
    filters = "/FlateDecode " * layers
    return b"<< /Length %d /Filter [%s] >>\nstream\n%s\nendstream" % (
        len(packed),
        filters.encode(),
        packed,
    )


def changed(number: int, body: bytes, **kinds: str) -> bytes:
    """A sound file with one object replaced."""
    return pdf({**objects(**kinds), number: body})


def picture() -> tuple[list[str], dict[int, bytes]]:
    """A page that shows a picture, and the picture."""
    image = stream(
        bytes(3 * 16 * 16),
        "/Type /XObject /Subtype /Image /Width 16 /Height 16 /ColorSpace /DeviceRGB "
        "/BitsPerComponent 8",
    )
    return ["q 800 0 0 500 20 20 cm /Im1 Do Q"], {8: image}


def scanned(pages: int, with_text: bool) -> bytes:
    """Pages that are pictures, with one of text before them if asked for."""
    painter = Painter()
    first = [listing(painter)] if with_text else []
    show, more = picture()
    made = painter.objects([*first, *[show] * pages])
    for number in range(len(first), len(first) + pages):
        key = 10 + 2 * number
        made[key] = made[key].replace(b"/Font <<", b"/XObject << /Im1 8 0 R >> /Font <<")
    return pdf({**made, **more})


def forms(levels: int, width: int) -> bytes:
    """Forms of which each shows the next one *width* times."""
    made = objects()
    for level in range(levels):
        last = level == levels - 1
        content = b"0 0 m" if last else b"/X Do " * width
        following = "" if last else f"/Resources << /XObject << /X {101 + level} 0 R >> >>"
        made[100 + level] = stream(
            content, f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] {following}"
        )
    made[10] = made[10].replace(b"/Font <<", b"/XObject << /X 100 0 R >> /Font <<")
    made[11] = stream(b"/X Do")
    return pdf(made)


def self_form() -> bytes:
    """A form that shows itself."""
    made = objects()
    made[100] = stream(
        b"/X Do", "/Type /XObject /Subtype /Form /BBox [0 0 9 9] "
        "/Resources << /XObject << /X 100 0 R >> >>"
    )  # fmt: skip
    made[10] = made[10].replace(b"/Font <<", b"/XObject << /X 100 0 R >> /Font <<")
    made[12] = stream(b"/X Do")
    made[10] = made[10].replace(b"/Contents 11 0 R", b"/Contents [11 0 R 12 0 R]")
    return pdf(made)


def object_stream_bomb() -> bytes:
    """The catalogue's pages in an object stream that unpacks to 400 MB."""
    made = objects()
    made[7] = zeros(400 * MIB, 1).replace(b"<< ", b"<< /Type /ObjStm /N 1 /First 10 ", 1)
    made[2] = b"<< /Type /Pages /Count 1 /Kids [10 0 R] /X 7 0 R >>"
    made[11] = made[7]
    return pdf(made)


def unnamed_font() -> bytes:
    painter = Painter()
    return pdf(painter.objects([listing(painter)], mapped=False))


def active(trap: str) -> bytes:
    """A file that wants to run scripts, start a program and open an address."""
    made = objects(page=f"/AA << /O << /S /URI /URI ({trap}page) >> >>")
    made[1] = (
        b"<< /Type /Catalog /Pages 2 0 R /OpenAction << /S /JavaScript /JS (app.launchURL('%s')) "
        b">> /Names << /JavaScript << /Names [(a) << /S /Launch /F (/bin/sh) >>] >> >> >>"
        % trap.encode()
    )
    return pdf(made)


def labels() -> bytes:
    """Page labels whose tree is a loop."""
    made = objects()
    made[1] = b"<< /Type /Catalog /Pages 2 0 R /PageLabels 7 0 R >>"
    made[7] = b"<< /Kids [7 0 R] >>"
    return pdf(made)


def foreign_cmap() -> bytes:
    made = objects()
    made[3] = made[3].replace(b"/Identity-H", b"/..#2F..#2F..#2Ftmp#2Fevil")
    return pdf(made)


def many_characters() -> bytes:
    painter = Painter()
    rows = [painter.text(10, 10, "做" * 1000) for _ in range(101)]
    return pdf(painter.objects([rows]))


def many_rules() -> bytes:
    painter = Painter()
    rules = [painter.line(0, n * 5, 800, n * 5) for n in range(3100)]
    return pdf(painter.objects([[*listing(painter), *rules, painter.line(5, 0, 5, 16_000)]]))


PDF_FILES: dict[str, Hostile] = {
    "PDF bomb": Hostile(
        lambda _: changed(11, zeros(400 * MIB, 1)), "TooLargeError", "unpacks to more", "400 MB"),
    "PDF bomb in two layers": Hostile(
        lambda _: changed(11, zeros(400 * MIB, 2)), "TooLargeError", "unpacks to more",
        "400 MB in a few hundred bytes"),
    "PDF bomb of many streams": Hostile(
        lambda _: pdf({**objects(), **{n: zeros(15 * MIB, 1) for n in range(100, 120)},
                       11: b"[" + b" ".join(b"%d 0 R" % n for n in range(100, 120)) + b"]"}),
        "TooLargeError", "unpacks to more|processor time|more than 6 s", "each is allowed, not all",
        limits=QUICK),
    "PDF bomb in an object stream": Hostile(
        lambda _: object_stream_bomb(), "TooLargeError", "unpacks to more", ""),
    "PDF run-length bomb": Hostile(
        lambda _: changed(11, stream(b"\x81\0" * (2 * MIB), "/Filter /RunLengthDecode", flate=False)),
        "any", "", "256 MB by another filter", limits=QUICK),
    "PDF whose pages are a loop": Hostile(
        lambda _: changed(2, b"<< /Type /Pages /Count 1 /Kids [2 0 R] >>"),
        "UnreadableError", "loop", "pdfminer gives an empty text"),
    "PDF with a page twice": Hostile(
        lambda _: changed(2, b"<< /Type /Pages /Count 2 /Kids [10 0 R 10 0 R] >>"),
        "UnreadableError", "loop", "no text may be counted twice"),
    "PDF without pages": Hostile(
        lambda _: changed(2, b"<< /Type /Pages /Count 0 /Kids [] >>"),
        "UnreadableError", "0 were found", ""),
    "PDF with fewer pages than it says": Hostile(
        lambda _: changed(2, b"<< /Type /Pages /Count 3 /Kids [10 0 R] >>"),
        "UnreadableError", "says it has 3 pages, but 1", "never a part for the whole"),
    "PDF whose page is missing": Hostile(
        lambda _: changed(2, b"<< /Type /Pages /Count 2 /Kids [10 0 R 77 0 R] >>"),
        "UnreadableError", "damaged", ""),
    "PDF cut": Hostile(
        lambda _: samples.pdf()[: len(samples.pdf()) * 2 // 3], "UnreadableError", "cut short", ""),
    "PDF with a damaged stream": Hostile(
        lambda _: changed(11, objects()[11].replace(b"\nendstream", b"\xff\xff\nendstream", 1)
                          .replace(b"stream\nx\xda", b"stream\nx\xda\xff\xff", 1)),
        "UnreadableError", "stream.*damaged", "pdfminer gives an empty text"),
    "PDF that needs a password": Hostile(
        lambda _: encrypted(objects(), b"secret"), "UnsupportedError", "encrypted", ""),
    "PDF with an empty password": Hostile(
        lambda _: encrypted(objects(), b""), "reads", "", "opens for everybody", text="做好甲工作"),
    "PDF without text": Hostile(
        lambda _: scanned(2, with_text=False), "NoTextError", "no text layer.*OCR", "never 0 duties"),
    "PDF with one page without text": Hostile(
        lambda _: scanned(1, with_text=True), "reads", "page-without-text", "said, not hidden",
        text="做好甲工作"),
    "PDF whose font has no names": Hostile(
        lambda _: unnamed_font(), "UnreadableError", "fonts do not say", "never (cid:1)"),
    "PDF form that shows itself": Hostile(
        lambda _: self_form(), "reads", "", "no endless loop", text="做好甲工作"),
    "PDF forms 12 deep, ten times each": Hostile(
        lambda _: forms(12, 10), "TooLargeError", "processor time|more than 6 s", "10^11 forms",
        limits=QUICK),
    "PDF forms 3,000 deep": Hostile(
        lambda _: forms(3000, 1), "UnreadableError", "", "no overflow of the stack"),
    "PDF with deep brackets": Hostile(
        lambda _: changed(11, stream(b"[" * 200_000)), "any", "", "no overflow of the stack"),
    "PDF object with deep brackets": Hostile(
        lambda _: changed(2, b"<< /Type /Pages /Count 1 /Kids " + b"[" * 100_000 + b" >>"),
        "UnreadableError", "", "no overflow of the stack"),
    "PDF with 101,000 characters on a page": Hostile(
        lambda _: many_characters(), "TooLargeError", "more than 100,000", ""),
    "PDF with 3,100 rules on a page": Hostile(
        lambda _: many_rules(), "TooLargeError", "more than 3,000 rules", "not four million cells"),
    "PDF with scripts and actions": Hostile(
        active, "reads", "", "never run", text="做好甲工作"),
    "PDF whose page labels are a loop": Hostile(
        lambda _: labels(), "reads", "", "they are not needed", text="做好甲工作"),
    "PDF that names a foreign CMap": Hostile(
        lambda _: foreign_cmap(), "reads", "", "no pickle is loaded by name", text="做好甲工作"),
    "PDF with a wrong table of offsets": Hostile(
        lambda _: pdf(objects()).replace(b"startxref\n", b"startxref\n9"),
        "any", "", "found by looking for objects", text="做好甲工作"),
    "PDF behind other bytes": Hostile(
        lambda _: b"\0junk\n" * 50 + pdf(objects()), "any", "", "within the first 1,024"),
    "PDF of no size": Hostile(
        lambda _: pdf(objects(box="0 0 0 0")), "any", "", "", text="做好甲工作"),
    "PDF with odd numbers": Hostile(
        lambda _: pdf(objects(["1e400 0 0 nan 0 0 cm", "9" * 400 + " 0 m 1 1 l S"])),
        "any", "", "no overflow"),
    "PDF header only": Hostile(lambda _: b"%PDF-1.7\n%%EOF\n", "UnreadableError", "damaged", ""),
}  # fmt: skip
