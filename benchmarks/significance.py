"""Ties between departments: whether planted ones are found, and none where all is chance.

Measured on random networks of departments and items: how often the test of `pairs.pair_table`
(bipartite configuration model, Benjamini–Hochberg over all pairs, 5 %) calls a pair significant
where nothing but the degrees ties departments together; how many planted ties it finds, and which
part of what it finds is false; and what the real document could have shown at all.

How: the random networks keep all degrees of the network that they come from (curveball trades,
`nestedness.null_matrices`). That is the real document, or a simulated one whose item sizes are
drawn from a list and whose departments have log-normal weights. Every fourth matrix is used, 20
trades per department after the one before. In such a network every pair is chance, so the false
discovery rate is the part of draws with any significant pair. The last rows draw each cell on its
own, with the probabilities of the model of the real document; there the degrees vary, and the model
is fitted anew.

Ties are planted between five disjoint pairs of departments (three with the real degrees). Items of
two or more departments get both departments of the pair for two of their own, each in exchange for
another of its items, so that all degrees stay. No other pair gains by it, so every other pair that
is called significant counts as false, also where one of its departments is a planted one. Power is
the part of the planted pairs that is found; the false part is the mean over the draws of false
among all significant pairs (0 where there are none).

The configuration model depends on the degrees alone, so it is solved once per network, and a
p-value is kept for each pair of degrees and number of common items; the first draw of each network
is held against `pairs.pair_table`. Two other tests judge the same draws with the same correction:
the hypergeometric one, which does not know the sizes of items, and one that is not part of
dutygraph: it keeps the sizes of items exactly and the degrees of departments on average
(conditional Bernoulli distribution: Chen, Dempster & Liu 1994, "Weighted finite population
sampling to maximize entropy", Biometrika 81).

Run on its own: `python benchmarks/significance.py [--quick] [-o FOLDER]`.
"""

from __future__ import annotations

import argparse
import datetime
import json
import sys
import time
from collections.abc import Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, Final

import machine
import numpy as np
import pages
from chance import (
    CONFIGURATION,
    HYPERGEOMETRIC,
    SEED,
    TESTS,
    Cells,
    Counts,
    Judge,
    Network,
    items_table,
    names_of,
    pair_of,
    plant,
    planted_pairs,
    simulated,
)
from measure import HERE, ROOT, Aim, Settings, Table, Topic, Value
from numpy.typing import NDArray
from scipy.stats import binomtest

from dutygraph.network import significance as tested
from dutygraph.network.editions import names
from dutygraph.network.nestedness import null_matrices
from dutygraph.network.pairs import pair_table
from dutygraph.query import run
from dutygraph.store import open_packaged

TITLE = "Significant ties between departments"

AIM: Final = tested.FALSE_DISCOVERY_RATE
_LIKE_REAL: Final = (1,) * 74 + (2,) * 13 + (3,) * 9 + (4,) * 3 + (5, 6, 8)
"""Sizes of the items of the real document; the others are named in `_networks`."""
_SINGLY: Final = "real, cells drawn singly"
_SHOWN: Final = (("公安局", "市场监督管理局"), ("人力资源和社会保障局", "县委组织部"))


