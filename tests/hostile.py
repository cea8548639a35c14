"""Hostile and broken documents, about a hundred, each with what must come of it and why.

None is kept as a file: each is made when it is asked for. ``FILES`` holds them by name; `truncations`
and `flips` make more of a sound sample. The address of a trap stands in every place that a careless
program would fetch from.
"""

from __future__ import annotations

import random
import re
import struct
import time
import zipfile
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from io import BytesIO

import samples
from hostile_pdf import PDF_FILES
from hostile_types import Hostile

from dutygraph.errors import UnreadableError
from dutygraph.readers.process import ReadLimits
from dutygraph.readers.read import read_bytes

MIB = 2**20


# Zip containers


def zipped(
    members: Mapping[str, bytes | str],
    *,
    change: Callable[[zipfile.ZipInfo], None] | None = None,
    method: int = zipfile.ZIP_DEFLATED,
) -> bytes:
    """A zip with these members, each entry changed before it is written."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name)
            info.compress_type = method
            if change is not None:
                change(info)
            archive.writestr(info, content)
    return out.getvalue()


def docx_with(changes: Mapping[str, bytes | str]) -> bytes:
    """A sound DOCX with parts replaced or added."""
    return zipped({**samples.parts(samples.docx()), **changes})


def xlsx_with(changes: Mapping[str, bytes | str]) -> bytes:
    """A sound XLSX with parts replaced or added."""
    return zipped({**samples.parts(samples.xlsx()), **changes})


def patched(
    data: bytes, member: str, offset: int, value: bytes, *, local: int | None = None
) -> bytes:
    """A zip whose directory entry of a member is overwritten at an offset; so its local header."""
    out = bytearray(data)
    name = member.encode()
    entry = out.rfind(name) - 46
    assert out[entry : entry + 4] == b"PK\x01\x02"
    out[entry + offset : entry + offset + len(value)] = value
    if local is not None:
        head = out.find(name) - 30
        assert out[head : head + 4] == b"PK\x03\x04"
        out[head + local : head + local + len(value)] = value
    return bytes(out)


def renamed(data: bytes, old: bytes, new: bytes) -> bytes:
    """A zip with a member's name replaced by one of the same length, in both of its places."""
    assert len(old) == len(new)
    assert data.count(old) == 2
    return data.replace(old, new)


def with_ratio(ratio: float, size: int = 4 * MIB) -> bytes:
    """Bytes that deflate to about a *ratio*-th of their size."""
    noise = random.Random(ratio).randbytes(int(size / ratio))  # noqa: S311 - not for secrets
    low, high = 0, len(noise)
    while low < high:
        middle = (low + high + 1) // 2
        data = noise[:middle] + bytes(size - middle)
        if len(data) / len(deflated(data)) >= ratio:
            low = middle
        else:
            high = middle - 1
    return noise[:low] + bytes(size - low)


def deflated(data: bytes) -> bytes:
    """Raw deflate data, as in a zip."""
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS)
    return packer.compress(data) + packer.flush()


def overlapping(count: int = 300) -> bytes:
    """Many directory entries that all point at the same packed bytes."""
    one = zipped({"word/document.xml": bytes(MIB)})
    begin = one.find(b"PK\x01\x02")
    end = one.find(b"PK\x05\x06")
    entry = one[begin:end]
    entries = b"".join(
        entry.replace(b"word/document.xml", b"word/docume%06d" % number) for number in range(count)
    )
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(entries), begin, 0)
    return one[:begin] + entries + tail


def encrypted_entry(data: bytes, member: str) -> bytes:
    """A zip that says that a member is encrypted."""
    return patched(data, member, 8, b"\x01\x00", local=6)


def link(info: zipfile.ZipInfo) -> None:
    info.create_system = 3
    info.external_attr = 0o120777 << 16


