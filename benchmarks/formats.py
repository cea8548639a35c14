"""Formats: how much of simulated documents is recovered, and how long reading takes.

Measured: simulated documents in each format (`dutygraph simulate --format mixed`, all heading
variants and planted faults), read back and compared with the simulator's truth: documents, towns,
items, titles, categories, departments, duties, parties and phases of duties, planted faults. Then
elapsed seconds from bytes to `DutyList`, and the peak memory of the process that reads the rows.

How: the rates are those of benchmarks/recovery.py; what is not recovered is listed. A document is
read in a warm reading process, as in a batch; a time is the median of all documents of the format,
the size that of their rows. Peak memory is that of a process that reads the largest document of the
format and nothing else.
"""

from __future__ import annotations

import tempfile
import time
from collections import defaultdict
from pathlib import Path
from typing import Final

import recovery
from measure import Aim, Settings, Table, Topic, fresh, median

TITLE = "Formats"

AIM_SECONDS: Final = 10.0
"""Reading one document of any format."""

_SURPLUS: Final = (
    "Findings that are not in the truth are warnings that the simulator did not plant: nearly all are "
    "rows whose texts really are near repeats, since methods come from templates."
)
_SEED: Final = 20_261_124
_SHOWN: Final = 40


def measure(settings: Settings) -> Topic:
    from dutygraph.simulate.corpus import simulate

    towns = settings.pick(200, 14)
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder) / "simulated"
        simulate(towns=towns, seed=_SEED).write(root, "mixed")
        scores = recovery.score_folder(root)
        times, largest = _times(root)
        peaks = {
            name: fresh("formats", "peak_of", path=str(path)) for name, path in largest.items()
        }
    rows = []
    for name, score in sorted(scores.items()):
        shares = [score.rate(part) for part in recovery.PARTS]
        rows.append([name, score.expected["documents"], *(_percent(s) for s in shares[1:])])
    wrong = [line for score in scores.values() for line in score.wrong]
    lost = [line for line in wrong if not line.startswith("surplus findings")]
    surplus = [[name, *_surplus(score)] for name, score in sorted(scores.items())]
    speed = [
        [name, len(found), median(found), max(found), peaks[name]]
        for name, found in sorted(times.items())
    ]
    return Topic(
        tables=[
            Table(
                "Recovered, of what the truth has",
                ["format", "documents", *(f"{part} [%]" for part in recovery.PARTS[1:])],
                rows,
                note=f"{towns} documents; – where the truth does not say.",
            ),
            Table("Not in the truth", ["format", "items", "duties", "findings"], surplus),
            Table(
                "Time from bytes to DutyList, and memory of the reading process",
                ["format", "documents", "median [s]", "longest [s]", "peak [MiB]"],
                speed,
            ),
        ],
        aims=[
            Aim(f"reading a document ({name})", AIM_SECONDS, max(found), "s")
            for name, found in sorted(times.items())
        ],
        remarks=[
            _SURPLUS,
            *(f"Not recovered: {line}" for line in lost[:_SHOWN]),
        ],
        raw={"not_recovered": lost, "seconds": times},
    )


def _percent(share: float | None) -> float | None:
    return None if share is None else round(100 * share, 3)


def _surplus(score: recovery.Score) -> list[int]:
    return [score.surplus[part] for part in ("items", "duties", "findings")]


def _times(root: Path) -> tuple[dict[str, list[float]], dict[str, Path]]:
    """Seconds of each document by format, and the largest document of each format."""
    from dutygraph.sources import find_sources, read_source

    formats = {row["document"]: row["format"] for row in recovery.load_truth(root, "lists")}
    times: dict[str, list[float]] = defaultdict(list)
    largest: dict[str, Path] = {}
    for source in find_sources([root / "sources"]):
        name = formats[source.path.parent.name]
        if name not in times:
            read_source(source)  # warms the reading process up
        began = time.perf_counter()
        read_source(source)
        times[name].append(time.perf_counter() - began)
        before = largest.get(name)
        if before is None or before.stat().st_size < source.path.stat().st_size:
            largest[name] = source.path
    return dict(times), largest


def peak_of(path: str) -> float | None:
    """Peak memory of reading the rows of one document in this process, in MiB; Linux only.

    Not ``ru_maxrss``: Linux never reports less for a child than its parent used, and the parent has
    simulated 200 documents.
    """
    from dutygraph.readers.detect import detect
    from dutygraph.readers.registry import read_format

    data = Path(path).read_bytes()
    read_format(data, path, detect(data, path))
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    lines = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
    return int(lines["VmHWM"].split()[0]) / 2**10