def measure(settings: Settings) -> Topic:
    real, departments = real_document()
    networks = _networks(real, settings)
    null: list[list[Value]] = []
    spread: list[list[Value]] = []
    planted: list[list[Value]] = []
    any_part, false_part = [], []  # of the test of the package
    for network in networks:
        judge = Judge(network.cells)
        judge.check(next(network.null(1, SEED)))
        counts = judge.count(network.null(network.draws, SEED))
        any_part.append(counts.any_part(CONFIGURATION))
        null += [_null_row(network.name, test, counts) for test in TESTS]
        spread += [_spread_row(network.name, test, counts) for test in TESTS]
        for number in network.planted:
            row, false = _planted_row(network, judge, number, settings.pick(100, 4))
            planted.append(row)
            false_part.append(false)
        print(f"  {network.name}", file=sys.stderr, flush=True)
    counts = _independent_cells(real, settings.pick(200, 4))
    any_part.append(counts.any_part(CONFIGURATION))
    for test in (CONFIGURATION, HYPERGEOMETRIC):
        null.append(_null_row(_SINGLY, test, counts))
        spread.append(_spread_row(_SINGLY, test, counts))
    return Topic(
        tables=[
            Table(
                "Networks",
                ("Network", "Departments", "Items", "Items of one department", "Degrees"),
                [_network_row(network) for network in networks],
            ),
            Table(
                "Where all is chance: draws with a significant pair",
                ("Network", "Test", "Draws", "Part of draws", "95 % at most", "False pairs, mean"),
                null,
                "95 % at most: upper end of the one-sided Clopper–Pearson interval.",
            ),
            Table(
                "Where all is chance: part of all pairs with a p-value of at most",
                ("Network", "Test", "0.05", "0.01", "0.001", "0.0001"),
                spread,
                "More than the limit itself: the test is wrong. Far less: it misses ties.",
            ),
            Table(
                "Planted ties: part that is found (power), and false part of what is found",
                (
                    "Network",
                    "Items of the planted departments",
                    "Common items planted",
                    "Common items, mean",
                    *(f"{what}, {name}" for name in TESTS for what in ("Found", "False")),
                ),
                planted,
            ),
            *_real_tables(real, departments, settings),
        ],
        aims=[
            Aim(
                "chance: draws with a significant pair, worst network", AIM, max(any_part), "of all"
            ),
            Aim("planted ties: false part, worst row", AIM, max(false_part), "of those found"),
        ],
    )


def real_document() -> tuple[Cells, list[str]]:
    """The cooperative items of the packaged document: cells, names of the departments."""
    with open_packaged() as store:
        items = run(store, "items")
    each = [names(row["departments"]) for row in items if row["list"] == "cooperative"]
    departments = sorted({name for named in each for name in named})
    return np.array([[d in named for named in each] for d in departments]), departments


def _networks(real: Cells, settings: Settings) -> list[Network]:
    some, many = settings.pick(500, 10), settings.pick(1000, 20)
    more = (2, 3, 4, 5, 6, 7)
    wide = (*(1, 2) * 4, 8, 12)
    return [
        Network("real degrees", real, many, more, pairs=3),
        Network("40 × 340", simulated(40, 340, _LIKE_REAL, 1.0), many, more),
        Network("60 × 1000", simulated(60, 1000, _LIKE_REAL, 1.2), some, more),
        Network("40 × 102, items of 2–6", simulated(40, 102, range(2, 7), 0.8), some, more),
        Network("20 × 400, some items of 8 or 12", simulated(20, 400, wide, 1.0), some),
    ]