def doctype(text: str, declaration: str) -> str:
    """An XML part with a declaration put in front of its first element."""
    head, _, rest = text.partition("?>")
    return f"{head}?>{declaration}{rest}" if rest else declaration + text


def document_xml() -> str:
    return samples.parts(samples.docx())["word/document.xml"].decode()


LAUGHS = "<!DOCTYPE l [<!ENTITY a 'ha'>{}]>".format(
    "".join(f"<!ENTITY {chr(98 + n)} '{f'&{chr(97 + n)};' * 10}'>" for n in range(9))
)


# OLE compound files


def ole(names: list[str], *, next_sector: int = 0xFFFFFFFE, padding: int = 4096) -> bytes:
    """A compound file with empty streams of these names in its root."""

    def entry(name: str, kind: int, right: int, child: int) -> bytes:
        raw = name.encode("utf-16-le") + b"\0\0"
        fields = struct.pack("<HBBIII", len(raw), kind, 1, 0xFFFFFFFF, right, child)
        return (raw.ljust(64, b"\0") + fields).ljust(116, b"\0") + struct.pack("<IQ", 0xFFFFFFFE, 0)

    entries = [entry("Root Entry", 5, 0xFFFFFFFF, 1)]
    for number, name in enumerate(names, 1):
        entries.append(
            entry(name, 2, number + 1 if number < len(names) else 0xFFFFFFFF, 0xFFFFFFFF)
        )
    while len(entries) % 4:
        entries.append(bytes(128))
    sectors = len(entries) // 4
    chain = [*range(2, sectors + 1), next_sector]
    fat = struct.pack("<I", 0xFFFFFFFD) + b"".join(struct.pack("<I", n) for n in chain)
    header = bytes.fromhex("d0cf11e0a1b11ae1") + bytes(16)
    header += struct.pack("<HHHHH6xIIIIIIIII", 0x3E, 3, 0xFFFE, 9, 6, 0, 1, 1, 0, 4096, 0xFFFFFFFE,
                          0, 0xFFFFFFFE, 0)  # fmt: skip
    header += struct.pack("<I", 0) + b"\xff" * (108 * 4)
    return header + fat.ljust(512, b"\xff") + b"".join(entries) + bytes(padding)


# Web pages


def nested(tag: str, depth: int) -> str:
    return f"<html><body>{f'<{tag}>' * depth}哨兵{f'</{tag}>' * depth}</body></html>"


def spanning(name: str, value: str) -> bytes:
    return samples.html().replace(b"<td>1</td>", f'<td {name}="{value}">1</td>'.encode(), 1)


def fetching(trap: str) -> bytes:
    """A page that asks for everything that a page can ask for."""
    head = (
        f'<!DOCTYPE html SYSTEM "{trap}dtd"><html><head><meta charset=utf-8>'
        f'<base href="{trap}base/"><meta http-equiv=refresh content="0;url={trap}refresh">'
        f'<link rel=stylesheet href="{trap}css"><script src="{trap}js"></script>'
        f"<style>@import '{trap}import';</style></head><body>"
        f'<img src="{trap}img"><iframe src="{trap}frame"></iframe>'
        f'<object data="{trap}object"></object><embed src="{trap}embed">'
    )
    return head.encode() + samples.html().partition(b"<body>")[2]


def remote_parts(trap: str) -> bytes:
    """A DOCX with a template, a picture and a linked file elsewhere."""
    parts = samples.parts(samples.docx())
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    more = "".join(
        f'<Relationship Id="x{n}" Type="{base}/{kind}" Target="{trap}{kind}" TargetMode="External"/>'
        for n, kind in enumerate(("attachedTemplate", "image", "oleObject", "hyperlink", "frame"))
    )
    rels = parts["word/_rels/document.xml.rels"].decode()
    return docx_with(
        {
            "word/_rels/document.xml.rels": rels.replace(
                "</Relationships>", f"{more}</Relationships>"
            )
        }
    )


