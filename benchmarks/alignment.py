"""Alignment: how well the same duty is found across simulated towns and editions.

Measured: pairs of two towns and of two editions, concepts over 100 towns (precision, recall, F1),
broader and narrower, whether the confidence is what it says, titles that were judged by eye, time and
peak memory.

How: `dutygraph simulate` with other seeds than those of the calibration (benchmarks/calibration.py);
the tables are the truth's own, so reading has no part in it. All titles at the default rate of
rewording and at others; “again” words six titles in ten two to four times more and leaves clauses
out. The peers are plain rapidfuzz (ratio) and plain TF-IDF cosine of folded titles, one to one, the
most alike first; each gets the threshold that is best for it on the very pairs that are scored, which
dutygraph does not. For concepts the peers keep that threshold and compare with the first title of a
concept. Truth is the simulator's: near neighbours that it holds apart are errors where they are
joined. The simulator words titles more alike than people do, so the figures say what the method can do
at these rates and not what it does on real lists; the hand-made titles show the difference.

Run on its own: `python benchmarks/alignment.py [--quick] [-o FOLDER]`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import machine
import numpy as np
import pages
import yaml
from agreement import (
    PEERS,
    Counts,
    Peer,
    count,
    greedy,
    grouped,
    leaders,
    part_of,
    there,
    titles,
    verdict,
)
from calibration import SEEDS, World, world
from measure import HERE, ROOT, Aim, Settings, Table, Topic, Value, fresh, peak_mib

from dutygraph import changes
from dutygraph.align.concepts import Alignment, align_concepts
from dutygraph.align.entries import Entry, by_edition, entries
from dutygraph.align.pairs import align_entries
from dutygraph.align.records import identity_of
from dutygraph.query import run
from dutygraph.store import open_packaged
from dutygraph.table import Table as ResultTable

TITLE: Final = "Alignment of the same duty"

PAIR_SEED: Final = 2001
EDITION_SEED: Final = 2002
CONCEPT_SEED: Final = 2003
TIME_SEED: Final = 2004
OTHER_RATES: Final = (0.2, 0.45, 0.8)
"""Rates of rewording; the second one is the simulator's own."""
_SAME: Final = ("exact", "reworded")
_PART: Final = ("broader", "narrower")
_BINS: Final = 10


def measure(settings: Settings) -> Topic:
    # First, while this process is small: a child's peak is never said to be less than its parent's.
    costs = [_cost(towns) for towns in ((2, 5) if settings.quick else (2, 30, 300))]
    worlds = list(_pair_worlds(settings))
    pairs, best, confidences, parts = _pairs(worlds)
    editions = _editions(settings)
    concepts, whole_f1 = _concepts(settings, best)
    curve = _curve(confidences)
    default = next(
        row for row in pairs if row[0] == _named(OTHER_RATES[1]) and row[1] == "dutygraph"
    )
    aims = [
        Aim("1 − F1 of pairs of two towns, default rates", 0.05, 1 - float(default[4] or 0), ""),
        Aim("1 − F1 (pairs) of concepts over many towns, default rates", 0.10, 1 - whole_f1, ""),
    ]
    aims.append(Aim("Peak memory, most towns", 2048.0, float(costs[-1][3] or 0), "MiB"))
    head = ("Titles", "Method", "Precision", "Recall", "F1", "Threshold")
    return Topic(
        tables=[
            Table("Pairs of two towns", head, pairs),
            Table("Pairs of two editions of a town", head[1:], editions),
            Table(
                "Concepts",
                ("Titles", "Items", "Method", "Measure", "Precision", "Recall", "F1"),
                concepts,
                "Whole: items that were neither merged nor divided. All: a merged item counts for the "
                "first of its concepts, a part for itself, so that no grouping can be fully right.",
            ),
            Table(
                "Merged and divided duties between two towns",
                ("Said", "Rows", "Right", "Other way round", "Same duty", "Another duty"),
                parts,
                "Another duty by the truth, though one title holds the other.",
            ),
            Table(
                "Confidence of pairs with different titles",
                ("From", "To", "Pairs", "Mean confidence", "Right"),
                curve,
                "![Confidence and share of right pairs](alignment.svg)",
            ),
            Table(
                "Titles judged by eye (tests/test_align_pairs.yaml)",
                ("Method", "Titles", "Same duty", "taken", "shown", "lost", "Other duty", "taken"),
                _judged(best),
                "Seen: 24 and 24 titles that were known while the word lists of "
                "data/reference/alignment.yaml were chosen. New: 8 and 8 that were written "
                "afterwards. Taken: said to be the same. Shown: uncertain, broader or narrower.",
            ),
            Table(
                "Cost",
                ("Towns", "Items", "Seconds", "Peak MiB", "Before, MiB", "Pair, seconds"),
                costs,
                "Seconds: `align_concepts`, in a process of its own. Before: with the tables "
                "alone. Pair: `align_pair` of two of the towns.",
            ),
        ],
        aims=aims,
        remarks=[
            "All figures are of simulated lists; no two real lists that could be aligned are known here."
        ],
        raw={"curve": curve},
    )


