"""Validating editions: with the default engine, and with pySHACL for comparison.

Measured: seconds that `validate.validate_quads` takes for an edition whose quads are there already,
for 1, 10 and 100 editions in a row in one process. The first one of a process also compiles the
shapes and serialises the reference graph. The time should not grow from edition to edition, so the
medians of the first and of the last tenth are compared. Then, on one edition: the engine alone
(`shacl.run_fast`, N-Triples to results), and pySHACL on the same triples (`shacl.run_pyshacl`).

How: each number of editions in a fresh process, making the quads is not timed, and each edition is
dropped before the next. CPU and elapsed seconds are taken; the aim is held against the larger of
the two medians. The garbage collector is on, as in real use, and what was left over is collected
before each run. Each engine has a process of its own, where one run before the timed ones compiles
or loads the shapes; parsing the N-Triples is part of both. Whether both engines find the same is
for the tests. The document breaks no shape, so to show that the engines do their work they also
look, untimed, at the edition without the titles of its items: the last column counts what they find
there.
"""

from __future__ import annotations

from typing import Any, Final

from measure import Aim, Settings, Table, Topic, clock, fresh, median, peak_mib

TITLE = "Validation"

AIM_SECONDS: Final = 0.5
"""Seconds to validate an edition."""


def measure(settings: Settings) -> Topic:
    numbers = (1, settings.pick(10, 2), settings.pick(100, 4))
    processes = (settings.pick(7, 2), settings.pick(3, 1), 1)
    raw: dict[str, Any] = {}
    rows: list[list[Any]] = []
    for number, runs in zip(numbers, processes, strict=True):
        found = [fresh("validation", "validate", number=number) for _ in range(runs)]
        raw[f"{number} editions"] = found
        later = [e for one in found for e in (one["editions"][1:] or one["editions"])]
        early = median([_wall(one["editions"], 0) for one in found])
        late = median([_wall(one["editions"], 1) for one in found])
        rows.append(
            [
                number,
                runs,
                median([one["editions"][0]["wall"] for one in found]),
                median([edition["wall"] for edition in later]),
                median([edition["cpu"] for edition in later]),
                late / early if number > 1 else None,
                median([one["peak_mib"] for one in found]),
            ]
        )
    engines = {
        "shacl (default)": fresh(
            "validation", "engine", name="run_fast", runs=settings.pick(11, 3)
        ),
        "pySHACL": fresh("validation", "engine", name="run_pyshacl", runs=settings.pick(3, 1)),
    }
    raw["engines"] = engines
    remarks = []
    if len({(one["results"], one["results_faulty"]) for one in engines.values()}) > 1:
        remarks.append("The engines did not find the same number of results.")
    fast = median([run["wall"] for run in engines["shacl (default)"]["runs"]])
    compared = []
    for name, one in engines.items():
        wall = median([run["wall"] for run in one["runs"]])
        cpu = median([run["cpu"] for run in one["runs"]])
        found = [one["peak_mib"], one["results"], one["results_faulty"]]
        compared.append([name, len(one["runs"]), wall, cpu, wall / fast, *found])
    worst = max(max(row[3], row[4]) for row in rows)
    return Topic(
        tables=[
            Table(
                "Editions in a row, seconds per edition (medians)",
                (
                    "Editions",
                    "Processes",
                    "First, elapsed",
                    "Others, elapsed",
                    "Others, CPU",
                    "Last to first tenth",
                    "Peak MiB",
                ),
                rows,
                "With one edition, the first one is all there is. The ratio leaves the first one "
                "out; 1 means flat.",
            ),
            Table(
                "Engines on one edition and the reference graph, seconds",
                (
                    "Engine",
                    "Runs",
                    "Elapsed",
                    "CPU",
                    "Ratio",
                    "Peak MiB",
                    "Results",
                    "Results without titles",
                ),
                compared,
            ),
        ],
        aims=[Aim("validation of an edition, worst median of a row", AIM_SECONDS, worst, "s")],
        remarks=remarks,
        raw=raw,
    )


def _wall(editions: list[dict[str, float]], end: int) -> float:
    """Median of the first (0) or last (1) tenth, without the very first edition."""
    rest = [edition["wall"] for edition in editions[1:]] or [editions[0]["wall"]]
    tenth = max(1, len(rest) // 10)
    return median(rest[-tenth:] if end else rest[:tenth])


def validate(number: int) -> dict[str, Any]:
    """Validate copies of the edition one after the other; to be called in a fresh process."""
    from editions import copies

    from dutygraph import build, graph
    from dutygraph.validate import validate_quads

    editions = []
    for source in copies(number):
        quads = graph.quads(build.read_source(source))
        used, results = clock(validate_quads, quads, collector=True)
        editions.append({"wall": used.wall, "cpu": used.cpu, "results": len(results)})
    return {"editions": editions, "peak_mib": peak_mib()}


def engine(name: str, runs: int) -> dict[str, Any]:
    """Run one engine on one edition; to be called in a fresh process.

    Args:
        name: function of `dutygraph.shacl`.
        runs: number of timed runs, after one that warms up.
    """
    from editions import copies

    from dutygraph import build, graph, rdf, shacl

    (source,) = copies(1)
    quads = [*graph.quads(build.read_source(source)), *graph.reference_quads()]
    data = rdf.to_bytes(quads, "ntriples")
    work = getattr(shacl, name)
    results = work(data)
    found = []
    for _ in range(runs):
        used, _ = clock(work, data, collector=True)
        found.append({"wall": used.wall, "cpu": used.cpu})
    peak = peak_mib()
    faulty = b"\n".join(line for line in data.split(b"\n") if not _is_title_of_item(line))
    return {
        "runs": found,
        "peak_mib": peak,
        "results": len(results),
        "results_faulty": len(work(faulty)),
    }


def _is_title_of_item(line: bytes) -> bool:
    subject, predicate = line.split(b" ", 2)[:2] if line else (b"", b"")
    return b"/id/item/" in subject and predicate == b"<http://purl.org/dc/terms/title>"
