"""What the numbers say, in words: each sentence with its number and the rows that it rests on."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dutygraph.network.editions import EDITION_COLUMNS, table_of
from dutygraph.network.profile import AUTHORITY, LEGWORK
from dutygraph.report.anchors import anchor
from dutygraph.table import Column, Table, Value

FEW: Final = 3
"""A department that leads fewer items is not called the one that leans most or least."""

STATEMENT_COLUMNS: Final = (
    Column("order", "integer", "", "次序", "place among the statements, from 1"),
    Column("zh", zh="要点", en="the statement in Chinese"),
    Column("en", zh="要点（英文）", en="the statement in English"),
    Column("value", "decimal", "", "数值", "the number that it is about"),
    Column("table", zh="数据表", en="table that it rests on"),
    Column("rows", zh="所在行", en="keys of the rows there, joined by 、"),
)


@dataclass(frozen=True, slots=True)
class Statement:
    """A sentence with what it rests on.

    Attributes:
        zh: the sentence in Chinese.
        en: in English.
        value: the number that it is about.
        table: name of the table that it rests on.
        rows: keys of the rows there (measure, department, action …).
        anchor: place in the page where the items behind it are.
    """

    zh: str
    en: str
    value: float
    table: str
    rows: tuple[str, ...]
    anchor: str


def percent(value: Value) -> str:
    """A part as a percentage.

    >>> percent(0.4567)
    '45.7%'
    """
    return f"{float(value or 0):.1%}"


def statement_table(found: Sequence[Statement], edition: Mapping[str, Value]) -> Table:
    """Statements as a table.

    Args:
        found: the statements.
        edition: a mapping with ``town``, ``division`` and ``edition``.
    """
    whose = tuple(edition[column.name] for column in EDITION_COLUMNS)
    rows: list[tuple[Value, ...]] = [
        (number, one.zh, one.en, one.value, one.table, "、".join(one.rows), *whose)
        for number, one in enumerate(found, 1)
    ]
    return table_of("statements", STATEMENT_COLUMNS, rows)


def statements(tables: Mapping[str, Table]) -> list[Statement]:
    """The findings of one edition in words, the most general first.

    Args:
        tables: of the report, by name.

    Returns:
        A statement for each thing that the numbers allow to be said; none for an empty list.
    """
    measures = {str(row["measure"]): row for row in tables["measures"]}
    values = {name: row["value"] for name, row in measures.items()}
    return [
        *_lists(values),
        *_split(measures),
        *_load(list(tables["department-load"]), values),
        *_lean(list(tables["department-load"])),
        *_actions(list(tables["action-totals"]), values),
        *_categories(list(tables["categories"])),
        *_network(list(tables["department-pairs"]), list(tables["nodes"]), values),
        *_taken_back(list(tables["department-load"]), values),
        *_claims(list(tables["claims"])),
    ]


def _number(value: Value) -> float:
    return float(value or 0)


def _whole(value: Value) -> str:
    return f"{_number(value):,.0f}"


def _plural(number: float, one: str) -> str:
    """A number with its noun: 1 item, 2 items."""
    return f"{number:,.0f} {one}" + ("" if number == 1 else "s")


def _lists(values: Mapping[str, Value]) -> Iterator[Statement]:
    total = _number(values.get("items"))
    if not total:
        return
    basic, cooperative, reclaimed = (
        _number(values[f"{kind}_items"]) for kind in ("basic", "cooperative", "reclaimed")
    )
    yield Statement(
        f"清单共 {_whole(total)} 项：乡镇自行履职 {_whole(basic)} 项，部门主责、乡镇配合 "
        f"{_whole(cooperative)} 项，部门收回 {_whole(reclaimed)} 项；后两者占 "
        f"{percent(values['balance'])}。",
        f"The list has {_plural(total, 'item')}: {_whole(basic)} are the town's own, "
        f"{_whole(cooperative)} are led by departments with the town's help, and departments took "
        f"back {_whole(reclaimed)}; the last two make up {percent(values['balance'])}.",
        _number(values["balance"]),
        "measures",
        ("items", "basic_items", "cooperative_items", "reclaimed_items", "balance"),
        anchor("list", "all"),
    )


def _split(measures: Mapping[str, Mapping[str, Value]]) -> Iterator[Statement]:
    value = {name: _number(row["value"]) for name, row in measures.items()}
    if not value.get("duties"):
        return
    share = measures["town_share"]
    open_duties = value["unattributed_duties"]
    zh = (
        f"配合事项共 {_whole(value['duties'])} 条职责，乡镇承担 {_whole(value['town_duties'])} 条"
        f"（{percent(share['value'])}），部门承担 {_whole(value['department_duties'])} 条"
    )
    en = (
        f"Of the {_plural(value['duties'], 'duty').replace('dutys', 'duties')} in cooperative items "
        f"the town carries {_whole(value['town_duties'])} ({percent(share['value'])}) and departments "
        f"{_whole(value['department_duties'])}"
    )
    if open_duties:
        zh += (
            f"，另有 {_whole(open_duties)} 条没有写明主体；若都算作乡镇的，乡镇占 "
            f"{percent(share['high'])}"
        )
        en += (
            f"; for {_whole(open_duties)} no party is named, and were they all the town's, its part "
            f"would be {percent(share['high'])}"
        )
    yield Statement(
        zh + "。",
        en + ".",
        _number(share["value"]),
        "measures",
        ("duties", "town_duties", "department_duties", "unattributed_duties", "town_share"),
        anchor("party", "all"),
    )


def _load(load: Sequence[Mapping[str, Value]], values: Mapping[str, Value]) -> Iterator[Statement]:
    named = [row for row in load if row["items"] and row["share"] is not None]
    if not named:
        return
    top = named[:3]
    zh = "、".join(f"{row['department']}（{percent(row['share'])}）" for row in top)
    en = ", ".join(_english(row, percent(row["share"])) for row in top)
    first = named[0]
    yield Statement(
        f"按分数计数，乡镇配合职责分摊最多的部门是{zh}；{first['department']}的占比在 "
        f"{percent(first['share_low'])}（只算它单独对应的事项）到 {percent(first['share_high'])}"
        "（它参与的事项全算）之间。",
        f"Shared out by department, most of the town's cooperative duties fall to {en}; the part of "
        f"{_english(first)} lies between {percent(first['share_low'])} (only items that name it alone) "
        f"and {percent(first['share_high'])} (all items that name it).",
        _number(first["share"]),
        "department-load",
        tuple(str(row["department"]) for row in top),
        anchor("department", str(first["department"])),
    )
    five = named[:5]
    effective = values.get("effective_number")
    if len(named) > len(five) and effective is not None:
        together = sum(_number(row["share"]) for row in five)
        yield Statement(
            f"前五个部门合计占 {percent(together)}；集中程度相当于 {_number(effective):.1f} 个份额相等的"
            f"部门（共 {len(named)} 个；HHI {_number(values['hhi']):.3f}，基尼系数 "
            f"{_number(values['gini']):.2f}）。",
            f"The first five together have {percent(together)}; the load is as spread out as among "
            f"{_number(effective):.1f} departments with equal shares, of {len(named)} (HHI "
            f"{_number(values['hhi']):.3f}, Gini {_number(values['gini']):.2f}).",
            together,
            "department-load",
            tuple(str(row["department"]) for row in five),
            anchor("measure", "effective_number"),
        )


def _english(row: Mapping[str, Value], *more: str) -> str:
    """A department in an English sentence: its own name, with its type in English."""
    words = [str(row["department_type_en"] or ""), *more]
    behind = ", ".join(word for word in words if word)
    return f"{row['department']} ({behind})" if behind else str(row["department"])


def _lean(load: Sequence[Mapping[str, Value]]) -> Iterator[Statement]:
    ranked = sorted(
        (r for r in load if _number(r["items"]) >= FEW and r["lean"] is not None),
        key=lambda row: (-_number(row["lean"]), str(row["department"])),
    )
    if len(ranked) < 2 or ranked[0]["lean"] == ranked[-1]["lean"]:
        return
    most, least = ranked[0], ranked[-1]
    yield Statement(
        f"在至少对应 {FEW} 个配合事项的部门中，{most['department']}最倚重乡镇（倚重度 "
        f"{_number(most['lean']):.2f}，{_range(most)}），{least['department']}最少（"
        f"{_number(least['lean']):.2f}，{_range(least)}）。",
        f"Among departments that lead at least {FEW} cooperative items {_english(most)} leans on the "
        f"town most (lean {_number(most['lean']):.2f}, {_range(most)}) and {_english(least)} least "
        f"({_number(least['lean']):.2f}, {_range(least)}).",
        _number(most["lean"]),
        "department-load",
        (str(most["department"]), str(least["department"])),
        anchor("department", str(most["department"])),
    )


def _range(row: Mapping[str, Value]) -> str:
    return f"{_number(row['lean_low']):.2f}–{_number(row['lean_high']):.2f}"


def _actions(
    actions: Sequence[Mapping[str, Value]], values: Mapping[str, Value]
) -> Iterator[Statement]:
    town, theirs = (
        [r for r in actions if r["party_kind"] == kind and r["action"]][:3]
        for kind in ("town", "department")
    )
    legwork = values.get(f"town_{LEGWORK}"), values.get(f"department_{LEGWORK}")
    authority = values.get(f"town_{AUTHORITY}"), values.get(f"department_{AUTHORITY}")
    if not town or not theirs or None in legwork:
        return
    yield Statement(
        f"乡镇做得最多的是{'、'.join(str(r['action_zh']) for r in town)}，部门做得最多的是"
        f"{'、'.join(str(r['action_zh']) for r in theirs)}。跑腿类动作占乡镇动作的 "
        f"{percent(legwork[0])}、部门动作的 {percent(legwork[1])}；权力类动作占乡镇的 "
        f"{percent(authority[0])}、部门的 {percent(authority[1])}。",
        f"What the town does most is to {_listed([str(r['action_en']) for r in town])}; departments "
        f"{_listed([str(r['action_en']) for r in theirs])}. Legwork makes up {percent(legwork[0])} of the "
        f"town's actions and {percent(legwork[1])} of the departments'; authority {percent(authority[0])} "
        f"and {percent(authority[1])}.",
        _number(legwork[0]),
        "measures",
        (
            f"town_{LEGWORK}",
            f"department_{LEGWORK}",
            f"town_{AUTHORITY}",
            f"department_{AUTHORITY}",
        ),
        anchor("action", "town", str(town[0]["action"])),
    )


def _listed(words: Sequence[str]) -> str:
    """Words as English lists them: a, b and c."""
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def _categories(categories: Sequence[Mapping[str, Value]]) -> Iterator[Statement]:
    led = [row for row in categories if row["cooperative"]]
    if len(led) < 2:
        return
    most = max(led, key=lambda row: (_number(row["cooperative"]), str(row["category"])))
    yield Statement(
        f"配合事项最多的类别是{most['category']}：{most['cooperative']} 项配合、{most['reclaimed']} 项收回、"
        f"{most['basic']} 项由乡镇自行履职。",
        f"Most cooperative items are about {str(most['category_en']).lower() or most['category']}: "
        f"{most['cooperative']}, beside {most['reclaimed']} taken back and {most['basic']} of the "
        "town's own.",
        _number(most["cooperative"]),
        "categories",
        (str(most["category"]),),
        anchor("category", str(most["category"]), "cooperative"),
    )


def _network(
    pairs: Sequence[Mapping[str, Value]],
    nodes: Sequence[Mapping[str, Value]],
    values: Mapping[str, Value],
) -> Iterator[Statement]:
    if not pairs:
        return
    first = pairs[0]
    english = {str(row["id"]): str(row["label_en"]) for row in nodes}
    a, b = str(first["department_a"]), str(first["department_b"])
    number = len(pairs)
    yield Statement(
        f"{_whole(_number(values['network_nodes']) - _number(values['network_isolated']))} 个部门与其他部门"
        f"共同对应事项，连成 {number} 对；{_whole(values['network_isolated'])} 个部门只单独对应事项。共同事项"
        f"最多的是{a}与{b}（{first['items']} 项）。",
        f"{_whole(_number(values['network_nodes']) - _number(values['network_isolated']))} departments are "
        f"named together with others, in {_plural(number, 'pair')}; {_whole(values['network_isolated'])} are "
        f"only named alone. {a} ({english.get(a, '')}) and {b} ({english.get(b, '')}) have most items in "
        f"common ({first['items']}).",
        number,
        "department-pairs",
        (f"{a}–{b}",),
        anchor("pair", a, b),
    )
    significant = [row for row in pairs if row["significant"]]
    if significant:
        listed = "、".join(f"{r['department_a']}–{r['department_b']}" for r in significant[:5])
        more_zh = " 等" if len(significant) > 5 else ""
        yield Statement(
            f"其中 {len(significant)} 对的共同事项多于偶然（错误发现率 5%）：{listed}{more_zh}。",
            f"{_plural(len(significant), 'pair')} have more items in common than chance (false discovery "
            f"rate 5%): {listed}{', …' if more_zh else ''}.",
            len(significant),
            "department-pairs",
            tuple(f"{r['department_a']}–{r['department_b']}" for r in significant),
            anchor(
                "pair", str(significant[0]["department_a"]), str(significant[0]["department_b"])
            ),
        )
        return
    least = min(pairs, key=lambda row: (_number(row["p_value"]), str(row["department_a"])))
    a, b = str(least["department_a"]), str(least["department_b"])
    yield Statement(
        f"没有一对部门的共同事项显著多于偶然（错误发现率 5%）；p 值最小的是{a}与{b}（"
        f"{least['items']} 项，期望 {_number(least['expected']):.1f} 项，p = {_number(least['p_value']):.2g}）。",
        "No pair has significantly more items in common than chance (false discovery rate 5%); the least "
        f"p-value is that of {a} and {b} ({least['items']} items, {_number(least['expected']):.1f} expected, "
        f"p = {_number(least['p_value']):.2g}).",
        0,
        "department-pairs",
        (f"{a}–{b}",),
        anchor("pair", a, b),
    )


def _taken_back(
    load: Sequence[Mapping[str, Value]], values: Mapping[str, Value]
) -> Iterator[Statement]:
    takers = [row for row in load if row["taken_back"]]
    reclaimed = _number(values.get("reclaimed_items"))
    if not takers or not reclaimed:
        return
    most = max(takers, key=lambda row: (_number(row["taken_back"]), str(row["department"])))
    leading = int(_number(values["taken_back_and_leading"]))
    some = leading < len(takers)
    yield Statement(
        f"{len(takers)} 个部门收回了 {_whole(reclaimed)} 项，"
        f"{f'其中 {leading} 个' if some else '它们都'}仍有事项要乡镇配合；收回最多的是{most['department']}（"
        f"{most['taken_back']} 项，仍有 {most['items']} 项需配合）。",
        f"{_plural(len(takers), 'department')} took back {_plural(reclaimed, 'item')}; "
        f"{f'{leading} of them still lead' if some else 'all of them still lead'} items that the town must "
        f"help with. {_english(most)} took back most ({most['taken_back']}) and still leads "
        f"{most['items']}.",
        reclaimed,
        "department-load",
        tuple(str(row["department"]) for row in takers),
        anchor("department", str(most["department"]), "reclaimed"),
    )


def _claims(claims: Sequence[Mapping[str, Value]]) -> Iterator[Statement]:
    if not claims:
        return
    wrong = [row for row in claims if not row["agrees"]]
    yield Statement(
        f"清单自述的 {len(claims)} 个数字中，有 {len(wrong)} 个与表中不符。",
        f"Of the {_plural(len(claims), 'number')} that the document states about itself, {len(wrong)} "
        f"{'differs' if len(wrong) == 1 else 'differ'} from its tables.",
        len(wrong),
        "claims",
        tuple(dict.fromkeys(str(row["subject"]) for row in wrong)),
        "claims",
    )
