"""Measures across towns: what a department type is in one town and in all, and who stands out.

Departments of different counties are compared by their type, towns by their division code. A table
may hold many towns but one edition of each; `check_one_edition` refuses others.

Notation: t is a town, k a department type, x(t, k) the value of a measure of k in t.
"""

from __future__ import annotations

import hashlib
import math
import statistics
import warnings
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from dutygraph.errors import UsageError
from dutygraph.network.editions import EDITION_COLUMNS, Edition, edition_of, names, table_of
from dutygraph.network.extras import need
from dutygraph.network.load import LOAD_COLUMNS, lean
from dutygraph.table import Column, Table, Value

SEED: Final = 20_250_701
"""Start of the random numbers of the bootstrap and of the null model."""
RESAMPLES: Final = 2000
"""Resamples of the bootstrap."""
FEWEST_FOR_INTERVAL: Final = 8
"""Towns below which no bootstrap interval is given: of fewer, resampling tells too little."""
FEWEST_FOR_OUTLIERS: Final = 8
"""Towns below which no town is called outlying: of fewer, chance alone makes too many."""
FEWEST_ITEMS: Final = 3
"""Items of a type in a town below which its lean is not compared: it rests on too little."""
THRESHOLD: Final = 3.5
"""|z| above which a town is outlying (Iglewicz & Hoaglin)."""

# Differences that only come from the rounding of floating-point numbers are none.
_SAME: Final = 1e-12

_OF_LOAD: Final = {column.name: column for column in LOAD_COLUMNS}
_TYPE: Final = Column(
    "department_type", zh="部门类型", en="department type; of a department without one its own name"
)
_TYPE_EN: Final = _OF_LOAD["department_type_en"]
_SYSTEM: Final = _OF_LOAD["system"]

TYPE_COLUMNS: Final = (
    _TYPE,
    _TYPE_EN,
    _SYSTEM,
    Column("departments", "integer", "departments", "部门数", "departments of this type"),
    *(
        _OF_LOAD[name]
        for name in (
            "items items_fractional town_duties_fractional own_duties joint_duties "
            "unattributed_duties lean lean_low lean_high share taken_back net"
        ).split()
    ),
)
"""Columns of `type_load`, before `EDITION_COLUMNS`."""

SUMMARY_MEASURES: Final = tuple(
    "items items_fractional town_duties_fractional lean lean_low lean_high share taken_back".split()
)
"""Measures that `type_summary` sums up."""

SUMMARY_COLUMNS: Final = (
    _TYPE,
    _TYPE_EN,
    _SYSTEM,
    Column("measure", zh="指标", en="column of the type load that is summed up"),
    Column("towns", "integer", "towns", "乡镇数", "towns in which the type has a value"),
    Column("mean", "decimal", "", "均值", "mean over these towns"),
    Column("sd", "decimal", "", "标准差", "sample standard deviation over these towns"),
    Column("median", "decimal", "", "中位数", "median over these towns"),
    Column("low", "decimal", "", "均值下界", "lower end of the mean's 95 % interval"),
    Column("high", "decimal", "", "均值上界", "upper end of the mean's 95 % interval"),
    Column("unit", zh="单位", en="unit of the numbers of this row"),
)
"""Columns of `type_summary`."""

OUTLIER_COLUMNS: Final = (
    Column("measure", zh="指标", en="measure; lean:TYPE is the lean of a department type"),
    Column("value", "decimal", "", "数值", "value of the town"),
    Column("median", "decimal", "", "中位数", "median over the towns"),
    Column("z", "decimal", "", "稳健 z 值", "robust z-score of the town"),
    Column("outlying", "boolean", "", "异常", "|z| is above the threshold"),
    Column("unit", zh="单位", en="unit of value and median"),
    Column("zh", zh="指标名称", en="measure in Chinese"),
    Column("en", zh="指标名称（英文）", en="measure in English"),
)
"""Columns of `outliers`, before `EDITION_COLUMNS`."""

EDGE_COLUMNS: Final = (
    _TYPE,
    *(column for column in EDITION_COLUMNS if column.name == "division"),
    *(column for column in EDITION_COLUMNS if column.name == "town"),
    *(_OF_LOAD[name] for name in "items town_duties_fractional own_duties lean taken_back".split()),
    _TYPE_EN,
    _SYSTEM,
    *(column for column in EDITION_COLUMNS if column.name == "edition"),
)
"""Columns of `type_town_edges`."""


