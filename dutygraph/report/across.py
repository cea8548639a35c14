"""What a report on several towns holds beside the reports on each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dutygraph.network.across import outliers, type_load, type_summary, type_town_edges
from dutygraph.network.editions import edition_of
from dutygraph.network.nestedness import nestedness, presence
from dutygraph.network.similarity import clusters, medoid, similarity
from dutygraph.report.anchors import anchor
from dutygraph.report.content import Content
from dutygraph.report.statements import Statement
from dutygraph.table import Column, Table, Value

TOWN_COLUMNS = (
    Column("town", zh="乡镇", en="town"),
    Column("division", zh="行政区划代码", en="division code of the town"),
    Column("edition", zh="版次", en="edition"),
    Column("synthetic", "boolean", "", "模拟数据", "the list was made by a program"),
    Column("sha256", zh="来源摘要", en="digest of the source"),
    Column("violations", "integer", "findings", "违规", "findings of that severity"),
    Column("warnings", "integer", "findings", "警告", "findings of that severity"),
)


@dataclass(slots=True)
class Gathered:
    """Tables of many editions, added one edition after the other.

    Attributes:
        towns: a row for each edition added.
        tables: by name, those of all editions below each other; ``statements`` are of one edition
            each and left out.
    """

    towns: list[dict[str, Value]] = field(default_factory=list)
    _rows: dict[str, list[tuple[Value, ...]]] = field(default_factory=dict)
    _columns: dict[str, tuple[Column, ...]] = field(default_factory=dict)
    _parts: dict[str, list[Table]] = field(default_factory=dict)

    def add(self, content: Content) -> None:
        """Add the tables of an edition."""
        severities = [str(result.severity) for result in content.results]
        self.towns.append(
            {
                "town": content.town,
                "division": content.division,
                "edition": content.edition,
                "synthetic": content.synthetic,
                "sha256": content.sha256,
                "violations": severities.count("violation"),
                "warnings": severities.count("warning"),
            }
        )
        for name, table in content.tables.items():
            if name == "statements":
                continue
            if name == "nodes":  # its columns depend on the categories of the edition
                self._parts.setdefault(name, []).append(table)
                continue
            self._columns[name] = table.columns
            self._rows.setdefault(name, []).extend(table.rows)

    def tables(self) -> dict[str, Table]:
        """The tables of all editions, and of the towns, by name."""
        out = {
            name: Table(name, columns, self._rows[name]) for name, columns in self._columns.items()
        }
        out |= {name: stack(name, parts) for name, parts in self._parts.items()}
        out["towns"] = Table("towns", TOWN_COLUMNS, [tuple(row.values()) for row in self.towns])
        return out


def stack(name: str, tables: Sequence[Table]) -> Table:
    """Tables below each other, columns by name; a number that a table does not have is 0.

    Args:
        name: of the result.
        tables: whose columns of a name have one type.

    >>> one = Table("a", (Column("x", "integer"), Column("town")), [(1, "T")])
    >>> two = Table("b", (Column("x", "integer"), Column("y", "decimal"), Column("town")), [(2, 0.5, "U")])
    >>> stack("both", [one, two]).rows
    [(1, 0.0, 'T'), (2, 0.5, 'U')]
    """
    columns: list[Column] = []
    for table in tables:
        # Each new column comes where it stands in its table: before the same ones as there.
        known = [column.name for column in columns]
        place = len(columns)
        for column in reversed(table.columns):
            if column.name in known:
                place = known.index(column.name)
            else:
                columns.insert(place, column)
                known.insert(place, column.name)
    empty: dict[str, Value] = {"decimal": 0.0, "integer": 0}
    rows: list[tuple[Value, ...]] = []
    for table in tables:
        index = {column.name: number for number, column in enumerate(table.columns)}
        rows += [
            tuple(row[index[c.name]] if c.name in index else empty.get(c.type) for c in columns)
            for row in table.rows
        ]
    return Table(name, tuple(columns), rows)


@dataclass(frozen=True, slots=True)
class Across:
    """Everything that a report on several towns shows of all of them.

    Attributes:
        tables: by name: those of all editions (see `Gathered`), ``towns``, ``type-load``,
            ``type-summary``, ``outliers``, ``nestedness``, ``presence``, ``similarity`` and
            ``type-town-edges``.
        statements: in words.
        order: division codes, towns with similar lists side by side.
        typical: division code of the town whose list is most like the others; None for one town.
    """

    tables: dict[str, Table]
    statements: tuple[Statement, ...]
    order: tuple[str, ...]
    typical: str | None


def compare(gathered: Gathered) -> Across:
    """Compare the towns that were gathered.

    Raises:
        UsageError: a town was added with several editions.
        DutyGraphError: the packages of ``dutygraph[network]`` are not installed.
    """
    tables = gathered.tables()
    types = type_load(tables["department-load"], tables["items"], tables["duties"])
    alike = similarity(tables["items"])
    found = (
        types,
        type_summary(types),
        outliers(tables["measures"], types),
        nestedness(types),
        presence(types),
        alike,
        type_town_edges(types),
    )
    tables |= {table.name: table for table in found}
    typical = medoid(alike) if len(alike) else None
    return Across(
        tables=tables,
        statements=tuple(_statements(tables, typical)),
        order=tuple(clusters(alike)) if len(alike) else (),
        typical=typical,
    )


def _number(value: Value) -> float:
    return float(value or 0)


def _statements(tables: Mapping[str, Table], typical: str | None) -> Iterator[Statement]:
    towns = {edition_of(row): str(row["town"]) for row in tables["towns"]}
    yield from _sizes(tables["measures"], towns)
    yield from _types(tables["type-summary"])
    yield from _outlying(tables["outliers"])
    yield from _nested(tables["nestedness"])
    yield from _alike(tables["similarity"], towns, typical)


def _sizes(measures: Table, towns: Mapping[tuple[str, str], str]) -> Iterator[Statement]:
    values: dict[str, list[float]] = {}
    for row in measures:
        if row["value"] is not None:
            values.setdefault(str(row["measure"]), []).append(_number(row["value"]))
    items = values.get("items")
    if not items:
        return
    mean = {name: sum(found) / len(found) for name, found in values.items()}
    yield Statement(
        f"{len(towns)} 个乡镇的清单平均 {mean['items']:.1f} 项（{min(items):.0f}–{max(items):.0f}）："
        f"基本 {mean['basic_items']:.1f}、配合 {mean['cooperative_items']:.1f}、收回 "
        f"{mean['reclaimed_items']:.1f}；配合职责中乡镇平均承担 {mean.get('town_share', 0):.1%}。",
        f"The lists of {len(towns)} towns have {mean['items']:.1f} items on average ({min(items):.0f}–"
        f"{max(items):.0f}): {mean['basic_items']:.1f} basic, {mean['cooperative_items']:.1f} "
        f"cooperative, {mean['reclaimed_items']:.1f} taken back; of the duties of cooperative items "
        f"the town carries {mean.get('town_share', 0):.1%} on average.",
        mean["items"],
        "measures",
        ("items", "basic_items", "cooperative_items", "reclaimed_items", "town_share"),
        "towns",
    )


def _types(summary: Table) -> Iterator[Statement]:
    shares = sorted(
        (r for r in summary if r["measure"] == "share" and r["mean"] is not None),
        key=lambda row: (
            -_number(row["mean"]) * _number(row["towns"]),
            str(row["department_type"]),
        ),
    )[:3]
    if not shares:
        return

    def interval(row: Mapping[str, Value]) -> str:
        if row["low"] is None:
            return f"{_number(row['mean']):.1%}"
        return f"{_number(row['mean']):.1%}, {_number(row['low']):.1%}–{_number(row['high']):.1%}"

    yield Statement(
        "分摊乡镇配合职责最多的部门类型是"
        + "、".join(f"{r['department_type']}（{interval(r)}）" for r in shares)
        + "（均值及其 95% 自助法区间）。",
        "Most of the towns' cooperative duties fall to "
        + ", ".join(
            f"{r['department_type_en'] or r['department_type']} ({interval(r)})" for r in shares
        )
        + " (mean share with its 95% bootstrap interval).",
        _number(shares[0]["mean"]),
        "type-summary",
        tuple(str(row["department_type"]) for row in shares),
        anchor("type", str(shares[0]["department_type"])),
    )


def _outlying(found: Table) -> Iterator[Statement]:
    counts: dict[tuple[str, str], list[str]] = {}
    for row in found:
        if row["outlying"] and not str(row["measure"]).startswith("lean:"):
            counts.setdefault((str(row["division"]), str(row["town"])), []).append(
                str(row["measure"])
            )
    if not len(found):
        return
    ranked = sorted(counts.items(), key=lambda pair: (-len(pair[1]), pair[0]))
    if not ranked:
        yield Statement(
            "没有一个乡镇的指标明显偏离其他乡镇（|z| ≤ 3.5）。",
            "No town stands out in any measure (|z| ≤ 3.5).",
            0,
            "outliers",
            (),
            "outlying",
        )
        return
    (division, town), measures = ranked[0]
    yield Statement(
        f"{len(ranked)} 个乡镇至少有一项指标明显偏离其他乡镇（稳健 z 值的绝对值大于 3.5）；偏离最多的是{town}（"
        f"{len(measures)} 项）。",
        f"{len(ranked)} {'town stands' if len(ranked) == 1 else 'towns stand'} out in at least one measure "
        f"(robust |z| above 3.5); {town} ({division}) in most: {len(measures)}.",
        len(ranked),
        "outliers",
        tuple(measures),
        anchor("town", division),
    )


def _nested(found: Table) -> Iterator[Statement]:
    rows = {str(row["measure"]): row for row in found}
    whole = rows.get("nodf")
    if whole is None or whole["value"] is None:
        return
    chance_zh, chance_en = "", ""
    if whole["z"] is not None:
        chance_zh = f"（随机期望 {_number(whole['expected']):.1f}，z = {_number(whole['z']):.1f}）"
        chance_en = f" ({_number(whole['expected']):.1f} by chance, z = {_number(whole['z']):.1f})"
    yield Statement(
        f"部门类型 × 乡镇矩阵的嵌套度 NODF 为 {_number(whole['value']):.1f}{chance_zh}。",
        f"The matrix of department types and towns has a nestedness (NODF) of "
        f"{_number(whole['value']):.1f}{chance_en}.",
        _number(whole["value"]),
        "nestedness",
        ("nodf",),
        "nested",
    )


def _alike(
    pairs: Table, towns: Mapping[tuple[str, str], str], typical: str | None
) -> Iterator[Statement]:
    values = [_number(row["jaccard"]) for row in pairs if row["jaccard"] is not None]
    if not values or typical is None:
        return
    mean = sum(values) / len(values)
    name = next(town for (division, _), town in towns.items() if division == typical)
    yield Statement(
        f"两两比较，清单标题平均有 {mean:.1%} 相同（{min(values):.1%}–{max(values):.1%}）；最典型的是{name}的清单。",
        f"Compared in pairs, {mean:.1%} of the titles are the same on average ({min(values):.1%}–"
        f"{max(values):.1%}); the list of {name} ({typical}) is the most typical.",
        mean,
        "similarity",
        (typical,),
        "similar",
    )


def measure_rows(tables: Mapping[str, Table], wanted: Iterable[str]) -> dict[str, dict[str, Value]]:
    """Some measures of each town, by division code.

    Args:
        tables: of a report on several towns.
        wanted: names of the measures.
    """
    names = set(wanted)
    out: dict[str, dict[str, Value]] = {}
    for row in tables["measures"]:
        if row["measure"] in names:
            out.setdefault(str(row["division"]), {})[str(row["measure"])] = row["value"]
    return out
