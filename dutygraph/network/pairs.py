"""Departments that are responsible together: the one-mode projection of the items."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from itertools import combinations
from typing import Final

from dutygraph.network.editions import by_edition, names, table_of, town_names
from dutygraph.network.significance import (
    FALSE_DISCOVERY_RATE,
    configuration_model,
    false_discovery,
    hypergeometric,
    tail,
)
from dutygraph.table import Column, Table, Value

PAIR_COLUMNS: Final = (
    Column("department_a", zh="部门甲", en="department, the first in code-point order"),
    Column("department_b", zh="部门乙", en="the other department"),
    Column("items", "integer", "items", "共同事项数", "cooperative items that name both"),
    Column(
        "weight_newman",
        "decimal",
        "",
        "Newman 权重",
        "Σ 1/(|D(i)| − 1) over these items: an item of few departments ties them closer",
    ),
    Column(
        "p_value",
        "decimal",
        "0–1",
        "p 值",
        "chance of at least so many under the bipartite configuration model",
    ),
    Column(
        "q_value", "decimal", "0–1", "q 值", "the same after Benjamini–Hochberg, over all pairs"
    ),
    Column("significant", "boolean", "", "显著", "q_value ≤ 0.05"),
    Column(
        "weight_hypergeometric",
        "decimal",
        "",
        "超几何权重",
        "−log₁₀ of p_hypergeometric",
    ),
    Column(
        "p_hypergeometric",
        "decimal",
        "0–1",
        "超几何 p 值",
        "chance of at least so many, were each department's items drawn at random",
    ),
    Column(
        "expected", "decimal", "items", "期望共同事项数", "expected under the configuration model"
    ),
    Column("item_keys", zh="事项序号", en="keys of the items, joined by blanks"),
    Column(
        "p_least",
        "decimal",
        "0–1",
        "可达最小 p 值",
        "p_value, were all items of the department with fewer items common",
    ),
    Column(
        "within_reach",
        "boolean",
        "",
        "单凭自身可能显著",
        "p_least is small enough for the pair to be significant by itself",
    ),
)


def pair_table(items: Table) -> Table:
    """Departments that are named together by cooperative items, and whether that is chance.

    For a pair of departments a, b of one edition, with D(i) the departments that item i names:

    * items = |{i : a, b ∈ D(i)}|
    * weight_newman = Σ 1/(|D(i)| − 1) over these items. Source: Newman (2001), "Scientific
      collaboration networks. II", Physical Review E 64, 016132.
    * p_value: under the bipartite configuration model (see `significance.configuration_model`) the
      number of common items is a sum of independent events with P(a, i)·P(b, i). Source: Saracco,
      Straka, Di Clemente, Gabrielli, Caldarelli & Squartini (2017), "Inferring monopartite
      projections of bipartite networks", New Journal of Physics 19, 053022.
    * q_value: over all n(n − 1)/2 pairs of the n departments, those never named together included;
      significant where it is at most `significance.FALSE_DISCOVERY_RATE`
    * within_reach: p_least ≤ `significance.FALSE_DISCOVERY_RATE` / number of pairs. In a short list
      most pairs cannot become significant by themselves however many items they share (beside other
      significant pairs the limit is higher): the test is conservative,
      because the model keeps the numbers of departments of items only on average. By simulation it
      calls no pair of random networks significant (benchmarks/results/significance.md).
    * p_hypergeometric, weight_hypergeometric: see `significance.hypergeometric`; it knows how often
      each department is named, but not that some items name many departments

    Args:
        items: table of the saved query ``items``, of one or many towns.

    Returns:
        A row per edition and pair with at least one common item; the most items first, then the
        smallest p-value, then by name. No rows for an empty table.

    Raises:
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    towns = town_names(items)
    rows: list[tuple[Value, ...]] = []
    for edition, its_items in by_edition(items).items():
        named = {
            str(row["key"]): sorted(names(row["departments"]))
            for row in its_items
            if row["list"] == "cooperative"
        }
        rows += [(*row, towns[edition], *edition) for row in _pairs(named)]
    return table_of("department-pairs", PAIR_COLUMNS, rows)


def _pairs(named: Mapping[str, Sequence[str]]) -> list[tuple[Value, ...]]:
    """The rows of one edition, from the departments of each item."""
    used = {key: departments for key, departments in named.items() if departments}
    departments = sorted({name for each in used.values() for name in each})
    together: dict[tuple[str, str], list[str]] = defaultdict(list)
    for key, each in used.items():
        for pair in combinations(each, 2):
            together[pair].append(key)
    if not together:
        return []
    place = {name: number for number, name in enumerate(departments)}
    incidence = [[0] * len(used) for _ in departments]
    for column, each in enumerate(used.values()):
        for name in each:
            incidence[place[name]][column] = 1
    model = configuration_model(incidence)
    chance = {pair: model[place[pair[0]]] * model[place[pair[1]]] for pair in together}
    degree = {name: sum(incidence[number]) for name, number in place.items()}
    # The model depends on the degrees alone, so pairs of the same degrees share their p-values.
    known: dict[tuple[int, int, int], float] = {}

    def p_of(pair: tuple[str, str], count: int) -> float:
        low, high = sorted((degree[pair[0]], degree[pair[1]]))
        if (low, high, count) not in known:
            known[low, high, count] = tail(list(chance[pair]), count)
        return known[low, high, count]

    p_values = {pair: p_of(pair, len(keys)) for pair, keys in together.items()}
    tests = len(departments) * (len(departments) - 1) // 2
    q_values = false_discovery(p_values, tests)
    out: list[tuple[Value, ...]] = []
    for pair in sorted(together, key=lambda p: (-len(together[p]), p_values[p], p)):
        keys = together[pair]
        p_least = p_of(pair, min(degree[pair[0]], degree[pair[1]]))
        p_random, weight = hypergeometric(len(used), degree[pair[0]], degree[pair[1]], len(keys))
        out.append(
            (
                *pair,
                len(keys),
                math.fsum(1 / (len(used[key]) - 1) for key in keys),
                p_values[pair],
                q_values[pair],
                q_values[pair] <= FALSE_DISCOVERY_RATE,
                weight,
                p_random,
                math.fsum(chance[pair]),
                " ".join(keys),
                p_least,
                p_least <= FALSE_DISCOVERY_RATE / tests,
            )
        )
    return out
