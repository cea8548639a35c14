"""The real list, saved in any way that a word processor or an editor saves text, is one graph."""

from __future__ import annotations

import codecs
from collections.abc import Callable
from pathlib import Path

import pytest

from dutygraph.cli import main

WAYS: dict[str, tuple[str, Callable[[str], bytes]]] = {
    "UTF-8, LF": ("utf-8", lambda text: text.encode("utf-8")),
    "UTF-8, CRLF": ("utf-8", lambda text: text.replace("\n", "\r\n").encode("utf-8")),
    "UTF-8, CR": ("utf-8", lambda text: text.replace("\n", "\r").encode("utf-8")),
    "UTF-8 with mark, LF": ("utf-8-sig", lambda text: text.encode("utf-8-sig")),
    "UTF-8 with mark, CRLF": ("utf-8-sig", lambda t: t.replace("\n", "\r\n").encode("utf-8-sig")),
    "UTF-16 little-endian": ("utf-16", lambda t: codecs.BOM_UTF16_LE + t.encode("utf-16-le")),
    "UTF-16 big-endian": ("utf-16", lambda t: codecs.BOM_UTF16_BE + t.encode("utf-16-be")),
    "UTF-16, CRLF": ("utf-16", lambda text: text.replace("\n", "\r\n").encode("utf-16")),
    "GB18030, LF": ("gb18030", lambda text: text.encode("gb18030")),
    "GB18030, CRLF": ("gb18030", lambda text: text.replace("\n", "\r\n").encode("gb18030")),
    "GBK": ("gb18030", lambda text: text.encode("gbk")),
}
"""What the program calls the encoding, and how to save."""


def graphs(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


@pytest.fixture(scope="module")
def expected(real_document: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Graphs of the document as it lies in the sources, with its metadata."""
    folder = tmp_path_factory.mktemp("expected")
    assert main(["build", str(real_document.parent), "-o", str(folder)]) == 0
    return graphs(folder)


@pytest.mark.parametrize("way", WAYS)
def test_same_graph(
    way: str,
    real_document: Path,
    expected: dict[str, bytes],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    encoding, save = WAYS[way]
    text = real_document.read_bytes().decode("utf-8")
    document = tmp_path / "清单 (1).txt"
    document.write_bytes(save(text))
    assert main(["build", str(document), "-o", str(tmp_path / "out"), "--lang", "en"]) == 0
    said = capsys.readouterr()
    assert f"read as {encoding};" in said.err
    assert sorted(expected) == ["653131101-2025-07.trig", "reference.trig"]
    assert graphs(tmp_path / "out") == expected
    assert said.out.splitlines() == [str(tmp_path / "out" / name) for name in sorted(expected)]