def macros() -> bytes:
    types = samples.parts(samples.docx())["[Content_Types].xml"].decode()
    return docx_with(
        {
            "[Content_Types].xml": types.replace(
                "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml",
                "application/vnd.ms-word.document.macroEnabled.main+xml",
            ),
            "word/vbaProject.bin": ole(["VBA"]),
            "word/embeddings/oleObject1.bin": ole(["Ole10Native"]),
        }
    )


def sheet(change: Callable[[str], str]) -> bytes:
    xml = samples.parts(samples.xlsx())["xl/worksheets/sheet1.xml"].decode()
    changed = change(xml)
    assert changed != xml
    return xlsx_with({"xl/worksheets/sheet1.xml": changed})


def with_cells(xml: str, cells: str) -> str:
    return xml.replace("</sheetData>", f'<row r="900">{cells}</row></sheetData>')


def ods_with(changes: Mapping[str, bytes | str]) -> bytes:
    return zipped({**samples.parts(samples.ods()), **changes})


def utf8(text: str) -> bytes:
    return text.encode()


# What must come of it: the class of the error and words of its message, or the text that is read.

OFFICE: dict[str, Hostile] = {
    "bomb of one part": Hostile(
        lambda _: docx_with({"word/document.xml": b"<a>" + bytes(180 * MIB)}),
        "TooLargeError", "more than 100 times", "1000:1"),
    "bomb of ratio 101": Hostile(
        lambda _: docx_with({"word/media/a.bmp": with_ratio(101.5)}),
        "TooLargeError", "more than 100 times", "just above the ratio"),
    "part of ratio 50": Hostile(
        lambda _: docx_with({"word/media/a.bmp": with_ratio(50)}),
        "reads", "", "a picture of one colour packs well"),
    "bomb of many parts": Hostile(
        lambda _: docx_with({f"word/media/{n}.bmp": with_ratio(90, MIB) * 25 for n in range(9)}),
        "TooLargeError", "unpacks to more than 209,715,200", "each part is allowed, not all"),
    "declared too large": Hostile(
        lambda _: patched(samples.docx(), "word/document.xml", 24, struct.pack("<I", 2**31)),
        "TooLargeError", "unpacks to more", "the directory says 2 GiB"),
    "2,001 members": Hostile(
        lambda _: docx_with({f"word/media/{n}": b"" for n in range(2001)}),
        "TooLargeError", "more than 2,000 members", "each costs memory"),
    "2,000 members": Hostile(
        lambda _: docx_with(
            {f"word/media/{n}": b"" for n in range(2000 - len(samples.parts(samples.docx())))}),
        "reads", "", "at the limit"),
    "200,000 members": Hostile(
        lambda _: zipped({f"{n}": b"" for n in range(200_000)}, method=zipfile.ZIP_STORED),
        "TooLargeError", "members", "refused before the directory is read into memory"),
    "lying directory, smaller": Hostile(
        lambda _: patched(samples.docx(), "word/document.xml", 24, struct.pack("<I", 100)),
        "UnreadableError", "damaged", "zip programs would show a cut text"),
    "lying directory, larger": Hostile(
        lambda _: patched(samples.docx(), "word/document.xml", 24, struct.pack("<I", 10**6)),
        "UnreadableError", "damaged", "real size differs"),
    "wrong checksum": Hostile(
        lambda _: patched(samples.docx(), "word/document.xml", 16, b"\0\0\0\0"),
        "UnreadableError", "damaged", "the content was changed"),
    "two names for a member": Hostile(
        lambda _: samples.docx().replace(b"word/document.xml", b"word/dokument.xml", 1),
        "UnreadableError", "damaged", "directory and header differ, so programs differ"),
    "overlapping members": Hostile(
        lambda _: overlapping(), "TooLargeError", "unpacks to more", "300 MiB out of one packed MiB"),
    "name ../": Hostile(
        lambda _: docx_with({"../../etc/x": b"x"}), "UnreadableError", "unsafe name", "zip slip"),
    "name with .. inside": Hostile(
        lambda _: docx_with({"word/../../x": b"x"}), "UnreadableError", "unsafe name", "zip slip"),
    "absolute name": Hostile(
        lambda _: docx_with({"/etc/passwd": b"x"}), "UnreadableError", "unsafe name", "zip slip"),
    "name with drive": Hostile(
        lambda _: docx_with({"C:/x": b"x"}), "UnreadableError", "unsafe name", "zip slip"),
    "name with backslash": Hostile(
        lambda _: renamed(docx_with({"word/aax": b"x"}), b"word/aax", b"word\\aax"),
        "UnreadableError", "unsafe name", "a folder on Windows only"),
    "name with NUL": Hostile(
        lambda _: renamed(docx_with({"word/aax": b"x"}), b"word/aax", b"word/a\0x"),
        "UnreadableError", "unsafe name", "C programs stop at NUL"),
    "two documents": Hostile(
        lambda _: twice(),
        "UnreadableError", "two members named word/document.xml", "programs read one or the other"),
    "two documents but for case": Hostile(
        lambda _: docx_with({"word/Document.xml": b"<a/>"}),
        "UnreadableError", "two members named", "part names do not heed case"),
    "symbolic link": Hostile(
        lambda _: zipped(samples.parts(samples.docx()), change=link),
        "UnreadableError", "a link", "would point anywhere"),
    "encrypted member": Hostile(
        lambda _: encrypted_entry(samples.docx(), "word/document.xml"),
        "UnsupportedError", "encrypted", "needs a password"),
    "packed by bzip2": Hostile(
        lambda _: zipped(samples.parts(samples.docx()), method=zipfile.ZIP_BZIP2),
        "UnsupportedError", "method 12", "office programs do not"),
    "no directory": Hostile(
        lambda _: samples.docx()[: samples.docx().find(b"PK\x01\x02")],
        "UnreadableError", "damaged zip", "cut"),
    "empty zip": Hostile(lambda _: zipped({}), "UnreadableError", "empty container", "nothing in it"),
    "folders only": Hostile(
        lambda _: zipped({"a/": b"", "b/": b""}), "UnreadableError", "empty container", "no file"),
    "archive": Hostile(
        lambda _: zipped({"a.docx": samples.docx(), "b.txt": samples.text()}),
        "UnsupportedError", "archive", "several documents"),
    "external DOCTYPE": Hostile(
        lambda trap: docx_with({"word/document.xml": doctype(
            document_xml(), f'<!DOCTYPE w SYSTEM "{trap}dtd">')}),
        "UnreadableError", "DOCTYPE", "would be fetched"),
    "internal DOCTYPE": Hostile(
        lambda _: docx_with({"word/document.xml": doctype(
            document_xml(), '<!DOCTYPE w [<!ENTITY x "y">]>')}),
        "UnreadableError", "DOCTYPE", "entities vanish silently"),
    "parameter entity": Hostile(
        lambda trap: docx_with({"word/document.xml": doctype(
            document_xml(), f'<!DOCTYPE w [<!ENTITY % p SYSTEM "{trap}p"> %p;]>')}),
        "UnreadableError", "DOCTYPE", "would be fetched"),
    "file entity": Hostile(
        lambda _: docx_with({"word/document.xml": doctype(
            document_xml(), '<!DOCTYPE w [<!ENTITY f SYSTEM "file:///etc/hostname">]>').replace(
                "做好甲工作", "&f;")}),
        "UnreadableError", "DOCTYPE", "would read a file"),
    "billion laughs": Hostile(
        lambda _: docx_with({"word/document.xml": doctype(document_xml(), LAUGHS)}),
        "UnreadableError", "DOCTYPE", "grows without end"),
    "DOCTYPE in UTF-16": Hostile(
        lambda _: docx_with({"word/document.xml": doctype(
            document_xml().replace("UTF-8", "UTF-16"), LAUGHS).encode("utf-16")}),
        "UnreadableError", "DOCTYPE", "seen in both byte orders"),
    "DOCTYPE in relations": Hostile(
        lambda _: docx_with({"word/_rels/document.xml.rels": LAUGHS + "<Relationships/>"}),
        "UnreadableError", "DOCTYPE", "any part"),
    "DOCTYPE in content types": Hostile(
        lambda _: docx_with({"[Content_Types].xml": doctype(
            samples.parts(samples.docx())["[Content_Types].xml"].decode(), LAUGHS)}),
        "UnreadableError", "DOCTYPE", "any part"),
    "DOCTYPE in a part with another name": Hostile(
        lambda _: docx_with({"word/thing.bin": LAUGHS + "<a/>"}),
        "UnreadableError", "DOCTYPE", "the content type makes a part XML"),
    "DOCTYPE in a sheet": Hostile(
        lambda _: sheet(lambda xml: doctype(xml, LAUGHS)), "UnreadableError", "DOCTYPE", "any part"),
    "DOCTYPE in shared strings": Hostile(
        lambda _: xlsx_with({"xl/sharedStrings.xml": doctype(
            samples.parts(samples.xlsx())["xl/sharedStrings.xml"].decode(), LAUGHS)}),
        "UnreadableError", "DOCTYPE", "any part"),
    "DOCTYPE in ODS": Hostile(
        lambda _: ods_with({"content.xml": doctype(
            samples.parts(samples.ods())["content.xml"].decode(), LAUGHS)}),
        "UnreadableError", "DOCTYPE", "any part"),
    "part in UTF-7": Hostile(
        lambda _: docx_with({"word/document.xml": '<?xml version="1.0" encoding="UTF-7"?>+ADw-a/+AD4-'}),
        "UnreadableError", "neither in UTF-8", "hides a DOCTYPE"),
    "part in UTF-32": Hostile(
        lambda _: docx_with({"word/document.xml": document_xml().encode("utf-32")}),
        "UnreadableError", "neither in UTF-8", "hides a DOCTYPE"),
    "macros and embedded object": Hostile(
        lambda _: macros(), "reads", "", "they are never opened", text="做好甲工作"),
    "parts elsewhere": Hostile(
        remote_parts, "reads", "", "nothing is fetched", text="做好甲工作"),
    "document missing": Hostile(
        lambda _: zipped({k: v for k, v in samples.parts(samples.docx()).items()
                          if k != "word/document.xml"}),
        "UnreadableError", "", "half a file"),
    "document no XML": Hostile(
        lambda _: docx_with({"word/document.xml": b"\x89PNG"}), "UnreadableError", "", "damaged"),
    "document cut": Hostile(
        lambda _: docx_with({"word/document.xml": document_xml()[:-200]}),
        "UnreadableError", "", "never half of the rows"),
    "document 50,000 deep": Hostile(
        lambda _: docx_with({"word/document.xml": document_xml().replace(
            "<w:body>", "<w:body>" + "".join(
                f'<w:sdt w:x="{n * 7919 % 10**7}"><w:sdtContent>' for n in range(50_000)))}),
        "UnreadableError", "", "no crash of the parser"),
    "gridSpan of a million": Hostile(
        lambda _: docx_with({"word/document.xml": document_xml().replace(
            "<w:tcPr>", '<w:tcPr><w:gridSpan w:val="1000000"/>', 1)}),
        "any", "", "not a million cells"),
    "text of 40,000 characters": Hostile(
        lambda _: docx_with({"word/document.xml": document_xml().replace("做好甲工作", "做" * 40_000)}),
        "TooLargeError", "40,000 characters", "longer than a cell may be"),
    "text of 12 MB": Hostile(
        lambda _: docx_with({"word/document.xml": document_xml().replace(
            "做好甲工作", samples.noise(12 * MIB))}),
        "UnreadableError", "", "above what libxml2 takes in one node"),
    "sheet whose dimension lies": Hostile(
        lambda _: sheet(lambda xml: samples.without_dimension(xml, "A1:B2")),
        "reads", "", "rows beyond it are there all the same", text="做好乙工作"),
    "far cell": Hostile(
        lambda _: sheet(lambda xml: xml.replace(
            "</sheetData>",
            '<row r="1048576"><c r="XFD1048576" t="inlineStr"><is><t>x</t></is></c></row></sheetData>')),
        "TooLargeError", "", "not seventeen thousand million cells"),
    "formula without a value": Hostile(
        lambda _: sheet(lambda xml: with_cells(
            xml, '<c r="A900"><f>HYPERLINK("http://x","3")</f></c>'
            '<c r="B900" t="inlineStr"><is><t>平安法治</t></is></c>')),
        "reads", "formula", "its text is no title", text="平安法治"),
    "command in a formula": Hostile(
        lambda _: sheet(lambda xml: with_cells(
            xml, '<c r="A900"><f>cmd|\' /C calc\'!A0</f></c>'
            '<c r="B900" t="inlineStr"><is><t>平安法治</t></is></c>')),
        "reads", "formula", "never run, never shown", text="平安法治"),
    "formula with a value": Hostile(
        lambda _: sheet(lambda xml: with_cells(
            xml, '<c r="A900" t="str"><f>HYPERLINK("http://x","三")</f><v>三</v></c>')),
        "reads", "", "the value counts", text="三"),
    "encrypted office file": Hostile(
        lambda _: ole(["EncryptedPackage", "EncryptionInfo"]), "UnsupportedError", "encrypted", ""),
    "old Word": Hostile(
        lambda _: ole(["WordDocument", "1Table"]), "UnsupportedError", "old Word.*DOCX", ""),
    "old presentation": Hostile(
        lambda _: ole(["PowerPoint Document"]), "UnsupportedError", "presentation", ""),
    "unknown OLE": Hostile(lambda _: ole(["Props"]), "UnsupportedError", "unknown kind", "an MSI"),
    "OLE whose directory is a loop": Hostile(
        lambda _: ole(["a"], next_sector=1), "UnreadableError", "damaged", "no endless loop"),
    "OLE cut": Hostile(lambda _: ole(["Workbook"])[:600], "UnreadableError", "damaged", ""),
    "empty old workbook": Hostile(
        lambda _: ole(["Workbook"]), "UnreadableError", "", "no stream behind the name"),
    "ODS encrypted": Hostile(
        lambda _: ods_with({"META-INF/manifest.xml": "<manifest:encryption-data/>"}),
        "UnsupportedError", "encrypted", ""),
    "ODS with a million repeated rows": Hostile(
        lambda _: ods_with({"content.xml": samples.parts(samples.ods())["content.xml"].decode().replace(
            "<table:table-row>", '<table:table-row table:number-rows-repeated="1048576">', 1)}),
        "any", "", "empty tails are cheap"),
    "ODT": Hostile(
        lambda _: zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"}),
        "UnsupportedError", "OpenDocument", ""),
    "EPUB": Hostile(
        lambda _: zipped({"mimetype": "application/epub+zip"}), "UnsupportedError", "EPUB", ""),
    "OFD": Hostile(lambda _: zipped({"OFD.xml": "<a/>"}), "UnsupportedError", "OFD.*PDF", ""),
    "XLSB": Hostile(
        lambda _: zipped({"[Content_Types].xml": "sheet.binary.macroEnabled.main", "xl/workbook.bin": ""}),
        "UnsupportedError", "XLSB.*XLSX", ""),
    "PPTX": Hostile(
        lambda _: zipped({"[Content_Types].xml": "presentationml.presentation.main+xml"}),
        "UnsupportedError", "PPTX", ""),
}  # fmt: skip


