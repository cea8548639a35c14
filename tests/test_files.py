"""Files are written whole, or the old ones stay."""

from __future__ import annotations

import os
import stat
import threading
from pathlib import Path

import pytest

from dutygraph.errors import DutyGraphError
from dutygraph.files import write_whole


def test_a_file_is_replaced_and_nothing_else_is_left(tmp_path: Path) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")
    write_whole(path, b"new")
    assert path.read_bytes() == b"new"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions")
def test_the_permissions_are_those_of_a_plain_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_whole(tmp_path / "whole", b"")
    modes = {stat.S_IMODE(p.stat().st_mode) for p in tmp_path.iterdir()}
    assert len(modes) == 1


def test_a_write_that_fails_leaves_the_old_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "t.csv"
    path.write_text("old")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(DutyGraphError, match="cannot be written: No space left") as caught:
        write_whole(path, b"new")
    assert str(path) in str(caught.value)
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_folder_that_is_missing(tmp_path: Path) -> None:
    with pytest.raises(DutyGraphError, match="cannot be written"):
        write_whole(tmp_path / "missing" / "t.csv", b"")


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX links")
def test_a_link_is_written_through_and_a_circle_of_links_refused(tmp_path: Path) -> None:
    target, link, circle = (tmp_path / name for name in ("target", "link", "circle"))
    target.write_text("old")
    link.symlink_to(target)
    write_whole(link, b"new")
    assert link.is_symlink()
    assert target.read_bytes() == b"new"
    circle.symlink_to(circle)
    with pytest.raises(DutyGraphError, match="cannot be written"):
        write_whole(circle, b"new")
    assert circle.is_symlink()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_written_to(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    got: list[bytes] = []
    reader = threading.Thread(target=lambda: got.append(pipe.read_bytes()), daemon=True)
    reader.start()
    write_whole(pipe, b"new")
    reader.join(10)
    assert got == [b"new"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)