def check_one_edition(*tables: Table) -> None:
    """Refuse tables in which a town stands with several editions.

    Raises:
        UsageError: a town comes with more than one edition, so that it would count twice.
    """
    seen: dict[str, str] = {}
    for division, edition in dict.fromkeys(edition_of(row) for table in tables for row in table):
        if seen.setdefault(division, edition) != edition:
            raise UsageError(
                f"the town {division} stands in the table with the editions "
                f"{seen[division]} and {edition}",
                hint="keep one edition of each town",
            )


def _number(value: Value) -> float:
    """A cell that holds a number; 0 for an empty one."""
    return float(value or 0)


def _whole(rows: Iterable[Mapping[str, Value]], name: str) -> int:
    return round(math.fsum(_number(row[name]) for row in rows))


def type_load(load: Table, items: Table | None = None, duties: Table | None = None) -> Table:
    """How far each department type leans on each town: the department load summed up by type.

    A department whose type is not known stands for a type of its own, under its name. For a type k
    with the departments {d} in a town:

    * items_fractional, town_duties_fractional, own_duties, share: Σ over its departments
    * items, taken_back, joint_duties, unattributed_duties: an item or a duty that concerns two
      departments of the type counts once. That needs *items* and *duties*; without them these are
      sums too, and too large where two departments of one type share an item.
    * lean = town_duties_fractional / (town_duties_fractional + own_duties), of the sums; lean_low
      and lean_high with the joint and unattributed duties counted as its own, or not
    * net = items − taken_back

    Args:
        load: table of `dutygraph.network.load.department_load`, one edition of each town.
        items: table of the saved query ``items``, of the same towns; given together with *duties*.
        duties: table of ``duties``.

    Returns:
        A row per town and type, by town and then by town_duties_fractional, largest first. *lean*
        and its bounds are None where a type has neither town duties nor own duties, *share* where
        the town has no cooperative duties. No rows for an empty table.

    Raises:
        UsageError: a town stands with several editions, or only one of *items* and *duties* is
            given.
    """
    check_one_edition(load)
    if (items is None) != (duties is None):
        raise UsageError("type_load needs the items and the duties, or neither")
    kinds = {
        (edition_of(row), str(row["department"])): str(row["department_type"] or row["department"])
        for row in load
    }
    groups: dict[tuple[Edition, str], list[dict[str, Value]]] = defaultdict(list)
    for row in load:
        edition = edition_of(row)
        groups[edition, kinds[edition, str(row["department"])]].append(row)
    once = None if items is None or duties is None else _counted_once(kinds, items, duties)
    ranked = []
    for (edition, kind), rows in groups.items():
        sums = {
            name: once[edition, kind, name] if once is not None else _whole(rows, name)
            for name in ("items", "joint_duties", "unattributed_duties", "taken_back")
        }
        town, own = (
            math.fsum(_number(r["town_duties_fractional"]) for r in rows),
            _whole(rows, "own_duties"),
        )
        shares = [_number(row["share"]) for row in rows if row["share"] is not None]
        values: tuple[Value, ...] = (
            kind,
            _first(rows, "department_type_en"),
            _first(rows, "system"),
            len(rows),
            sums["items"],
            math.fsum(_number(row["items_fractional"]) for row in rows),
            town,
            own,
            sums["joint_duties"],
            sums["unattributed_duties"],
            lean(town, own),
            lean(town, own + sums["joint_duties"] + sums["unattributed_duties"]),
            lean(town, own),
            math.fsum(shares) if shares else None,
            sums["taken_back"],
            sums["items"] - sums["taken_back"],
            rows[0]["town"],
            *edition,
        )
        ranked.append(((edition, -town, -sums["items"], kind), values))
    ranked.sort(key=lambda pair: pair[0])
    return table_of("type-load", TYPE_COLUMNS, [values for _, values in ranked])


def _first(rows: Iterable[Mapping[str, Value]], name: str) -> str:
    """The first text of a column that is not empty."""
    return next((str(row[name]) for row in rows if row.get(name)), "")