def _named(rate: float) -> str:
    return f"{rate:.0%} reworded" + (" (default)" if rate == OTHER_RATES[1] else "")


def _pair_worlds(settings: Settings) -> Iterator[tuple[str, World]]:
    towns = settings.pick(8, 3)
    for rate in OTHER_RATES:
        yield _named(rate), world(towns, PAIR_SEED, reworded_titles=rate)
    yield "again", world(towns, PAIR_SEED, again=0.6)
    yield "default, calibration's own seed", world(towns, SEEDS[0])


def _two_by_two(some: World) -> Iterator[tuple[list[Entry], list[Entry]]]:
    lists = list(by_edition(some.entries()).values())
    for number, a in enumerate(lists):
        for b in lists[number + 1 :]:
            yield a, b


def _pairs(
    worlds: Sequence[tuple[str, World]],
) -> tuple[list[list[Value]], dict[str, float], list[tuple[float, bool]], list[list[Value]]]:
    """Scores by rate; the peers' best thresholds; confidences; broader and narrower."""
    rows: list[list[Value]] = []
    best: dict[str, float] = {}
    confidences: list[tuple[float, bool]] = []
    said: dict[str, Counter[str]] = {name: Counter() for name in _PART}
    for name, some in worlds:
        ours = Counts()
        peers = {peer: Peer([], []) for peer in PEERS}
        scored = not name.endswith("own seed")
        for a, b in _two_by_two(some):
            links = align_entries(a, b)
            same = [link for link in links if link.relation in _SAME]
            count(some, ((a[x.a].identity, b[x.b].identity) for x in same), ours)
            ours.there += there(some, a, b)
            for link in links if scored else ():
                ends = a[link.a].identity, b[link.b].identity
                if link.relation in ("reworded", "uncertain"):
                    right = verdict(some, *ends)
                    if right is not None and link.confidence is not None:
                        confidences.append((link.confidence, right))
                elif link.relation in _PART:
                    truth = part_of(some, *ends) or ("same" if verdict(some, *ends) else "other")
                    said[link.relation][truth] += 1
            for peer, of in PEERS.items() if scored else ():
                peers[peer].add(some, a, b, of)
        rows.append([name, "dutygraph", ours.precision, ours.recall, ours.f1, None])
        for peer in PEERS if scored else ():
            least, counts = peers[peer].best()
            if name == _named(OTHER_RATES[1]):
                best[peer] = least
            rows.append([name, peer, counts.precision, counts.recall, counts.f1, least])
        print(f"  pairs, {name}: F1 {ours.f1:.4f}", file=sys.stderr, flush=True)
    turned = dict(zip(_PART, reversed(_PART), strict=True))
    parts: list[list[Value]] = [
        [name, n.total(), n[name], n[turned[name]], n["same"], n["other"]]
        for name, n in said.items()
    ]
    return rows, best, confidences, parts


def _editions(settings: Settings) -> list[list[Value]]:
    some = world(settings.pick(20, 3), EDITION_SEED, editions=2)
    ours = Counts()
    peers = {peer: Peer([], []) for peer in PEERS}
    names = ("departments", "duties", "reclaimed")
    found = entries(
        some.tables["items"],
        **{name: some.tables[name] for name in names},
        same_department=changes.successors(),
    )
    by_town: dict[str, list[list[Entry]]] = {}
    for (division, _), items in by_edition(found).items():
        by_town.setdefault(division, []).append(items)
    for a, b in by_town.values():
        same = [link for link in align_entries(a, b) if link.relation in _SAME]
        count(some, ((a[x.a].identity, b[x.b].identity) for x in same), ours)
        ours.there += there(some, a, b)
        for peer, of in PEERS.items():
            peers[peer].add(some, a, b, of)
    rows: list[list[Value]] = [["dutygraph", ours.precision, ours.recall, ours.f1, None]]
    for peer, found_pairs in peers.items():
        least, counts = found_pairs.best()
        rows.append([peer, counts.precision, counts.recall, counts.f1, least])
    return rows


