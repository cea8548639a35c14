"""The saved queries: rdflib, the embedded Oxigraph store, and an Oxigraph server.

Measured: elapsed seconds of `query.run`, from the saved query without parameters to its table, for
each saved query on each store. rdflib is asked through `store.RdflibStore`, so its figure holds the
JSON that carries the result over; the server through `store.Remote`, so its figure holds HTTP on the
loopback interface. Loading the data is timed once, apart from the queries.

How: all stores hold the same quads (1 edition and the reference graph; with ``--full`` also 10
editions) and are asked in one process, one after the other, round by round. A store whose
runs of a query add up to more than 20 seconds (`BUDGET`) is not asked that query again, so slow
ones have fewer runs; the first run of each is a warm-up, unless it alone takes longer. The garbage
collector is off while the clock runs. All stores must give the same number of rows. The server is
the program ``oxigraph`` beside the Python that runs this, read-only on a folder that ``oxigraph
load`` made; without it, its columns are left out.
"""

from __future__ import annotations

import contextlib
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from measure import Settings, Table, Topic, clock, fresh, median, peak_mib

TITLE = "Saved queries"

BUDGET: Final = 20.0
"""Seconds for the runs of one query on one store."""

_EMBEDDED: Final = "Oxigraph, embedded"
_SERVER: Final = "Oxigraph, server"
_RDFLIB: Final = "rdflib"


def measure(settings: Settings) -> Topic:
    numbers = (1, 10) if settings.full else (1,)
    raw: dict[str, Any] = {}
    tables: list[Table] = []
    loads: list[list[Any]] = []
    remarks: list[str] = []
    if _program() is None:
        remarks.append("The program oxigraph is not installed, so no server was measured.")
    if not settings.full:
        remarks.append("Ten editions are measured with --full only.")
    for number in numbers:
        found = fresh(
            "queries",
            "compare",
            number=number,
            runs=settings.pick(11, 2),
            budget=2.0 if settings.quick else BUDGET,
        )
        raw[f"{number} editions"] = found
        tables.append(_table(number, found))
        loads += [[number, found["quads"], name, took] for name, took in found["load"].items()]
        for name, rows in found["rows"].items():
            if len(set(rows.values())) > 1:
                remarks.append(
                    f"{name} ({number} editions) gives different numbers of rows: {rows}"
                )
    tables.append(
        Table(
            "Loading the data, seconds elapsed (one run)",
            ("Editions", "Quads", "Store", "Seconds"),
            loads,
            "The server's figure holds writing the folder with `oxigraph load` and starting it.",
        )
    )
    return Topic(tables=tables, remarks=remarks, raw=raw)


def _table(number: int, found: dict[str, Any]) -> Table:
    server = _SERVER in found["load"]
    head = ["Query", "Rows", f"{_EMBEDDED}, ms"]
    head += [f"{_SERVER}, ms", "Server to embedded"] if server else []
    head += [f"{_RDFLIB}, ms", f"{_RDFLIB} to embedded", f"Runs of {_RDFLIB}"]
    rows = []
    for name, times in found["times"].items():
        middle = {store: 1000 * median(seconds) for store, seconds in times.items()}
        base = middle[_EMBEDDED]
        row = [name, found["rows"][name][_EMBEDDED], base]
        row += [middle[_SERVER], middle[_SERVER] / base] if server else []
        row += [middle[_RDFLIB], middle[_RDFLIB] / base, len(times[_RDFLIB])]
        rows.append(row)
    editions = "1 edition" if number == 1 else f"{number} editions"
    return Table(f"Medians on {editions}", head, rows)


def compare(number: int, runs: int, budget: float) -> dict[str, Any]:
    """Ask every store every query; to be called in a fresh process.

    Args:
        number: of editions.
        runs: timed runs of each query on each store, at most.
        budget: seconds after which a store is not asked a query again.
    """
    from editions import copies

    from dutygraph import build, graph, query, rdf, store

    quads = list(graph.reference_quads())
    for source in copies(number):
        quads += graph.quads(build.read_source(source))
    saved = query.load_queries()
    load: dict[str, float] = {}
    stores: dict[str, Any] = {}
    with contextlib.ExitStack() as stack:
        used, embedded = clock(store.Embedded.in_memory, quads, collector=False)
        load[_EMBEDDED], stores[_EMBEDDED] = used.wall, stack.enter_context(embedded)
        program = _program()
        if program is not None:
            began = time.perf_counter()
            endpoint = stack.enter_context(_serving(program, rdf.to_bytes(quads, "nquads")))
            load[_SERVER] = time.perf_counter() - began
            stores[_SERVER] = store.Remote(endpoint, timeout=600)
        used, dataset = clock(rdf.to_rdflib, quads, collector=False)
        load[_RDFLIB], stores[_RDFLIB] = used.wall, store.RdflibStore(dataset)

        times: dict[str, dict[str, list[float]]] = {}
        rows: dict[str, dict[str, int]] = {}
        for name, one in saved.items():
            times[name] = {place: [] for place in stores}
            rows[name] = {}
            spent = dict.fromkeys(stores, 0.0)
            for turn in range(runs + 1):
                for place, asked in stores.items():
                    if turn and spent[place] > budget:
                        continue
                    used, table = clock(query.run, asked, one, collector=False)
                    spent[place] += used.wall
                    rows[name][place] = len(table.rows)
                    if turn or used.wall > budget:
                        times[name][place].append(used.wall)
    return {
        "quads": len(quads),
        "load": load,
        "times": times,
        "rows": rows,
        "peak_mib": peak_mib(),
    }


def _program() -> str | None:
    """The oxigraph program of this environment."""
    return shutil.which("oxigraph", path=str(Path(sys.executable).parent))


@contextlib.contextmanager
def _serving(program: str, nquads: bytes) -> Iterator[str]:
    """A read-only server on these quads, stopped in the end: address of its query service."""
    with tempfile.TemporaryDirectory() as folder:
        data, place = Path(folder, "data.nq"), Path(folder, "store")
        data.write_bytes(nquads)
        subprocess.run(
            [program, "load", "--location", str(place), "--file", str(data)],
            check=True,
            capture_output=True,
        )
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            address = f"127.0.0.1:{probe.getsockname()[1]}"
        server = subprocess.Popen(
            [program, "serve-read-only", "--location", str(place), "--bind", address],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            endpoint = f"http://{address}/query"
            _wait(server, endpoint)
            yield endpoint
        finally:
            server.terminate()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()
                server.wait()


def _wait(server: subprocess.Popen[bytes], endpoint: str) -> None:
    from dutygraph.errors import RemoteError
    from dutygraph.store import Remote

    remote = Remote(endpoint, timeout=5)
    until = time.monotonic() + 30
    while True:
        try:
            if remote.ask("ASK { GRAPH ?g { ?s ?p ?o } }"):
                return
            raise RuntimeError("the server holds no data")
        except RemoteError:
            if server.poll() is not None or time.monotonic() > until:
                raise
        time.sleep(0.02)
