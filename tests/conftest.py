"""Fixtures that many tests share."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from dutygraph.build import read_document
from dutygraph.model import DutyList
from dutygraph.store import Embedded, open_packaged

ROOT = Path(__file__).resolve().parent.parent

# A busy machine is no fault of the code under test.
settings.register_profile("dutygraph", deadline=None)
settings.load_profile("dutygraph")


@pytest.fixture(scope="session")
def real_document() -> Path:
    """The one real document."""
    return ROOT / "data" / "sources" / "653131101-2025-07" / "list.txt"


@pytest.fixture(scope="session")
def real_list(real_document: Path) -> DutyList:
    """The real document as the program reads it."""
    return read_document(real_document)


@pytest.fixture(scope="session")
def packaged() -> Iterator[Embedded]:
    """The graphs that ship with the package."""
    with open_packaged() as store:
        yield store


@pytest.fixture(scope="session")
def endpoint(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a real SPARQL server that serves the packaged graphs read-only."""
    program = Path(sys.executable).with_name("oxigraph")
    if not program.is_file():
        pytest.skip("the oxigraph server is not installed")
    location = str(tmp_path_factory.mktemp("oxigraph"))
    graphs = [str(path) for path in sorted((ROOT / "data" / "graph").glob("*.trig"))]
    subprocess.run(
        [program, "load", "--location", location, "--file", *graphs],
        check=True,
        capture_output=True,
    )
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    server = subprocess.Popen(
        [program, "serve-read-only", "--location", location, "--bind", f"127.0.0.1:{port}"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
                break
            time.sleep(0.05)
        else:
            pytest.fail("the oxigraph server did not start")
        yield f"http://127.0.0.1:{port}/query"
    finally:
        server.terminate()
        server.wait(10)