def _counted_once(
    kinds: Mapping[tuple[Edition, str], str], items: Table, duties: Table
) -> Counter[tuple[Edition, str, str]]:
    """Items and duties by edition, type and measure, each counted once for a type."""
    counts: Counter[tuple[Edition, str, str]] = Counter()
    of_item: dict[tuple[Edition, str], set[str]] = {}
    for row in items:
        edition = edition_of(row)
        named = {
            kinds[edition, name] for name in names(row["departments"]) if (edition, name) in kinds
        }
        if row["list"] == "cooperative":
            of_item[edition, str(row["key"])] = named
            counts.update((edition, kind, "items") for kind in named)
        elif row["list"] == "reclaimed":
            counts.update((edition, kind, "taken_back") for kind in named)
    joint: set[tuple[Edition, str, str, Value]] = set()
    for row in duties:
        edition, key = edition_of(row), str(row["key"])
        if (edition, key) not in of_item:
            continue
        if row["party_kind"] == "unattributed":
            counts.update((edition, kind, "unattributed_duties") for kind in of_item[edition, key])
        elif row["attribution"] == "joint" and (edition, str(row["party"])) in kinds:
            joint.add((edition, kinds[edition, str(row["party"])], key, row["position"]))
    counts.update((edition, kind, "joint_duties") for edition, kind, _, _ in joint)
    return counts


def type_summary(types: Table, *, resamples: int = RESAMPLES, seed: int = SEED) -> Table:
    """What is usual for a department type: mean, spread and interval over the towns.

    Over the n towns in which a cooperative item names the type and the measure has a value; for
    taken_back over those in which it takes part in any way. A town that does not name the type is not
    counted as 0. The interval says how much the mean depends on which towns there are; what the
    documents leave open is in lean_low and lean_high:

    * mean = Σ x(t)/n; sd = √(Σ (x(t) − mean)²/(n − 1)); median
    * low, high: 95 % interval of the mean by the bias-corrected and accelerated bootstrap (BCa).
      Source: Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 14;
      `scipy.stats.bootstrap`.

    Every row draws its own random numbers, which follow from *seed*, type and measure: they do not
    depend on the order of the rows nor on what else the table holds.

    Args:
        types: table of `type_load`, one edition of each town.
        resamples: of the bootstrap, at least 1.
        seed: start of the random numbers.

    Returns:
        A row per type and measure of `SUMMARY_MEASURES`; types named by the most towns first, then
        by name. Numbers have the unit of their row. *sd* is None for fewer than 2 towns, *low* and
        *high* for fewer than `FEWEST_FOR_INTERVAL` (and where the resamples are too few to tell),
        all of them where no town has a value. Equal values give low = high = mean. No rows for an
        empty table.

    Raises:
        UsageError: a town stands with several editions, or *resamples* is less than 1.
        DutyGraphError: scipy is not installed.
    """
    check_one_edition(types)
    if resamples < 1:
        raise UsageError(f"{resamples} resamples are too few")
    groups: dict[str, list[dict[str, Value]]] = defaultdict(list)
    # In the order of the towns, so that the same towns give the same resamples.
    for row in sorted(types, key=edition_of):
        groups[str(row["department_type"])].append(row)
    out: list[tuple[Value, ...]] = []
    for kind in sorted(groups, key=lambda kind: (-len(groups[kind]), kind)):
        rows = groups[kind]
        for measure in SUMMARY_MEASURES:
            values = [
                _number(row[measure])
                for row in rows
                if row[measure] is not None and (row["items"] or measure == "taken_back")
            ]
            low, high = _interval(values, (kind, measure), resamples, seed)
            out.append(
                (
                    kind,
                    _first(rows, "department_type_en"),
                    _first(rows, "system"),
                    measure,
                    len(values),
                    statistics.fmean(values) if values else None,
                    statistics.stdev(values) if len(values) > 1 else None,
                    statistics.median(values) if values else None,
                    low,
                    high,
                    _OF_LOAD[measure].unit,
                )
            )
    return Table("type-summary", SUMMARY_COLUMNS, out)


