"""How long `dutygraph report` takes, and how much memory and disk, for one town and for many.

One town is the real document. The others are synthetic: made from it by tests/towns.py, in a store
folder that is made before the clock starts. Each report is written by a process of its own, with
everything that it writes (pages, figures, tables, workbook, networks, manifest), first with one process
that draws the towns' pages and then with as many as there are processors. Memory is the peak of the
process that asks and counts, and of the largest of those that draw.
"""

from __future__ import annotations

import os
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

from measure import ROOT, Settings, Table, Topic, fresh, median, peak_mib

TITLE: Final = "The report"


def measure(settings: Settings) -> Topic:
    """The topic."""
    sizes = [1, 3] if settings.quick else [1, 30, 300] if settings.full else [1, 30]
    processors = len(os.sched_getaffinity(0))
    rows: list[list[Any]] = []
    raw: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        for towns in sizes:
            store = ""
            if towns > 1:
                store = str(Path(folder) / f"store-{towns}")
                fresh("report", "make_store", folder=store, towns=towns)
            runs = settings.pick(3, 1) if towns == 1 else 1
            for workers in [1] if towns == 1 else sorted({1, processors}):
                found = [
                    fresh(
                        "report",
                        "write",
                        store=store,
                        folder=str(Path(folder) / f"report-{towns}-{workers}-{run}"),
                        workers=workers,
                    )
                    for run in range(runs)
                ]
                raw[f"{towns} towns, {workers} workers"] = found
                middle = {key: median([one[key] for one in found]) for key in found[0]}
                rows.append([towns, workers, *middle.values(), middle["seconds"] / towns])
    head = ("towns", "processes", "s", "CPU s", "MiB", "MiB, drawing", "files", "MB", "s a town")
    remarks = [] if settings.full else ["300 towns are measured with --full."]
    return Topic([Table("dutygraph report", head, rows)], remarks=remarks, raw=raw)


def make_store(folder: str, towns: int) -> int:
    """A store folder of synthetic towns."""
    sys.path.insert(0, str(ROOT / "tests"))
    import towns as generator

    generator.write_store(folder, towns)
    return towns


def write(store: str, folder: str, workers: int) -> dict[str, float]:
    """Write a report; what it took."""
    import dutygraph
    from dutygraph.report.content import choose
    from dutygraph.report.write import write_report

    began = time.perf_counter()
    with dutygraph.open_store(store or None) as opened:
        written = write_report(opened, choose(opened), folder, workers=workers)
    seconds = time.perf_counter() - began
    own, others = (
        resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return {
        "seconds": seconds,
        "cpu": own.ru_utime + own.ru_stime + others.ru_utime + others.ru_stime,
        "peak": peak_mib(),
        "drawing": others.ru_maxrss / 1024,
        "files": float(len(written.files)),
        "size": sum(path.stat().st_size for path in written.files) / 1e6,
    }