def twice() -> bytes:
    """A DOCX with two members of one name, the second with another text."""
    out = BytesIO()
    parts = samples.parts(samples.docx())
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in [*parts.items(), ("word/dokument.xml", b"<a/>")]:
            archive.writestr(name, content)
    return renamed(out.getvalue(), b"word/dokument.xml", b"word/document.xml")


WEB: dict[str, Hostile] = {
    **{
        f"div {depth} deep": Hostile(
            lambda _, depth=depth: utf8(nested("div", depth)), "any", "", "never an empty result",
            text="哨兵")
        for depth in (255, 256, 1000, 50_000)
    },
    "tables 2,000 deep": Hostile(
        lambda _: utf8(nested("table><tr><td", 2000)), "any", "", "never an empty result", text="哨兵"),
    **{
        f"{name} {value}": Hostile(
            lambda _, name=name, value=value: spanning(name, value), "any", "",
            "clamped to the real table", text="做好乙工作")
        for name in ("rowspan", "colspan") for value in ("0", "-1", "65535", "1000000", "abc")
    },
    "page that fetches": Hostile(fetching, "reads", "", "nothing is fetched", text="做好甲工作"),
    "page with entities": Hostile(
        lambda _: LAUGHS.replace("DOCTYPE l", "DOCTYPE html").encode()
        + samples.html().replace("做好甲工作".encode(), "做好甲工作&i;".encode()),
        "any", "", "entities of a page are not expanded"),
    "charset that lies": Hostile(
        lambda _: samples.html().replace(b"utf-8", b"gbk"), "any", "", "checked against the bytes"),
    "script and style": Hostile(
        lambda _: samples.html().replace(
            b"<body>", b"<body><script>document.write('BAD1')</script><style>BAD2{}</style>"),
        "reads", "", "is no text", text="做好甲工作", absent="BAD"),
    "MHTML": Hostile(
        lambda _: b"From: <Saved by Blink>\r\nSubject: x\r\nMIME-Version: 1.0\r\n"
        b'Content-Type: multipart/related;\r\n\ttype="text/html"\r\n\r\n--x\r\n' + samples.html(),
        "UnsupportedError", "MHTML.*HTML", ""),
    "workbook in XML": Hostile(
        lambda _: b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook/>',
        "UnsupportedError", "XML file.*XLSX", ""),
}  # fmt: skip