def _independent_cells(real: Cells, draws: int) -> Counts:
    """Draws from the configuration model itself, judged by the package from the items on."""
    model = tested.configuration_model(real.astype(int).tolist())
    random = np.random.default_rng(SEED)
    counts = Counts(len(real) * (len(real) - 1) // 2)
    for _ in range(draws):
        cells = random.random(model.shape) < model
        rows = list(pair_table(items_table(cells)))
        used = int(cells.any(axis=1).sum())
        by_test = {
            test: {pair_of(row): float(row[column] or 0) for row in rows}
            for test, column in ((CONFIGURATION, "p_value"), (HYPERGEOMETRIC, "p_hypergeometric"))
        }
        q_values = tested.false_discovery(by_test[HYPERGEOMETRIC], used * (used - 1) // 2)
        counts.add(
            CONFIGURATION,
            by_test[CONFIGURATION],
            {pair_of(row) for row in rows if row["significant"]},
        )
        counts.add(
            HYPERGEOMETRIC,
            by_test[HYPERGEOMETRIC],
            {pair for pair, q in q_values.items() if q <= AIM},
        )
    return counts


def _planted_row(
    network: Network, judge: Judge, common: int, draws: int
) -> tuple[list[Value], float]:
    """A row of the table, and the false part of the configuration model."""
    pairs = planted_pairs(judge.degrees, network.pairs)
    true = {names_of((min(pair), max(pair))) for pair in pairs}
    random = np.random.default_rng(SEED)
    power: dict[str, list[float]] = {test: [] for test in TESTS}
    false: dict[str, list[float]] = {test: [] for test in TESTS}
    together = []
    for drawn in network.null(draws, SEED + 1):
        cells = plant(drawn, pairs, common, random)
        together += [int((cells[a] & cells[b]).sum()) for a, b in pairs]
        for test in TESTS:
            found = judge.significant(judge.p_values(cells, test))
            power[test].append(len(found & true) / len(true))
            false[test].append(len(found - true) / max(1, len(found)))
    degrees = "–".join(str(sorted(judge.degrees[list(sum(pairs, ()))])[each]) for each in (0, -1))
    figures = [float(np.mean(part[test])) for test in TESTS for part in (power, false)]
    row: list[Value] = [network.name, degrees, common, float(np.mean(together)), *figures]
    return row, float(np.mean(false[CONFIGURATION]))


def _network_row(network: Network) -> list[Value]:
    degrees = sorted(int(each) for each in network.cells.sum(axis=1))
    alone = int((network.cells.sum(axis=0) == 1).sum())
    middle = degrees[len(degrees) // 2]
    span = f"{degrees[0]}–{degrees[-1]}, median {middle}"
    return [network.name, *network.cells.shape, alone, span]


def _null_row(name: str, test: str, counts: Counts) -> list[Value]:
    draws = len(counts.significant[test])
    hits = sum(number > 0 for number in counts.significant[test])
    high = float(binomtest(hits, draws).proportion_ci(0.90).high)  # one-sided 95 %
    mean = float(np.mean(counts.significant[test]))
    return [name, test, draws, counts.any_part(test), high, mean]


def _spread_row(name: str, test: str, counts: Counts) -> list[Value]:
    return [name, test, *(f"{part:.1e}" for part in counts.small(test))]


def _real_tables(real: Cells, departments: Sequence[str], settings: Settings) -> list[Table]:
    """What the real document could have shown."""
    judge = Judge(real)
    draws = settings.pick(10_000, 100)
    place = {name: number for number, name in enumerate(departments)}
    shown = [(place[first], place[second]) for first, second in _SHOWN]
    common = _common(real)
    total, as_many = np.zeros(common.shape), np.zeros(common.shape)
    for cells in null_matrices(real, draws, SEED + 2):
        drawn = _common(cells)
        total += drawn
        as_many += drawn >= common
    needs: list[list[Value]] = []
    for pair in shown:
        head: list[Value] = [
            "–".join(departments[each] for each in pair),
            "、".join(str(judge.degrees[each]) for each in pair),
            int(common[pair]),
        ]
        for test in TESTS:
            p_value = judge.p_value(test, pair, int(common[pair]))
            needed = _enough(judge, test, pair)
            needs.append(
                [*head, test, _expected(judge, test, pair), f"{p_value:.1e}", str(needed or "none")]
            )
        p_value = (as_many[pair] + 1) / (draws + 1)
        mean = float(total[pair] / draws)
        needs.append([*head, "draws that keep all degrees", mean, f"{p_value:.1e}", "not asked"])
    upper = np.triu_indices(len(real), 1)
    return [
        Table(
            "Real document: common items, summed over all pairs",
            ("Where", "Common items"),
            [
                ["the document", float(common[upper].sum())],
                [f"{draws:,} draws that keep all degrees, mean", float(total[upper].sum() / draws)],
                *(
                    [f"{test}, expected", sum(_expected(judge, test, p) for p in judge.pairs)]
                    for test in TESTS
                ),
            ],
            "With all degrees kept the sum cannot change. The configuration model expects more, "
            "because it keeps the sizes of items on average only: an item of one department, which "
            "ties nobody, there names two at times.",
        ),
        Table(
            "Real document: what could be significant",
            ("Test", "Limit", "Smallest p", "Smallest q", "Pairs", "Pairs within reach"),
            [_reach_row(judge, test, real) for test in TESTS],
            "Limit: the p-value at which one pair alone is significant. Within reach: pairs that "
            "would be, had they as many common items as the lesser of the two has items.",
        ),
        Table(
            "Real document: how many common items a pair would need",
            ("Pair", "Items of each", "Common items", "Test", "Expected", "p", "Needed"),
            needs,
            "Needed: to be significant alone, with all degrees as they are; none: no number is "
            f"enough. The p of the draws is (1 + draws with as many) / (1 + {draws:,}).",
        ),
        _more_items(real, shown, departments),
    ]


def _common(cells: Cells) -> NDArray[np.int_]:
    ones = cells.astype(int)
    common: NDArray[np.int_] = ones @ ones.T
    return common


def _expected(judge: Judge, test: str, pair: tuple[int, int]) -> float:
    """Common items of a pair that a test expects."""
    if test == HYPERGEOMETRIC:
        return float(np.prod(judge.degrees[list(pair)]) / judge.items)
    return float(sum(judge.chances(test, pair)))


def _reach_row(judge: Judge, test: str, real: Cells) -> list[Value]:
    seen = judge.p_values(real, test)
    q_values = tested.false_discovery(seen, len(judge.pairs))
    return [
        test,
        f"{AIM / len(judge.pairs):.1e}",
        f"{min(seen.values()):.1e}",
        min(q_values.values()),
        len(judge.pairs),
        sum(_enough(judge, test, pair) is not None for pair in judge.pairs),
    ]


def _enough(judge: Judge, test: str, pair: tuple[int, int]) -> int | None:
    """Fewest common items with which a pair alone is significant; None where no number is."""
    limit = AIM / len(judge.pairs)
    most = int(min(judge.degrees[list(pair)]))
    return next((n for n in range(most + 1) if judge.p_value(test, pair, n) <= limit), None)


def _more_items(real: Cells, shown: Sequence[tuple[int, int]], departments: Sequence[str]) -> Table:
    """How many further items that name only the two would make the package call them significant."""
    rows: list[list[Value]] = []
    for pair in shown:
        cells, added = real, 0
        wanted = names_of((min(pair), max(pair)))
        while True:
            found = {pair_of(row): row for row in pair_table(items_table(cells))}[wanted]
            if found["significant"]:
                break
            item = np.zeros((len(real), 1), dtype=bool)
            item[list(pair)] = True
            cells, added = np.hstack([cells, item]), added + 1
        rows.append(["–".join(departments[e] for e in pair), added, found["items"]])
    return Table(
        "Real document: further items of a pair alone, until `pair_table` calls it significant",
        ("Pair", "Added items", "Common items then"),
        rows,
    )


def main() -> int:
    parser = argparse.ArgumentParser(description="Simulate the significance of ties.")
    parser.add_argument("--quick", action="store_true", help="few draws, to try the benchmark")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    usual = ROOT / "out" / "benchmarks" if given.quick else HERE / "results"
    folder: Path = given.output or usual
    state = machine.state()
    for package in ("numpy", "scipy", "bicm", "numba"):
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
    results = {"format": 1, "machine": machine.describe(), "topics": {"significance": topic}}
    text = pages.readme(results).replace(
        "Written by `python benchmarks/run.py`; the single figures are in results.json.",
        "Written by `python benchmarks/significance.py`; the figures are also in significance.json.",
    )
    folder.mkdir(parents=True, exist_ok=True)
    as_json = json.dumps(results, ensure_ascii=False, indent=1) + "\n"
    (folder / "significance.json").write_text(as_json, encoding="utf-8")
    (folder / "significance.md").write_text(text, encoding="utf-8")
    print(folder / "significance.md", f"({topic['seconds']:.0f} s)")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
