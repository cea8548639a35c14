"""Weights and thresholds of the alignment, from simulated lists whose truth is known.

    python benchmarks/calibration.py [--write]

prints the last part of data/reference/alignment.yaml, or puts it there. Each of the two models (an
item and an item, an item and a concept) is a logistic regression on the evidence of the candidates
(`dutygraph.align.evidence`), with a small penalty on the squares of the weights. Weights that must
not be of one sign are bounded at 0, and those that would lean on habits of the simulator are capped
(`CAPS`): how often it moves a duty to another list, gives it another category or other departments, and
how alike it words the duties of two towns. Half of the towns fit the weights; with the other half the
confidence is calibrated on the pairs that the one-to-one assignment chooses (Platt 1999,
"Probabilistic outputs for support vector machines").

The towns have titles reworded at several rates, and in some corpora reworded again and again with
clauses left out (`worded_again`), because people reword more freely than one step of the simulator.
Items that were merged or divided take no part, and no faults are planted. The seeds are not those by which
benchmarks/alignment.py scores.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import Final

import numpy as np
from measure import ROOT
from numpy.typing import NDArray
from scipy.optimize import minimize

from dutygraph.align.entries import Entry, Identity, by_edition, entries
from dutygraph.align.evidence import label_of, profile
from dutygraph.align.links import is_same_title
from dutygraph.align.matching import Candidates, assign, compare
from dutygraph.align.settings import EVIDENCE, Model, settings
from dutygraph.align.wording import most_common
from dutygraph.simulate import Rates, simulate
from dutygraph.simulate.wording import reworded_title
from dutygraph.table import Table

Numbers = NDArray[np.float64]

SEEDS: Final = (101, 102, 103, 104, 105, 106)
"""Seeds of the corpora for calibration; none of them scores."""
PENALTY: Final = 1e-5
CAPS: Final[Mapping[str, tuple[float, float]]] = {
    "same_title": (6.0, np.inf),
    "list": (0.0, 1.0),
    "category": (0.0, 0.6),
    "departments": (0.0, 1.0),
    "duties": (0.0, 3.0),
    "duties_known": (-1.0, 1.0),
    "conflict": (-np.inf, -6.0),
    "strange": (-np.inf, 0.0),
}
"""Bounds of weights; those that are not named are 0 or more. Equal titles must be enough, also where the
other titles of a concept are unlike; contradictions must weigh more than the simulator teaches."""
_START: Final = -3.0
"""Log-odds from which a pair may be chosen while the confidence is calibrated."""
_SURE: Final = 3.0
"""Log-odds up to which pairs calibrate: the many that are sure would hide how the others are."""
_SAME_TITLE: Final = 1_000.0


@dataclass(frozen=True, slots=True)
class World:
    """Simulated lists with their truth.

    Attributes:
        tables: tables of the saved queries.
        concepts: concepts of each item; several where duties were merged.
        whole: by the part of a divided duty, the duty.
    """

    tables: Mapping[str, Table]
    concepts: Mapping[Identity, frozenset[str]]
    whole: Mapping[str, str]

    def wide(self, item: Identity) -> frozenset[str]:
        """Concepts of an item, and the duties that they are parts of."""
        own = self.concepts[item]
        return own | {self.whole[part] for part in own if part in self.whole}

    def is_whole(self, item: Identity) -> bool:
        """Whether an item is one duty that was neither merged nor divided."""
        own = self.concepts[item]
        return len(own) == 1 and not own & self.whole.keys()

    def entries(self) -> list[Entry]:
        """The items."""
        names = ("departments", "duties", "reclaimed")
        others = {name: self.tables[name] for name in names}
        return entries(self.tables["items"], **others)


def world(towns: int, seed: int, *, again: float = 0.0, editions: int = 1, **rates: float) -> World:
    """Simulated lists with their truth.

    Args:
        towns: number of towns.
        seed: seed of the simulator.
        again: chance that a title is reworded again and again (`worded_again`).
        editions: of each town.
        **rates: rates of the simulator that are not its own.
    """
    corpus = simulate(towns=towns, seed=seed, editions=editions, rates=Rates(faults=0.0, **rates))
    tables = dict(corpus.tables())
    if again:
        tables["items"] = worded_again(tables["items"], seed, again)
    truth = {
        (str(r["division"]), str(r["edition"]), str(r["list"]), str(r["key"])): frozenset(
            str(r["concept"]).split()
        )
        for r in corpus.truth_table("items")
    }
    whole = {
        str(row["concept"]): str(row["broader"])
        for row in corpus.truth_table("concepts")
        if row["broader"]
    }
    return World(tables, truth, whole)


def worded_again(items: Table, seed: int, share: float) -> Table:
    """Titles reworded two to four times more, three in ten of them without one clause.

    Args:
        items: table of the saved query ``items``.
        seed: start of the random numbers.
        share: chance that a title is.
    """
    names = ("division", "edition", "list", "key")
    where = [items.column_names.index(name) for name in names]
    place = items.column_names.index("title")
    rows = []
    for row in items.rows:
        # A simulation, no secret.
        random = Random(f"{seed}/" + "/".join(str(row[n]) for n in where))  # noqa: S311
        title = str(row[place])
        if random.random() < share:
            for _ in range(random.randint(2, 4)):
                title = reworded_title(title, random)
            clauses = title.split("，")
            if len(clauses) > 1 and random.random() < 0.3:
                clauses.pop(random.randrange(len(clauses)))
                title = "，".join(clauses)
        rows.append((*row[:place], title, *row[place + 1 :]))
    return Table(items.name, items.columns, rows)


# what is learnt from


@dataclass(frozen=True, slots=True)
class Compared:
    """Candidates of two sides, and which of them are the same duty.

    Attributes:
        found: the candidates.
        same: 1, 0, or NaN where an item was merged or divided.
        titles: whether the titles are the same.
    """

    found: Candidates
    same: Numbers
    titles: NDArray[np.bool_]


def pairs_of(some: World) -> Iterator[Compared]:
    """Every two lists."""
    lists = list(by_edition(some.entries()).values())
    for number, a in enumerate(lists):
        for b in lists[number + 1 :]:
            both = profile([*a, *b])
            left, right = both.rows(range(len(a))), both.rows(range(len(a), len(both)))
            found = compare(left, right, settings().pair, both_ways=True)
            chosen = list(zip(found.rows.tolist(), found.columns.tolist(), strict=True))
            same = [_same(some, a[row], [b[column]]) for row, column in chosen]
            titles = [is_same_title(a[r].title_key, b[c].title_key) for r, c in chosen]
            yield Compared(found, np.array(same), np.array(titles, dtype=bool))


def concepts_of(some: World) -> Iterator[Compared]:
    """Each list and the true concepts, without what the list itself says."""
    found_items = some.entries()
    everything = profile(found_items)
    rows = {entry.identity: row for row, entry in enumerate(found_items)}
    for own in by_edition(found_items).values():
        members: dict[frozenset[str], list[int]] = {}
        for row, entry in enumerate(found_items):
            if entry.of_edition != own[0].of_edition:
                members.setdefault(some.concepts[entry.identity], []).append(row)
        groups = list(members.values())
        titles = [most_common(found_items[row].title for row in group) for group in groups]
        others = everything.gather(groups, [label_of(title) for title in titles])
        items = everything.rows([rows[entry.identity] for entry in own])
        found = compare(items, others, settings().concept)
        chosen = list(zip(found.rows.tolist(), found.columns.tolist(), strict=True))
        same = [
            _same(some, own[row], [found_items[member] for member in groups[column][:1]])
            for row, column in chosen
        ]
        keys = [{found_items[row].title_key for row in group} for group in groups]
        equal = [own[row].title_key in keys[column] for row, column in chosen]
        yield Compared(found, np.array(same), np.array(equal, dtype=bool))


def _same(some: World, item: Entry, others: Sequence[Entry]) -> float:
    a, b = item.identity, others[0].identity
    if some.concepts[a] == some.concepts[b]:
        return 1.0
    return float("nan") if some.wide(a) & some.wide(b) else 0.0


# fitting


def fit(parts: Sequence[Compared]) -> tuple[float, Numbers]:
    """Intercept and weights."""
    evidence = np.vstack([part.found.evidence for part in parts])
    same = np.concatenate([part.same for part in parts])
    known = ~np.isnan(same)
    table = np.hstack([np.ones((int(known.sum()), 1)), evidence[known]])
    wanted = same[known]

    def loss(values: Numbers) -> tuple[float, Numbers]:
        odds = table @ values
        chance = 1.0 / (1.0 + np.exp(-odds))
        cost = np.logaddexp(0.0, odds) - wanted * odds
        slope = table.T @ (chance - wanted) / len(wanted)
        slope[1:] += 2 * PENALTY * values[1:]
        return float(cost.mean() + PENALTY * (values[1:] ** 2).sum()), slope

    bounds = [(None, None), *(CAPS.get(name, (0.0, np.inf)) for name in EVIDENCE)]
    found = minimize(loss, np.zeros(table.shape[1]), jac=True, method="L-BFGS-B", bounds=bounds)
    return float(found.x[0]), found.x[1:]


def chosen_pairs(
    parts: Sequence[Compared], intercept: float, weights: Numbers
) -> tuple[Numbers, Numbers]:
    """Log-odds and truth of the pairs with different titles that the assignment chooses."""
    odds, truth = [], []
    for part in parts:
        value = intercept + part.found.evidence @ weights
        worth = value - _START + _SAME_TITLE * part.titles
        for place in assign(part.found.rows, part.found.columns, worth):
            if not part.titles[place] and not np.isnan(part.same[place]):
                odds.append(value[place])
                truth.append(part.same[place])
    return np.array(odds), np.array(truth)


def calibrate(odds: Numbers, truth: Numbers) -> tuple[float, float]:
    """Offset and slope of the confidence."""
    doubtful = odds <= _SURE
    odds, truth = odds[doubtful], truth[doubtful]

    def loss(values: Numbers) -> float:
        scaled = values[0] + values[1] * odds
        return float((np.logaddexp(0.0, scaled) - truth * scaled).mean())

    found = minimize(
        loss, np.array([0.0, 1.0]), method="L-BFGS-B", bounds=[(None, None), (0.05, 5)]
    )
    return float(found.x[0]), float(found.x[1])


def model_of(first: Sequence[Compared], second: Sequence[Compared], now: Model) -> Model:
    """A model whose weights fit some corpora and whose confidence is calibrated on others."""
    intercept, weights = fit(first)
    weights = np.round(weights, 2)
    intercept = round(intercept, 2)
    offset, slope = calibrate(*chosen_pairs(second, intercept, weights))
    return Model(
        intercept,
        tuple(weights.tolist()),
        round(offset, 2),
        round(slope, 2),
        now.accept,
        now.review,
    )


def pair_model() -> Model:
    """Model of an item and an item."""
    halves: list[list[Compared]] = [[], []]
    for number, half in enumerate(halves):
        for seed, rate in zip(SEEDS[number * 3 :], (0.2, 0.45, 0.8), strict=False):
            half += pairs_of(world(8, seed, reworded_titles=rate))
            half += pairs_of(world(6, seed + 10, again=rate))
    return model_of(halves[0], halves[1], settings().pair)


def concept_model() -> Model:
    """Model of an item and a concept."""
    halves: list[list[Compared]] = [[], []]
    for number, half in enumerate(halves):
        for seed, towns in zip(SEEDS[number * 3 :], (3, 6, 24), strict=False):
            half += concepts_of(world(towns, seed + 20))
            half += concepts_of(world(towns, seed + 30, again=0.6))
    return model_of(halves[0], halves[1], settings().concept)


def as_yaml(pair: Model, concept: Model) -> str:
    """The models as they stand in data/reference/alignment.yaml."""
    out = []
    for name, model in (("pair", pair), ("concept", concept)):
        weights = ", ".join(
            f"{key}: {value:g}" for key, value in zip(EVIDENCE, model.weights, strict=True)
        )
        out.append(
            f"{name}:\n"
            f"  intercept: {model.intercept:g}\n"
            f"  weights: {{{weights}}}\n"
            f"  offset: {model.offset:g}\n"
            f"  slope: {model.slope:g}\n"
            f"  accept: {model.accept:g}\n"
            f"  review: {model.review:g}\n"
        )
    return "".join(out)


def main() -> int:
    parser = argparse.ArgumentParser(prog="calibration.py", description="Calibrate the alignment.")
    parser.add_argument("--write", action="store_true", help="write the reference file")
    given = parser.parse_args()
    text = as_yaml(pair_model(), concept_model())
    if not given.write:
        sys.stdout.write(text)
        return 0
    path = ROOT / "data" / "reference" / "alignment.yaml"
    before = path.read_text(encoding="utf-8")
    head, _, rest = before.partition("\npair:\n")
    tail = rest[rest.index("\nparts:") :]
    path.write_text(f"{head}\n{text}{tail.lstrip()}", encoding="utf-8")
    print(path)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