def _concepts(settings: Settings, best: dict[str, float]) -> tuple[list[list[Value]], float]:
    rows: list[list[Value]] = []
    aim = 0.0
    for rate in OTHER_RATES:
        some = world(settings.pick(100, 5), CONCEPT_SEED, reworded_titles=rate)
        aligned = _aligned(some)
        ours = {
            identity_of(row): str(row["concept"])
            for row in aligned.mappings
            if row["relation"] in _SAME
        }
        lists = list(by_edition(some.entries()).values())
        methods = {"dutygraph": ours}
        if rate == OTHER_RATES[1]:
            methods |= {peer: leaders(lists, PEERS[peer], best[peer]) for peer in PEERS}
        truth = {item: min(own) for item, own in some.concepts.items()}
        whole = {item: own for item, own in truth.items() if some.is_whole(item)}
        for method, found in methods.items():
            for name, wanted in (("whole", whole), ("all", truth)):
                for measured, values in grouped(wanted, found).items():
                    rows.append([_named(rate), name, method, measured, *values])
                    if rate == OTHER_RATES[1] and (method, name, measured) == (
                        "dutygraph",
                        "whole",
                        "pairs",
                    ):
                        aim = values[2]
        print(f"  concepts, {_named(rate)}", file=sys.stderr, flush=True)
    return rows, aim


def _aligned(some: World) -> Alignment:
    return align_concepts(
        some.tables["items"],
        departments=some.tables["departments"],
        duties=some.tables["duties"],
        reclaimed=some.tables["reclaimed"],
    )


def _curve(confidences: Sequence[tuple[float, bool]]) -> list[list[Value]]:
    """Pairs in ten bins of their confidence: how many, how sure, how often right."""
    values = np.array([value for value, _ in confidences])
    right = np.array([float(is_right) for _, is_right in confidences])
    bins = np.minimum((values * _BINS).astype(int), _BINS - 1)
    rows: list[list[Value]] = []
    for number in range(_BINS):
        inside = bins == number
        some = int(inside.sum())
        rows.append(
            [
                number / _BINS,
                (number + 1) / _BINS,
                some,
                float(values[inside].mean()) if some else None,
                float(right[inside].mean()) if some else None,
            ]
        )
    return rows


def _judged(best: dict[str, float]) -> list[list[Value]]:
    """Titles beside items of the real list that were judged by eye."""
    sys.path.insert(0, str(ROOT / "tests"))
    from test_align_pairs import judged_lists

    with open_packaged() as store:
        names = ("items", "departments", "duties", "reclaimed")
        a, b = judged_lists({name: run(store, name) for name in names})
    text = (ROOT / "tests" / "test_align_pairs.yaml").read_text(encoding="utf-8")
    place = {(e.kind, e.number): number for number, e in enumerate(a)}
    cases = [(one, place[one["list"], one["number"]]) for one in yaml.safe_load(text)]
    links = align_entries(a, b)
    rows: list[list[Value]] = []
    verdicts: dict[str, dict[int, tuple[int, str]]] = {
        "dutygraph": {
            link.b: (link.a, "taken" if link.relation in _SAME else "shown") for link in links
        }
    }
    for peer, of in PEERS.items():
        pairs = greedy(of(titles(a), titles(b)), best[peer])
        verdicts[peer] = {column: (row, "taken") for row, column, _ in pairs}
    for method, found in verdicts.items():
        for name, new in (("seen", False), ("new", True)):
            counts: dict[bool, Counter[str]] = {True: Counter(), False: Counter()}
            for one, number in cases:
                if bool(one.get("new")) == new:
                    row, how = found.get(number, (-1, "lost"))
                    right_place = row == number or not one["same"]
                    counts[one["same"]][how if right_place else "lost"] += 1
            same, other = counts[True], counts[False]
            kinds = [same[how] for how in ("taken", "shown", "lost")]
            rows.append([method, name, same.total(), *kinds, other.total(), other["taken"]])
    return rows