TEXT: dict[str, Hostile] = {
    "empty": Hostile(lambda _: b"", "UnreadableError", "empty", ""),
    "blank": Hostile(lambda _: b" \n\t\n", "UnreadableError", "empty", ""),
    "binary": Hostile(lambda _: bytes(range(256)) * 10, "UnreadableError", "binary", ""),
    "UTF-16 cut": Hostile(
        lambda _: samples.text().decode().encode("utf-16")[:-1], "UnreadableError", "does not fit", ""),
    "UTF-8 cut": Hostile(
        lambda _: samples.text()[: samples.text().rfind(b"\xe5") + 2],
        "UnreadableError", "neither UTF-8", "not read as GB18030"),
    "line of 32,768 characters": Hostile(
        lambda _: samples.text() + b"a" * 32_768, "TooLargeError", "32,768 characters", ""),
    "257 columns": Hostile(
        lambda _: samples.text() + b"\t" * 256 + b"a", "TooLargeError", "257 cells", ""),
    "200,001 rows": Hostile(
        lambda _: samples.text() + b"a\n" * 200_001, "TooLargeError", "rows", ""),
    "quotation mark that never closes": Hostile(
        lambda _: samples.csv() + b'4,"' + b"x,y\n" * 20_000, "any", "", "one long cell"),
    "too many bytes": Hostile(
        lambda _: samples.text() * 400_000, "TooLargeError", "52,428,800 bytes", "above 50 MiB"),
    **{
        name: Hostile(lambda _, magic=magic: magic + bytes(200), "UnsupportedError", says, "")
        for name, magic, says in (
            ("RTF", b"{\\rtf1\\ansi 1}", "RTF.*DOCX"),
            ("PNG", b"\x89PNG\r\n\x1a\n", "picture.*OCR"),
            ("JPEG", b"\xff\xd8\xff\xe0", "picture.*OCR"),
            ("SQLite", b"SQLite format 3\0", "database"),
            ("Access", b"\0\1\0\0Standard ACE DB\0", "database"),
            ("RAR", b"Rar!\x1a\x07\0", "RAR"),
            ("7z", b"7z\xbc\xaf\x27\x1c", "7z"),
            ("gzip", b"\x1f\x8b\x08", "gzip"),
            ("WebP", b"RIFF\x10\0\0\0WEBP", "picture"),
        )
    },
}  # fmt: skip

