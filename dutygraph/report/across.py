"""What a report on several towns holds beside the reports on each of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dutygraph.network.across import outliers, type_load, type_summary, type_town_edges
from dutygraph.network.editions import EDITION_COLUMNS, edition_of
from dutygraph.network.nestedness import nestedness, presence
from dutygraph.network.similarity import medoid, similarity
from dutygraph.network.summary import MEASURES
from dutygraph.report.anchors import anchor
from dutygraph.report.content import Content
from dutygraph.report.statements import Statement, listed, several
from dutygraph.table import Column, Table, Value

TOWN_COLUMNS = (
    *EDITION_COLUMNS,
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
    """

    tables: dict[str, Table]
    statements: tuple[Statement, ...]


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
        outliers(_different(tables["measures"]), types),
        nestedness(types),
        presence(types),
        alike,
        type_town_edges(types),
    )
    tables |= {table.name: table for table in found}
    # Of two towns, each is as typical as the other.
    typical = medoid(alike) if len(alike) > 1 else None
    return Across(tables, tuple(_statements(tables, typical)))


def _different(measures: Table) -> Table:
    """The measures without one that says the same as another: nodes are the departments."""
    rows = [tuple(row.values()) for row in measures if row["measure"] != "network_nodes"]
    return Table(measures.name, measures.columns, rows)


def _number(value: Value) -> float:
    return float(value or 0)


def _statements(tables: Mapping[str, Table], typical: str | None) -> Iterator[Statement]:
    towns = {edition_of(row): str(row["town"]) for row in tables["towns"]}
    yield from _sizes(tables["measures"], towns)
    yield from _types(tables)
    yield from _outlying(tables["outliers"], [measure.name for measure in MEASURES])
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
    share = mean.get("town_share")
    share_zh = "" if share is None else f"；配合职责中乡镇平均承担 {share:.1%}"
    share_en = (
        ""
        if share is None
        else f"; of the duties of cooperative items the town carries {share:.1%} on average"
    )
    yield Statement(
        f"{len(towns)} 个乡镇的清单平均 {mean['items']:.1f} 项（{min(items):.0f}–{max(items):.0f}）："
        f"基本 {mean['basic_items']:.1f}、配合 {mean['cooperative_items']:.1f}、收回 "
        f"{mean['reclaimed_items']:.1f}{share_zh}。",
        f"The lists of {len(towns)} towns have {mean['items']:.1f} items on average ({min(items):.0f}–"
        f"{max(items):.0f}): {mean['basic_items']:.1f} basic, {mean['cooperative_items']:.1f} "
        f"cooperative, {mean['reclaimed_items']:.1f} taken back{share_en}.",
        mean["items"],
        "measures",
        ("items", "basic_items", "cooperative_items", "reclaimed_items", "town_share"),
        "towns",
    )


def shares_of_all(tables: Mapping[str, Table]) -> dict[str, float]:
    """Mean share of each department type over all towns; a town that does not name it counts as 0.

    Args:
        tables: of a report on several towns: ``type-load`` and ``towns`` are used.
    """
    sums: dict[str, float] = {}
    for row in tables["type-load"]:
        kind = str(row["department_type"])
        sums[kind] = sums.get(kind, 0.0) + _number(row["share"])
    return {kind: total / len(tables["towns"]) for kind, total in sums.items()}


def _types(tables: Mapping[str, Table]) -> Iterator[Statement]:
    means = shares_of_all(tables)
    first = sorted((kind for kind in means if means[kind]), key=lambda k: (-means[k], k))[:3]
    if not first:
        return
    english = {
        str(row["department_type"]): str(row["department_type_en"] or row["department_type"])
        for row in tables["type-load"]
    }
    yield Statement(
        "在乡镇配合职责中占比最大的部门类型是"
        + "、".join(f"{kind}（{means[kind]:.1%}）" for kind in first)
        + "（各乡镇按分数计数的占比的均值）。",
        "The largest parts of the towns' cooperative duties, shared out, belong to items of "
        + listed([f"{english[kind]} ({means[kind]:.1%})" for kind in first])
        + " (means over all towns).",
        means[first[0]],
        "type-load",
        tuple(first),
        anchor("type", first[0]),
    )


def _outlying(found: Table, measures: Sequence[str]) -> Iterator[Statement]:
    if not len(found):
        return
    counts: dict[tuple[str, str], list[str]] = {}
    leans: set[str] = set()
    for row in found:
        if not row["outlying"]:
            continue
        if row["measure"] in measures:
            town = (str(row["division"]), str(row["town"]))
            counts.setdefault(town, []).append(str(row["measure"]))
        else:
            leans.add(str(row["division"]))
    judged = sum(row["z"] is not None for row in found)
    about_zh = f"共比较 {judged} 次，有的偏离只是偶然"
    about_en = f"{judged:,} comparisons were made, so that some stand out by chance"
    if leans:
        about_zh += f"；另有 {len(leans)} 个乡镇在某类部门的倚重度上偏离"
        about_en += (
            f"; {len(leans)} {'town stands' if len(leans) == 1 else 'towns stand'} out in the lean of some "
            "type of department"
        )
    if not counts:
        yield Statement(
            f"没有一个乡镇的总体指标明显偏离其他乡镇（稳健 |z| ≤ 3.5；{about_zh}）。",
            f"No town stands out in any measure of its whole list (robust |z| ≤ 3.5; {about_en}).",
            0,
            "outliers",
            (),
            "outlying",
        )
        return
    most = max(map(len, counts.values()))
    first = [town for town in counts if len(counts[town]) == most]
    zh, en = several([f"{town}" for _, town in first], "个乡镇", "towns")
    yield Statement(
        f"{len(counts)} 个乡镇至少有一项总体指标明显偏离其他乡镇（稳健 |z| > 3.5）；偏离最多的是{zh}（{most} 项）。"
        f"{about_zh}。",
        f"{len(counts)} {'town stands' if len(counts) == 1 else 'towns stand'} out in at least one measure of "
        f"the whole list (robust |z| above 3.5), in most of them {en} ({most}). {about_en[:1].upper()}"
        f"{about_en[1:]}.",
        len(counts),
        "outliers",
        tuple(dict.fromkeys(name for town in first for name in counts[town])),
        anchor("town", first[0][0]),
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
    if not values:
        return
    mean = sum(values) / len(values)
    whose_zh, whose_en = "", ""
    if typical is not None:
        name = next(town for (division, _), town in towns.items() if division == typical)
        whose_zh = f"；措辞与其他清单最接近的是{name}的清单"
        whose_en = f"; the list of {name} ({typical}) is worded most like the others"
    yield Statement(
        f"两两比较，两份清单共有的标题平均占两者全部标题的 {mean:.1%}（{min(values):.1%}–{max(values):.1%}）{whose_zh}。",
        f"Of the titles that either of two lists has, {mean:.1%} are in both, on average over all pairs "
        f"({min(values):.1%}–{max(values):.1%}){whose_en}.",
        mean,
        "similarity",
        () if typical is None else (typical,),
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
