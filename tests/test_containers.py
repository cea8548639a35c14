"""Zip containers: what is refused, at the limit and beyond it."""

from __future__ import annotations

import tracemalloc
import zipfile

import pytest
from hostile import MIB, ods_with, overlapping, with_ratio, zipped
from hypothesis import given, settings
from hypothesis import strategies as st

from dutygraph.errors import TooLargeError, UnreadableError, UnsupportedError
from dutygraph.readers.containers import Limits, list_container, open_container

SMALL = Limits(packed=10_000, members=5, unpacked=3_000, ratio=10, floor=100)


def plain(members: dict[str, bytes]) -> bytes:
    return zipped(members, method=zipfile.ZIP_STORED)


def test_members() -> None:
    container = open_container(zipped({"b.txt": b"2", "d/": b"", "a.txt": b"1"}), "x.zip")
    assert container.names == ("b.txt", "a.txt")  # folders are no members to be read
    assert "a.txt" in container
    assert "d/" not in container
    assert container.read("a.txt") == b"1"
    assert container.read_start("b.txt", 10) == b"2"
    assert container.read_start("none", 10) == b""
    with pytest.raises(UnreadableError, match=r"^x.zip: lacks the part none"):
        container.read("none")


@given(st.dictionaries(st.from_regex(r"[a-z\u4e00-\u9fff]{1,9}", fullmatch=True), st.binary()))
def test_what_was_packed_is_read(members: dict[str, bytes]) -> None:
    if not members:
        return
    for data in (zipped(members), plain(members)):
        container = open_container(data, "x")
        assert {name: container.read(name) for name in container.names} == members


@given(st.binary(max_size=200), st.integers(0, 400))
@settings(max_examples=50)
def test_any_bytes_are_refused_or_read(noise: bytes, at: int) -> None:
    data = bytearray(zipped({"a.xml": b"<a/>", "b": b"2" * 50}))
    data[at : at + len(noise)] = noise
    try:
        open_container(bytes(data), "x", check_xml=True)
    except UnreadableError as error:
        assert "\n" not in str(error)  # noqa: PT017 - both outcomes are right


# Limits: at each, and one above


def test_packed_size() -> None:
    data = plain({"a": bytes(500)})
    assert open_container(data, "x", limits=Limits(packed=len(data)))
    with pytest.raises(TooLargeError, match=f"more than {len(data) - 1:,} bytes"):
        open_container(data, "x", limits=Limits(packed=len(data) - 1))


def test_number_of_members() -> None:
    names = {f"f{n}": b"" for n in range(5)}
    assert len(open_container(plain(names), "x", limits=SMALL).names) == 5
    with pytest.raises(TooLargeError, match="more than 5 members"):
        open_container(plain({**names, "g/": b""}), "x", limits=SMALL)  # folders count


def test_unpacked_size() -> None:
    assert open_container(plain({"a": bytes(2_000), "b": bytes(1_000)}), "x", limits=SMALL)
    with pytest.raises(TooLargeError, match="more than 3,000 bytes"):
        open_container(plain({"a": bytes(2_000), "b": bytes(1_001)}), "x", limits=SMALL)


@pytest.mark.parametrize("ratio", [50, 99.9])
def test_ratio_within_the_limit(ratio: float) -> None:
    assert open_container(zipped({"a": with_ratio(ratio)}), "x")


@pytest.mark.parametrize("ratio", [101, 1000])
def test_ratio_beyond_the_limit(ratio: float) -> None:
    with pytest.raises(TooLargeError, match="more than 100 times"):
        open_container(zipped({"a": with_ratio(ratio)}), "x")


def test_short_parts_may_have_any_ratio() -> None:
    assert open_container(zipped({"a": bytes(MIB)}), "x")
    with pytest.raises(TooLargeError, match="more than 100 times"):
        open_container(zipped({"a": bytes(MIB + 1)}), "x")


def test_memory_stays_small() -> None:
    data = zipped({"a": bytes(150 * MIB), "b": b"1"})
    tracemalloc.start()
    with pytest.raises(TooLargeError):
        open_container(data, "x")
    with pytest.raises(TooLargeError):
        open_container(overlapping(), "x")
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 10 * MIB


# What is in a directory but not what it seems


def test_only_a_zip_from_its_first_byte() -> None:
    # Behind other bytes a zip is a second document in one file.
    with pytest.raises(UnreadableError, match="is no zip"):
        open_container(b"%PDF-1.7\n" + zipped({"a": b"1"}), "x")


