"""Reading documents and making their graphs, edition by edition.

Measured: CPU seconds of the three stages of `dutygraph build`: reading and parsing
(`build.read_source`: bytes to `DutyList`), quads (`graph.quads`), and TriG text (`rdf.to_bytes`).
"Document to quads" is the sum of the first two. Peak memory is that of the whole process, with each
edition dropped once it is done, and with all of them kept (`list(build.read_editions(...))`, which is
what `dutygraph build` does before it writes anything).

How: 1, 10 and 100 copies of the real document, given different editions, each number in fresh
processes. The first edition of a process also pays for loading the reference data and compiling
its patterns, but not for importing modules. The bounded text caches of the package are emptied
before each copy, as if every text were new; one row leaves them filled. The truth for different
documents of one county is between the two, since they share names and phrases. The garbage
collector is on, as in real use, and what was left over is collected before each stage.
"""

from __future__ import annotations

from typing import Any, Final

from measure import Aim, Settings, Table, Topic, clock, empty_text_caches, fresh, median, peak_mib

TITLE = "Reading and graph"

AIM_SECONDS: Final = 0.25
"""CPU seconds from a document to its quads."""


def measure(settings: Settings) -> Topic:
    numbers = (1, settings.pick(10, 2), settings.pick(100, 4))
    processes = (settings.pick(7, 2), settings.pick(3, 1), 1)
    raw: dict[str, Any] = {}
    times: list[list[Any]] = []
    firsts: list[dict[str, float]] = []
    for number, runs in zip(numbers, processes, strict=True):
        found = [fresh("reading", "read", number=number) for _ in range(runs)]
        raw[f"{number} copies"] = found
        firsts += [one["editions"][0] for one in found]
        # The first edition has a row of its own.
        rest = [edition for one in found for edition in one["editions"][1:]]
        if rest:
            times.append([f"{number} copies, each after the first", *_stages(rest)])
    number = numbers[1]
    filled = fresh("reading", "read", number=number, new_texts=False)
    raw[f"{number} copies, text caches filled"] = filled
    times.append([f"{number} copies, text caches filled", *_stages(filled["editions"][1:])])
    times.insert(0, ["first of a process", *_stages(firsts)])

    memory = []
    for number in numbers:
        dropped = raw[f"{number} copies"][0]
        kept = fresh("reading", "read_all", number=number)
        raw[f"{number} copies kept"] = kept
        memory.append(
            [
                number,
                dropped["before_mib"],
                dropped["peak_mib"],
                kept["peak_mib"],
                kept["cpu"] / number,
            ]
        )

    size = raw[f"{numbers[0]} copies"][0]
    many = times[-2]
    return Topic(
        tables=[
            Table(
                "CPU seconds per edition (medians)",
                ("Edition", "Timed", "Read, parse", "Quads", "Document to quads", "TriG text"),
                times,
                f"One edition has {size['quads']:,} quads and {size['bytes']:,} bytes of TriG.",
            ),
            Table(
                "Peak memory in MiB",
                (
                    "Editions",
                    "Modules imported",
                    "Each edition dropped",
                    "All editions kept",
                    "CPU seconds per edition, all kept",
                ),
                memory,
                "The CPU seconds are those of one run, document to quads, with text caches filled "
                "and with what the garbage collector spends on all that is kept.",
            ),
        ],
        aims=[
            Aim("document to quads, first edition of a process", AIM_SECONDS, times[0][4], "s CPU"),
            Aim(f"document to quads, {many[0]}", AIM_SECONDS, many[4], "s CPU"),
        ],
        raw=raw,
    )


def _stages(editions: list[dict[str, float]]) -> list[float]:
    def middle(*stages: str) -> float:
        return median([sum(edition[stage] for stage in stages) for edition in editions])

    return [
        len(editions),
        middle("read"),
        middle("quads"),
        middle("read", "quads"),
        middle("trig"),
    ]


def read(number: int, *, new_texts: bool = True) -> dict[str, Any]:
    """Read copies of the document one after the other; to be called in a fresh process.

    Args:
        number: of copies.
        new_texts: empty the text caches before each copy.
    """
    from editions import copies

    from dutygraph import build, graph, rdf

    before = peak_mib()
    editions = []
    size: dict[str, int] = {}
    for source in copies(number):
        if new_texts:
            empty_text_caches()
        reading, duty_list = clock(build.read_source, source, collector=True)
        building, quads = clock(graph.quads, duty_list, collector=True)
        writing, data = clock(rdf.to_bytes, quads, collector=True)
        editions.append({"read": reading.cpu, "quads": building.cpu, "trig": writing.cpu})
        size = {"quads": len(quads), "bytes": len(data)}
        del duty_list, quads, data  # they must not outlive their turn
    return {"editions": editions, "before_mib": before, "peak_mib": peak_mib(), **size}


def read_all(number: int) -> dict[str, Any]:
    """Read copies of the document and keep them all; to be called in a fresh process."""
    from editions import copies

    from dutygraph import build

    sources = list(copies(number))
    used, _ = clock(lambda: list(build.read_editions(sources)), collector=True)
    return {"cpu": used.cpu, "peak_mib": peak_mib()}