def _cost(towns: int) -> list[Value]:
    found = fresh("alignment", "cost_of", towns=towns)
    print(f"  {towns} towns: {found['seconds']:.0f} s", file=sys.stderr, flush=True)
    return [towns, found["items"], found["seconds"], found["peak"], found["before"], found["pair"]]


def cost_of(towns: int) -> dict[str, float]:
    """Align some towns; what it took."""
    from dutygraph.align.pairs import align_pair

    some = world(towns, TIME_SEED)
    items: ResultTable = some.tables["items"]
    before = peak_mib()
    began = time.perf_counter()
    _aligned(some)
    seconds = time.perf_counter() - began
    peak = peak_mib()
    first, second = sorted({(str(r["division"]), str(r["edition"])) for r in items})[:2]
    others = {name: some.tables[name] for name in ("departments", "duties", "reclaimed")}
    began = time.perf_counter()
    align_pair(items, first, second, **others)
    pair = time.perf_counter() - began
    return {
        "items": len(items),
        "seconds": seconds,
        "peak": peak,
        "before": before,
        "pair": pair,
    }


def picture(curve: Sequence[Sequence[Value]]) -> str:
    """The confidence and how often it is right, as SVG."""
    import vl_convert

    points = [
        {"confidence": row[3], "right": row[4], "pairs": row[2]}
        for row in curve
        if row[3] is not None
    ]
    unit = {"domain": [0, 1]}
    axes = {
        "x": {
            "field": "confidence",
            "type": "quantitative",
            "scale": unit,
            "title": "mean confidence",
        },
        "y": {
            "field": "right",
            "type": "quantitative",
            "scale": unit,
            "title": "share of right pairs",
        },
    }
    spec = {
        "$schema": "https://vega.github.io/schema/vega-lite/v6.json",
        "width": 320,
        "height": 320,
        "layer": [
            {
                "data": {"values": [{"confidence": 0, "right": 0}, {"confidence": 1, "right": 1}]},
                "mark": {"type": "line", "color": "#9aa5b1", "strokeDash": [4, 4]},
                "encoding": axes,
            },
            {
                "data": {"values": points},
                "mark": {"type": "circle", "color": "#1f5f99", "size": 60, "opacity": 1},
                "encoding": axes,
            },
            {
                "data": {"values": points},
                "mark": {"type": "text", "dy": -10, "color": "#1c2430"},
                "encoding": {**axes, "text": {"field": "pairs", "format": ","}},
            },
        ],
    }
    drawn: str = vl_convert.vegalite_to_svg(json.dumps(spec))
    return drawn


def main() -> int:
    parser = argparse.ArgumentParser(description="Score the alignment of simulated lists.")
    parser.add_argument("--quick", action="store_true", help="few towns, to try the benchmark")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    usual = ROOT / "out" / "benchmarks" if given.quick else HERE / "results"
    folder: Path = given.output or usual
    state = machine.state()
    for package in ("numpy", "scipy", "scikit-learn", "rapidfuzz"):
        state["versions"][package] = metadata.version(package)
    began = time.perf_counter()
    found = measure(Settings(quick=given.quick))
    topic: dict[str, Any] = {
        "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
        "quick": given.quick,
        "full": False,
        "seconds": time.perf_counter() - began,
        "state": state,
        **found.as_json(),
    }
    results = {"format": 1, "machine": machine.describe(), "topics": {"alignment": topic}}
    text = pages.readme(results).replace(
        "Written by `python benchmarks/run.py`; the single figures are in results.json.",
        "Written by `python benchmarks/alignment.py`; the figures are also in alignment.json.",
    )
    folder.mkdir(parents=True, exist_ok=True)
    as_json = json.dumps(results, ensure_ascii=False, indent=1) + "\n"
    (folder / "alignment.json").write_text(as_json, encoding="utf-8")
    (folder / "alignment.md").write_text(text, encoding="utf-8")
    (folder / "alignment.svg").write_text(picture(found.raw["curve"]), encoding="utf-8")
    print(folder / "alignment.md", f"({topic['seconds']:.0f} s)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