def test_names_of_chinese_windows() -> None:
    # GBK bytes without the flag for UTF-8: what Windows packs. 乗 is 81 5C there, 5C is a backslash.
    data = zipped({"AAAA/BBBB.txt": b"1"}).replace(b"AAAA", "清单".encode("gbk"))
    data = data.replace(b"BBBB", "乗镇".encode("gbk"))
    assert open_container(data, "x").names == ("清单/乗镇.txt",)


def test_names_of_macos() -> None:
    data = zipped({"AAAAAA.txt": b"1"}).replace(b"AAAAAA", "清单".encode())
    assert open_container(data, "x").names == ("清单.txt",)


@pytest.mark.parametrize(
    "name", ["a/../b", "./a", "a//b", "/a", "c:\\a", "C:/a", "a\\b", "..", "a\nb", "a\x1bb"]
)
def test_unsafe_names(name: str) -> None:
    with pytest.raises(UnreadableError, match="unsafe name"):
        list_container(zipped({name: b""}), "x")


@pytest.mark.parametrize("name", ["a..b", "...", "表1:甲", "项目 1/（公布版）.txt", "~a", "-rf"])
def test_odd_names_that_are_safe(name: str) -> None:
    assert list_container(zipped({name: b""}), "x").names == (name,)


@pytest.mark.parametrize(
    ("kind", "fine"), [(0o100644, True), (0o120777, False), (0o010644, False), (0o060644, False)]
)
def test_kinds_of_files(kind: int, fine: bool) -> None:
    def change(info: zipfile.ZipInfo) -> None:
        info.create_system = 3
        info.external_attr = kind << 16

    data = zipped({"a": b"1"}, change=change)
    if fine:
        assert open_container(data, "x").read("a") == b"1"
    else:
        with pytest.raises(UnreadableError, match="a link or a device"):
            open_container(data, "x")


def test_names_that_stand_twice() -> None:
    data = zipped({"a": b"1", "b": b"2"}).replace(b"b", b"a")
    with pytest.raises(UnreadableError, match="two members named a"):
        list_container(data, "x")
    both = zipped({"a": b"1", "A": b"2"})
    assert open_container(both, "x").names == ("a", "A")  # in an archive they are two files
    with pytest.raises(UnreadableError, match="two members named A"):
        open_container(both, "x", check_xml=True)


def test_packed_by_other_methods() -> None:
    for method, number in ((zipfile.ZIP_BZIP2, 12), (zipfile.ZIP_LZMA, 14)):
        with pytest.raises(UnsupportedError, match=f"method {number}"):
            open_container(zipped({"a": b"1"}, method=method), "x")


# DOCTYPE

DTD = "<!DOCTYPE a [<!ENTITY b 'c'>]>"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be"])
def test_doctype_in_any_encoding(encoding: str) -> None:
    part = f"<?xml version='1.0'?>{DTD}<a/>".encode(encoding)
    for name in ("a.xml", "a.rels", "a.bin", "a"):
        with pytest.raises(UnreadableError, match=f"x, {name}: holds a DOCTYPE"):
            open_container(zipped({name: part}), "x", check_xml=True)
    assert open_container(zipped({"a.xml": part}), "x")  # an archive may hold web pages


@given(st.integers(0, 40))
def test_doctype_at_the_edge_of_a_piece(shift: int) -> None:
    # A part is looked through in pieces of one MiB; the mark must be seen where two of them meet.
    part = b"<a>" + b"x" * (MIB - 30 + shift) + b"<!DOCTYPE"
    with pytest.raises(UnreadableError, match="DOCTYPE"):
        open_container(plain({"a.xml": part}), "x", check_xml=True)


def test_parts_that_may_hold_a_doctype() -> None:
    # Pictures and pages that an office file carries along are not parsed.
    for name in ("word/media/a.svg", "word/afchunk.html", "word/page.htm"):
        assert open_container(zipped({name: f"{DTD}<svg/>"}), "x", check_xml=True)


@pytest.mark.parametrize("encoding", ["UTF-7", "EBCDIC-CP-US", "gbk"])
def test_parts_in_encodings_that_hide_a_doctype(encoding: str) -> None:
    part = f'<?xml version="1.0" encoding="{encoding}"?><a/>'
    with pytest.raises(UnreadableError, match="neither in UTF-8"):
        open_container(zipped({"a.xml": part}), "x", check_xml=True)


def test_a_sound_office_file() -> None:
    assert "content.xml" in open_container(ods_with({}), "x", check_xml=True)
