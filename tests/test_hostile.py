"""Every hostile file has its answer, in time, within memory, and fetches nothing."""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import hostile
import pytest
from hostile import FILES, LEAKS, flips, sound_samples, truncations

from dutygraph.errors import UnreadableError
from dutygraph.readers import process
from dutygraph.readers.base import Document
from dutygraph.readers.detect import detect
from dutygraph.readers.process import ReadLimits, close_workers
from dutygraph.readers.read import read_bytes
from dutygraph.readers.registry import READERS, read_format

MIB = 2**20
MOST_MEMORY = 1024 * MIB
MOST_MEMORY_OF_ZIP = 300 * MIB
CUTS, CHANGES = 12, 60  # of each sample here; benchmarks make 64 and 1,000


class _Trap(BaseHTTPRequestHandler):
    hits: list[str] = []  # noqa: RUF012 - the server makes the handlers, so they share it

    def do_GET(self) -> None:
        self.hits.append(self.path)
        self.send_response(200)
        self.end_headers()

    do_HEAD = do_POST = do_GET  # noqa: N815 - the names are those of the library

    def log_message(self, *arguments: object) -> None:
        return


@pytest.fixture(scope="module")
def trap() -> Iterator[str]:
    """Address of a server on this machine; nobody may have asked it for anything in the end."""
    _Trap.hits.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), _Trap) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()
        thread.join()
    assert _Trap.hits == []


@pytest.fixture(scope="module", autouse=True)
def workers() -> Iterator[None]:
    yield
    close_workers()


def test_the_trap_works(trap: str) -> None:
    from urllib.request import urlopen

    with urlopen(f"{trap}once") as answer:  # noqa: S310 - our own server
        assert answer.status == 200
    assert _Trap.hits == ["/once"]
    _Trap.hits.clear()


def peak_of_worker() -> int | None:
    """Largest resident memory of the idle reading process since `forget_peak`, in bytes."""
    if sys.platform != "linux" or not process._POOL._idle:
        return None
    try:
        status = Path(f"/proc/{process._POOL._idle[-1].pid}/status").read_text("ascii")
    except OSError:
        return None
    found = re.search(r"VmHWM:\s*(\d+) kB", status)
    return int(found[1]) * 1024 if found else None


def forget_peak() -> None:
    if sys.platform == "linux" and process._POOL._idle:
        path = Path(f"/proc/{process._POOL._idle[-1].pid}/clear_refs")
        try:
            path.write_text("5", "ascii")
        except OSError:  # not allowed here: the peak of earlier files counts too
            return


def assert_as_expected(name: str, document: Document | None, error: UnreadableError | None) -> None:
    file = FILES[name]
    if error is not None:
        message = str(error)
        assert file.expect in ("any", type(error).__name__), message
        assert re.search(file.says, message) or file.expect == "any", message
        assert message.startswith(name)
        assert "\n" not in message
        assert len(message) < 600
        assert not LEAKS.search(message)
        return
    assert document is not None
    assert file.expect in ("any", "reads")
    text = "\n".join(cell.text for row in document.rows for cell in row.cells)
    assert file.text in text
    assert not file.absent or file.absent not in text
    codes = {anomaly.code for anomaly in document.anomalies}
    assert not file.says or any(code.startswith(file.says) for code in codes)


@pytest.mark.parametrize("name", FILES)
def test_hostile_file(name: str, trap: str) -> None:
    file = FILES[name]
    data = file.make(trap)
    forget_peak()
    document, error = None, None
    with hostile.in_time():
        try:
            document = read_bytes(data, name, limits=file.limits)
        except UnreadableError as caught:
            error = caught
    assert_as_expected(name, document, error)
    peak = peak_of_worker()
    if peak is not None:
        assert peak < (MOST_MEMORY_OF_ZIP if data.startswith(b"PK") else MOST_MEMORY)


def test_there_are_many() -> None:
    assert len(FILES) > 130
    assert {file.expect for file in FILES.values()} == {
        "reads", "any", "UnreadableError", "TooLargeError", "UnsupportedError", "NoTextError",
    }  # fmt: skip


@pytest.mark.parametrize(
    "name", ["external DOCTYPE", "parameter entity", "parts elsewhere", "page that fetches",
             "PDF with scripts and actions"]
)  # fmt: skip
def test_nothing_is_fetched_in_this_process_either(name: str, trap: str) -> None:
    # Here nothing is forbidden, so it is the readers that do not fetch.
    data = FILES[name].make(trap)
    assert trap.encode() in data or data.startswith((b"PK", b"%PDF"))
    try:
        read_format(data, name, detect(data, name))
    except UnreadableError as error:
        assert "DOCTYPE" in str(error)  # noqa: PT017 - both outcomes are right
    assert _Trap.hits == []


@pytest.mark.parametrize("name", sound_samples())
def test_a_sample_that_is_cut(name: str) -> None:
    data = sound_samples()[name]
    assert hostile.outcome(data, name)[0] == "reads"
    for cut in truncations(data, CUTS):
        kind, _ = hostile.outcome(cut, name)
        assert kind != "reads" or name in ("list.txt", "list.csv", "list.html")


@pytest.mark.parametrize("name", sound_samples())
def test_a_sample_with_a_changed_byte(name: str) -> None:
    data = sound_samples()[name]
    sound = read_bytes(data, name).rows
    texts = [[cell.text for cell in row.cells] for row in sound]
    for changed in flips(data, CHANGES):
        kind, _ = hostile.outcome(changed, name)
        if kind != "reads" or name in ("list.txt", "list.csv", "list.html"):
            continue
        # A container has checksums: what is read is what was written. A PDF has some in its
        # streams and none around them, but what it shows of that is said.
        found = read_bytes(changed, name)
        same = [[cell.text for cell in row.cells] for row in found.rows] == texts
        assert same or (name == "list.pdf" and found.anomalies)


@pytest.mark.parametrize("form", READERS)
def test_any_bytes_for_any_reader(form: str) -> None:
    # Whatever the detection says, a reader that is given something else fails in one line.
    from dutygraph.readers.detect import Format

    for name, data in sound_samples().items():
        try:
            process.read_apart(data, name, Format(form), ReadLimits())
        except UnreadableError as error:
            message = str(error)
            assert "\n" not in message
            assert not LEAKS.search(message)
