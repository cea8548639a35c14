"""The reading process: what it gives back, its limits, and what it cannot do."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import samples
from hostile import sound_samples, zipped
from hypothesis import given
from hypothesis import strategies as st
from rawpdf import Painter, pdf, stream

from dutygraph.errors import (
    NoTextError,
    TooLargeError,
    UnreadableError,
    UnsupportedError,
)
from dutygraph.model import Place, Source
from dutygraph.readers import messages, process, read, worker
from dutygraph.readers.base import Anomaly, Cell, Document, Row
from dutygraph.readers.detect import Format
from dutygraph.readers.process import ReadLimits, Worker, close_workers, read_apart
from dutygraph.readers.read import read_archive, read_bytes
from dutygraph.readers.registry import read_format

unix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


@pytest.fixture(autouse=True)
def no_workers_left() -> Iterator[None]:
    close_workers()
    yield
    close_workers()


def idle() -> list[Worker]:
    return process._POOL._idle


# What comes back

ALL_TEXT = st.text(alphabet=st.characters(), max_size=8)
COUNTS = st.none() | st.integers(1, 10**6)
PLACES = st.builds(Place, COUNTS, COUNTS, ALL_TEXT, COUNTS, COUNTS, COUNTS)
CELLS = st.builds(Cell, ALL_TEXT, st.none() | st.integers(0, 10**6), st.booleans())
DOCUMENTS = st.builds(
    Document,
    st.builds(Source, ALL_TEXT, ALL_TEXT, ALL_TEXT, ALL_TEXT),
    st.lists(st.builds(Row, st.lists(CELLS, max_size=3).map(tuple), PLACES), max_size=3).map(tuple),
    st.lists(st.builds(Anomaly, ALL_TEXT, PLACES, ALL_TEXT), max_size=2).map(tuple),
)


@given(DOCUMENTS)
def test_documents_survive_the_pipe(document: Document) -> None:
    # Lone surrogates too: what a reader gives is not changed on its way.
    message = messages.to_json(messages.document_to_plain(document))
    assert messages.document_from_plain(messages.from_json(message)) == document


@given(
    st.sampled_from([UnreadableError, TooLargeError, UnsupportedError, NoTextError]),
    ALL_TEXT, ALL_TEXT, ALL_TEXT,
)  # fmt: skip
def test_errors_survive_the_pipe(
    kind: type[UnreadableError], what: str, where: str, hint: str
) -> None:
    message = messages.to_json(messages.error_to_plain(kind(what, where=where, hint=hint)))
    error = messages.error_from_plain(messages.from_json(message))
    assert type(error) is kind
    assert (error.what, error.where, error.hint) == (what, where, hint)


@given(st.recursive(st.none() | st.booleans() | st.integers() | ALL_TEXT, st.lists, max_leaves=9))
def test_answers_that_make_no_sense(value: object) -> None:
    for key in ("source", "rows", "anomalies", "error"):
        plain = {"source": ["a", "b", "c", "d"], "rows": [], "anomalies": [], key: value}
        for read_it in (messages.document_from_plain, messages.error_from_plain):
            try:
                read_it(plain)
            except ValueError:
                continue


@pytest.mark.parametrize("name", sound_samples())
def test_the_same_as_in_this_process(name: str) -> None:
    data = sound_samples()[name]
    form = {"list.txt": Format.TEXT, "list.csv": Format.DELIMITED}.get(
        name, Format(name.partition(".")[2]) if name[5:] in list(Format) else Format.TEXT
    )
    assert read_apart(data, name, form) == read_format(data, name, form)


def test_one_process_for_many_documents() -> None:
    for number in range(3):
        assert read_bytes(samples.docx(), f"{number}.docx").source.name == f"{number}.docx"
    (one,) = idle()
    assert one.documents == 3


def test_a_process_is_replaced_after_some_documents() -> None:
    limits = ReadLimits(documents=2)
    pids = set()
    for _ in range(4):
        read_bytes(samples.docx(), "x", limits=limits)
        pids |= {one.pid for one in idle()}
    assert idle() == []  # the second of each pair ended its process
    assert len(pids) == 2


def test_errors_come_back_as_they_are() -> None:
    with pytest.raises(UnsupportedError) as caught:
        read_apart(zipped({"a": b""}, method=14), "x.docx", Format.DOCX)
    assert caught.value.where == "x.docx"
    assert "method 14" in caught.value.what
    assert caught.value.hint
    assert idle()  # a typed error is no reason to end the process


def test_other_errors_of_a_reader_are_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(data: bytes, name: str, form: Format) -> Document:
        raise IndexError("list index\nout of range")

    monkeypatch.setattr(worker, "read_format", broken)
    answers = _Answers()
    worker.serve({"name": "x", "format": "pdf", "memory": 2**40, "cpu": 100}, b"", answers)  # type: ignore[arg-type]
    error = messages.error_from_plain(messages.from_json(answers.message()))
    assert type(error) is UnreadableError
    assert error.what == "is damaged: IndexError: list index out of range"


class _Answers:
    """A pipe that keeps what is written."""

    def __init__(self) -> None:
        self.pieces: list[bytes] = []

    def write(self, piece: bytes) -> None:
        self.pieces.append(piece)

    def flush(self) -> None:
        return

    def message(self) -> bytes:
        return self.pieces[1]  # behind its length


# Limits


def endless() -> bytes:
    """A PDF whose forms are shown 10^12 times."""
    painter = Painter()
    made = painter.objects([[painter.text(9, 9, "甲")]])
    for level in range(12):
        following = f"/Resources << /XObject << /X {101 + level} 0 R >> >>" if level < 11 else ""
        made[100 + level] = stream(
            b"/X Do " * 10, f"/Type /XObject /Subtype /Form /BBox [0 0 9 9] {following}"
        )
    made[10] = made[10].replace(b"/Font <<", b"/XObject << /X 100 0 R >> /Font <<")
    made[11] = stream(b"/X Do")
    return pdf(made)


@unix
def test_processor_time() -> None:
    begin = time.monotonic()
    with pytest.raises(TooLargeError, match=r"^x: needs more than 1 s of processor time") as caught:
        read_bytes(endless(), "x", limits=ReadLimits(cpu=1))
    assert time.monotonic() - begin < 20
    assert caught.value.hint
    assert read_bytes(samples.pdf(), "y").rows  # the next document has a new process


def test_wall_clock() -> None:
    begin = time.monotonic()
    with pytest.raises(TooLargeError, match=r"^x: needs more than 0.5 s"):
        read_bytes(endless(), "x", limits=ReadLimits(wall=0.5))
    assert time.monotonic() - begin < 10
    assert idle() == []


@unix
def test_time_is_counted_for_each_document() -> None:
    limits = ReadLimits(cpu=1)
    read_bytes(samples.pdf(), "x", limits=limits)
    (one,) = idle()
    for _ in range(40):  # together more than a second on a slow machine
        read_bytes(samples.pdf(), "x", limits=limits)
    assert idle() == [one]


@pytest.mark.skipif(sys.platform != "linux", reason="macOS does not limit the address space")
def test_memory() -> None:
    page = "<html><body>" + "<p>a</p>" * 1_500_000
    with pytest.raises(TooLargeError, match=r"^x: needs more than 150 MiB of memory"):
        read_bytes(page.encode(), "x", limits=ReadLimits(memory=150 * 2**20))
    assert read_bytes(samples.html(), "y").rows


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux says what was used")
def test_a_process_that_came_near_its_limit_is_replaced() -> None:
    read_bytes(samples.docx(), "x")
    assert len(idle()) == 1
    used = int(re.findall(r"VmPeak:\s*(\d+)", Path(f"/proc/{idle()[0].pid}/status").read_text())[0])
    close_workers()
    read_bytes(samples.docx(), "x", limits=ReadLimits(memory=int(1.2 * 1024 * used)))
    assert idle() == []


def test_a_process_that_is_killed() -> None:
    one = process._POOL.take()
    threading.Timer(0.5, one.kill).start()
    with pytest.raises(UnreadableError) as caught:
        one.read(endless(), "x", Format.PDF, ReadLimits())
    assert "\n" not in str(caught.value)
    assert not one.alive


def test_a_process_that_died_while_idle() -> None:
    read_bytes(samples.docx(), "x")
    idle()[0]._process.kill()
    idle()[0]._process.wait()
    assert read_bytes(samples.docx(), "x").rows


def test_an_answer_that_makes_no_sense(monkeypatch: pytest.MonkeyPatch) -> None:
    for answer in (b"", b"[]", b"{}", b"\xff", b'{"error": "SystemExit"}', b'{"source": 1}'):
        one = Worker()
        monkeypatch.setattr(one, "_ask", lambda *_, answer=answer: (answer, b'{"more": true}'))
        with pytest.raises(UnreadableError, match="made its reader go wrong"):
            one.read(b"", "x", Format.PDF, ReadLimits())
        assert not one.alive


def test_many_threads() -> None:
    results: list[int] = []

    def work() -> None:
        results.append(len(read_bytes(samples.docx(), "x").rows))

    threads = [threading.Thread(target=work) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(set(results)) == 1
    assert len(results) == 6
    assert 1 <= len(idle()) <= 6


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork")
def test_a_forked_child_has_its_own_processes() -> None:
    # In a process of its own, for a fork of the tests themselves would run them twice.
    script = (
        "import os, sys; sys.path.insert(0, 'tests'); import samples\n"
        "from dutygraph.readers import process; from dutygraph.readers.read import read_bytes\n"
        "read_bytes(samples.docx(), 'x'); mine = process._POOL._idle[0].pid\n"
        "pid = os.fork()\n"
        "if not pid:\n"
        "    assert process._POOL._idle == []\n"
        "    read_bytes(samples.docx(), 'x'); process.close_workers(); os._exit(7)\n"
        "assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 7\n"
        "read_bytes(samples.docx(), 'x'); assert process._POOL._idle[0].pid == mine\n"
    )
    subprocess.run(
        [sys.executable, "-c", script], check=True, timeout=60, cwd=Path(__file__).parents[1]
    )


def test_nothing_is_left_when_the_program_ends() -> None:
    script = (
        "import sys; sys.path.insert(0, 'tests'); import samples\n"
        "from dutygraph.readers import process; from dutygraph.readers.read import read_bytes\n"
        "read_bytes(samples.docx(), 'x'); print(process._POOL._idle[0].pid)\n"
    )
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", script],
        check=True, timeout=60, capture_output=True, text=True, cwd=Path(__file__).parents[1],
    )  # fmt: skip
    assert done.stderr == ""
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(int(done.stdout), 0)


# What the process gave up


def rights(code: str) -> str:
    """What a piece of code prints in a process that gave up its rights."""
    script = (
        "import os, socket, subprocess\n"
        "from dutygraph.readers import worker; worker.give_up_rights()\n"
        f"try:\n    {code}; print('done')\nexcept Exception as e: print(type(e).__name__, e)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], check=True, timeout=60, capture_output=True, text=True
    )
    return done.stdout


@pytest.mark.parametrize(
    "code",
    [
        "socket.create_connection(('127.0.0.1', 9))",
        "socket.getaddrinfo('example.invalid', 80)",
        "subprocess.run(['true'])",
        "os.system('true')",
        "os.execv('/bin/true', ['true'])",
    ],
)
def test_no_network_and_no_programs(code: str) -> None:
    assert rights(code).startswith("PermissionError a document may not cause")


@unix
def test_no_files(tmp_path: Path) -> None:
    path = tmp_path / "written"
    assert "OSError" in rights(f"open({str(path)!r}, 'wb', 0).write(b'1')")
    assert not path.exists() or path.read_bytes() == b""


def test_a_module_beside_the_documents_is_not_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit(3)", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    assert read_bytes(samples.docx(), "x").rows


# Which documents need a process


def test_text_needs_no_process() -> None:
    assert read_bytes(samples.text(), "x").rows
    assert read_bytes(samples.csv(), "x").rows
    assert idle() == []
    assert read_bytes(samples.text(), "x", limits=ReadLimits(in_process=10)).rows
    assert len(idle()) == 1


def test_too_many_bytes_are_not_even_looked_at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(read, "MAX_BYTES", 10)
    with pytest.raises(TooLargeError, match="more than 10 bytes"):
        read_bytes(b"\x89PNG\r\n\x1a\n" + bytes(99), "x")


# Archives


def test_archive() -> None:
    archive = zipped(
        {
            "b/2.txt": samples.text(),
            "a.docx": samples.docx(),
            "b/1.pdf": samples.pdf(),
            "__MACOSX/b/._2.txt": b"x",
            "b/.DS_Store": b"x",
            "~$a.docx": b"x",
            "Thumbs.db": b"x",
            "b/metadata.yaml": b"title: x",
            "inner.zip": zipped({"a.txt": samples.text()}),
        }
    )
    found = list(read_archive(archive, "x.zip"))
    names = [name for name, _ in found]
    assert names == ["a.docx", "b/1.pdf", "b/2.txt", "b/metadata.yaml", "inner.zip"]
    assert dict(found)["b/1.pdf"] == samples.pdf()
    with pytest.raises(UnsupportedError, match="is an archive, not one document"):
        read_bytes(archive, "x.zip")


def test_archive_that_is_damaged() -> None:
    with pytest.raises(UnreadableError):
        list(read_archive(zipped({"../a.txt": b"1"}), "x.zip"))