FILES: dict[str, Hostile] = {**OFFICE, **WEB, **TEXT, **PDF_FILES}
"""All hostile files by name."""


# Sound samples that are spoilt


def sound_samples() -> dict[str, bytes]:
    """A small sound document of each kind."""
    return {
        "list.txt": samples.text(),
        "list.csv": samples.csv(),
        "list.html": samples.html(),
        "list.docx": samples.docx(),
        "list.xlsx": samples.xlsx(),
        "list.ods": samples.ods(),
        "list.pdf": samples.pdf(),
    }


def truncations(data: bytes, count: int = 64) -> Iterator[bytes]:
    """The sample cut at *count* places that are evenly spaced."""
    for number in range(count):
        yield data[: len(data) * number // count]


def flips(data: bytes, count: int = 1000, seed: int = 1) -> Iterator[bytes]:
    """The sample with one byte changed, *count* times."""
    chance = random.Random(seed)  # noqa: S311 - not for secrets
    for _ in range(count):
        out = bytearray(data)
        at = chance.randrange(len(out))
        out[at] ^= chance.randrange(1, 256)
        yield bytes(out)


SLOWEST = 10.0
"""Seconds in which every hostile file must have its answer."""

LEAKS = re.compile(r"Traceback|File \"|\.py\b|object at 0x|site-packages")
"""What belongs to a traceback and not into a message."""


@contextmanager
def in_time() -> Iterator[None]:
    """Raises an AssertionError where what is done within takes too long."""
    begin = time.monotonic()
    yield
    assert time.monotonic() - begin < SLOWEST


def outcome(data: bytes, name: str, limits: ReadLimits | None = None) -> tuple[str, str]:
    """Class and message of the error that reading raises; ``reads`` and "" where it raises none.

    Raises:
        AssertionError: it takes too long, or the message is no single plain line.
    """
    kind, message = "reads", ""
    with in_time():
        try:
            assert read_bytes(data, name, limits=limits).rows
        except UnreadableError as error:
            kind, message = type(error).__name__, str(error)
    assert "\n" not in message
    assert len(message) < 600
    assert not LEAKS.search(message), message
    return kind, message


def spoil(cuts: int = 64, changes: int = 1000) -> dict[str, Counter[str]]:
    """How often each outcome came of every sound sample, cut and with one byte changed.

    Raises:
        AssertionError: see `outcome`; and where a cut container is read.
    """
    tally: dict[str, Counter[str]] = {}
    for name, data in sound_samples().items():
        assert outcome(data, name)[0] == "reads"
        tally[name] = Counter()
        for cut in truncations(data, cuts):
            kind, _ = outcome(cut, name)
            # Text that is cut is text; what it lacks is found when the list is parsed.
            assert kind != "reads" or name in ("list.txt", "list.csv", "list.html"), len(cut)
            tally[name][f"cut: {kind}"] += 1
        for changed in flips(data, changes):
            kind, _ = outcome(changed, name)
            tally[name][f"changed: {kind}"] += 1
    return tally