def _interval(
    values: Sequence[float], words: Sequence[str], resamples: int, seed: int
) -> tuple[float | None, float | None]:
    if len(values) < FEWEST_FOR_INTERVAL:
        return None, None
    if max(values) - min(values) <= _SAME * max(map(abs, values)):
        mean = statistics.fmean(values)
        return mean, mean
    numpy, stats = need("numpy"), need("scipy.stats")
    digest = hashlib.sha256("\t".join(words).encode("utf-8")).digest()
    with warnings.catch_warnings():
        # Too few resamples make scipy warn and give NaN, which is told below.
        warnings.simplefilter("ignore")
        found = stats.bootstrap(
            (numpy.asarray(values),),
            numpy.mean,
            n_resamples=resamples,
            batch=max(1, 5_000_000 // len(values)),  # 40 MB at a time
            confidence_level=0.95,
            method="BCa",
            rng=numpy.random.default_rng([seed, int.from_bytes(digest[:8], "big")]),
        ).confidence_interval
    low, high = float(found.low), float(found.high)
    return (low, high) if math.isfinite(low) and math.isfinite(high) else (None, None)


def robust_z(values: Sequence[float]) -> list[float | None]:
    """Modified z-scores: how far each value lies from the median, in robust deviations.

    z = 0.6745 (x − median)/MAD, where MAD is the median of |x − median|; the divisor estimates the
    standard deviation of normal values. Where more than half of the values are the same MAD is 0, and
    there is no score: any other value would be called outlying, however near. Source: Iglewicz &
    Hoaglin (1993), How to Detect and Handle Outliers, ASQC.

    Args:
        values: of any unit.

    Returns:
        A score per value, without unit and bounds; None for all where MAD is 0. Empty for no values.

    >>> [round(z, 4) for z in robust_z([1, 2, 3, 4, 10])]
    [-1.349, -0.6745, 0.0, 0.6745, 4.7215]
    """
    if not values:
        return []
    middle = statistics.median(values)
    deviations = [abs(value - middle) for value in values]
    nothing = _SAME * max(map(abs, values))
    mad = statistics.median(deviations)
    if mad <= nothing:
        return [None] * len(values)
    return [0.6745 * (value - middle) / mad for value in values]


def outliers(measures: Table, types: Table | None = None, *, threshold: float = THRESHOLD) -> Table:
    """Towns that stand out: the robust z-score of each town in each measure.

    See `robust_z`. Many measures of many towns are many comparisons: some town stands out in some of
    them by chance alone (of 12 towns with normal values, in one measure of nine).

    Args:
        measures: table of measures by town (columns measure, value, unit, zh, en, town, division,
            edition), one edition of each town.
        types: table of `type_load`; gives a measure ``lean:<type>`` for each department type, of
            towns in which at least `FEWEST_ITEMS` items name it.
        threshold: |z| above which a town is outlying, ≥ 0.

    Returns:
        A row per measure and town that has a value: the measures in their order, then the types by
        name, each by division code. *z* is None where more than half of the towns have the same
        value; none is outlying then. No rows for a measure that fewer than `FEWEST_FOR_OUTLIERS` towns have, and
        for empty tables.

    Raises:
        UsageError: a town stands with several editions, or *threshold* is negative.
    """
    check_one_edition(*(table for table in (measures, types) if table is not None))
    if not threshold >= 0:
        raise UsageError(f"a threshold of {threshold} is none")
    groups: dict[str, list[dict[str, Value]]] = defaultdict(list)
    for row in measures:
        groups[str(row["measure"])].append(row)
    leans = [_lean_measure(row) for row in types or () if _number(row["items"]) >= FEWEST_ITEMS]
    for row in sorted(leans, key=lambda row: str(row["measure"])):
        groups[str(row["measure"])].append(row)
    out: list[tuple[Value, ...]] = []
    for measure, rows in groups.items():
        valued = sorted((row for row in rows if row["value"] is not None), key=edition_of)
        if len(valued) < FEWEST_FOR_OUTLIERS:
            continue
        values = [_number(row["value"]) for row in valued]
        middle = statistics.median(values)
        for row, value, z in zip(valued, values, robust_z(values), strict=True):
            outlying = z is not None and abs(z) > threshold
            about = (row["unit"], row["zh"], row["en"], row["town"], *edition_of(row))
            out.append((measure, value, middle, z, outlying, *about))
    return table_of("outliers", OUTLIER_COLUMNS, out)


def _lean_measure(row: Mapping[str, Value]) -> dict[str, Value]:
    """A row of `type_load` as a row of a table of measures."""
    kind = str(row["department_type"])
    return {
        "measure": f"lean:{kind}",
        "value": row["lean"],
        "unit": _OF_LOAD["lean"].unit,
        "zh": f"{kind}倚重度",
        "en": f"lean of {row.get('department_type_en') or kind}",
        **{column.name: row[column.name] for column in EDITION_COLUMNS},
    }


def type_town_edges(types: Table) -> Table:
    """Edges of the network of department types and towns.

    Args:
        types: table of `type_load`, one edition of each town.

    Returns:
        A row per type and town where the type takes part in the town's list: a cooperative or
        reclaimed item names it, or a duty is its own. Types by name, towns by division code;
        numbers as in `type_load`. No rows for an empty table.

    Raises:
        UsageError: a town stands with several editions.
    """
    check_one_edition(types)
    rows = [
        tuple(row.get(column.name) for column in EDGE_COLUMNS)
        for row in types
        if row["items"] or row["taken_back"] or row["own_duties"]
    ]
    rows.sort(key=lambda row: (str(row[0]), str(row[1])))
    return Table("type-town-edges", EDGE_COLUMNS, rows)
