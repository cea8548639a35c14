"""What the numbers say, in words: each sentence with its number and the rows that it rests on."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from dutygraph.network.editions import EDITION_COLUMNS, table_of
from dutygraph.network.profile import AUTHORITY, LEGWORK
from dutygraph.report.anchors import anchor
from dutygraph.table import Column, Table, Value

FEW: Final = 3
"""A department that leads fewer items is not called the one that leans most or least."""

MANY: Final = 5
"""More that share a place are counted, not named."""

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
        *_taken_back(list(tables["department-load"]), list(tables["reclaimed"]), values),
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
    en = listed([_english(row, percent(row["share"])) for row in top])
    first = named[0]
    yield Statement(
        f"按分数计数，在乡镇配合职责中占比最大的部门是{zh}；{first['department']}的占比在 "
        f"{percent(first['share_low'])}（只算它单独对应的事项）到 {percent(first['share_high'])}"
        "（它参与的事项全算）之间。",
        f"Shared out by department, the largest parts of the town's cooperative duties belong to items of "
        f"{en}; the part of {first['department']} lies between {percent(first['share_low'])} (only items that name it alone) "
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
    """Who may lean most and who least; bounds that overlap leave the order open."""
    judged = [r for r in load if _number(r["items"]) >= FEW and r["lean"] is not None]
    if len(judged) < 2:
        return
    floor = max(_number(row["lean_low"]) for row in judged)
    ceiling = min(_number(row["lean_high"]) for row in judged)
    most = [row for row in judged if _number(row["lean_high"]) >= floor]
    least = [row for row in judged if _number(row["lean_low"]) <= ceiling]
    if len(most) > MANY or len(least) > MANY:
        return
    most.sort(key=lambda row: (-_number(row["lean"]), str(row["department"])))
    least.sort(key=lambda row: (_number(row["lean"]), str(row["department"])))
    zh = [
        "、".join(
            f"{row['department']}（{_number(row['lean']):.2f}，{_range(row)}）" for row in rows
        )
        for rows in (most, least)
    ]
    en = [
        listed([_english(row, f"{_number(row['lean']):.2f}, {_range(row)}") for row in rows])
        for rows in (most, least)
    ]
    open_zh = "（范围相互重叠，次序不定）"
    open_en = " (their bounds overlap, so the order is open)"
    yield Statement(
        f"在至少对应 {FEW} 个配合事项的部门中，倚重度最高的是{zh[0]}{open_zh if len(most) > 1 else ''}，"
        f"最低的是{zh[1]}{open_zh if len(least) > 1 else ''}。",
        f"Among departments that lead at least {FEW} cooperative items the lean on the town is highest for "
        f"{en[0]}{open_en if len(most) > 1 else ''} and lowest for {en[1]}"
        f"{open_en if len(least) > 1 else ''}.",
        _number(most[0]["lean"]),
        "department-load",
        tuple(dict.fromkeys(str(row["department"]) for row in (*most, *least))),
        anchor("department", str(most[0]["department"])),
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
        f"What the town does most is to {listed([str(r['action_en']) for r in town])}; departments "
        f"{listed([str(r['action_en']) for r in theirs])}. Legwork makes up {percent(legwork[0])} of the "
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


def listed(words: Sequence[str]) -> str:
    """Words as English lists them.

    >>> listed(["a"]), listed(["a", "b", "c"])
    ('a', 'a, b and c')
    """
    return " and ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


def holders(rows: Iterable[Mapping[str, Value]], column: str) -> list[Mapping[str, Value]]:
    """All rows that have the largest number of a column, in their order.

    >>> holders([{"n": 1, "x": "a"}, {"n": 2, "x": "b"}, {"n": 2, "x": "c"}], "n")
    [{'n': 2, 'x': 'b'}, {'n': 2, 'x': 'c'}]
    """
    found = list(rows)
    most = max((_number(row[column]) for row in found), default=0.0)
    return [row for row in found if _number(row[column]) == most]


def several(names: Sequence[str], number_zh: str, number_en: str) -> tuple[str, str]:
    """Names that share a place, in Chinese and English; many are only counted.

    Args:
        names: of those that share it.
        number_zh: what they are called with their number before it (个部门).
        number_en: the same in English, in the plural (departments).

    >>> several(["甲", "乙"], "个部门", "departments")
    ('甲、乙', '甲 and 乙')
    """
    if len(names) > MANY:
        return f"{len(names)} {number_zh}", f"{len(names)} {number_en}"
    return "、".join(names), listed(names)


def _categories(categories: Sequence[Mapping[str, Value]]) -> Iterator[Statement]:
    led = [row for row in categories if row["cooperative"]]
    if len(led) < 2:
        return
    most = holders(led, "cooperative")
    total = sum(_number(row["cooperative"]) for row in led)
    number = _whole(most[0]["cooperative"])
    zh, _ = several([str(r["category"]) or "（无类别）" for r in most], "个类别", "categories")
    _, en = several([_category_en(row) for row in most], "个类别", "categories")
    each = len(most) > 1
    yield Statement(
        f"配合事项最多的类别是{zh}：{'各 ' if each else ''}{number} 项，占全部 {_whole(total)} 项的 "
        f"{percent(_number(most[0]['cooperative']) / total)}。",
        f"The largest {'categories' if each else 'category'} of cooperative items: {en}, with {number} of "
        f"{_whole(total)}{' each' if each else ''} "
        f"({percent(_number(most[0]['cooperative']) / total)}).",
        _number(most[0]["cooperative"]),
        "categories",
        tuple(str(row["category"]) for row in most),
        anchor("category", str(most[0]["category"]), "cooperative"),
    )


def _category_en(row: Mapping[str, Value]) -> str:
    return str(row["category_en"] or row["category"] or "no category")


def _network(
    pairs: Sequence[Mapping[str, Value]],
    nodes: Sequence[Mapping[str, Value]],
    values: Mapping[str, Value],
) -> Iterator[Statement]:
    if not pairs:
        return
    english = {str(row["id"]): str(row["label_en"]) for row in nodes}
    most = holders(pairs, "items")
    a, b = str(most[0]["department_a"]), str(most[0]["department_b"])
    zh, en = (
        (f"{a}与{b}", f"{a} ({english.get(a, '')}) and {b} ({english.get(b, '')})")
        if len(most) == 1
        else several([_pair(row) for row in most], "对", "pairs")
    )
    tied = _number(values["network_nodes"]) - _number(values["network_isolated"])
    alone = _number(values["network_isolated"])
    yield Statement(
        f"{_whole(tied)} 个部门与其他部门共同对应事项，连成 {len(pairs)} 对；{_whole(alone)} 个部门只单独对应"
        f"事项。共同事项最多的是{zh}（{most[0]['items']} 项）。",
        f"{_whole(tied)} departments are named together with others, in {_plural(len(pairs), 'pair')}; "
        f"{_plural(alone, 'department')} {'is' if alone == 1 else 'are'} only named alone. Most items in "
        f"common ({most[0]['items']}): {en}.",
        len(pairs),
        "department-pairs",
        tuple(_pair(row) for row in most),
        anchor("pair", a, b),
    )
    significant = [row for row in pairs if row["significant"]]
    if significant:
        named = [_pair(row) for row in significant[:MANY]]
        more = len(significant) > MANY
        yield Statement(
            f"其中 {len(significant)} 对的共同事项多于偶然（错误发现率 5%）：{'、'.join(named)}{' 等' if more else ''}。",
            f"{_plural(len(significant), 'pair')} {'has' if len(significant) == 1 else 'have'} more items in "
            f"common than chance (false discovery rate 5%): {', '.join(named)}{', …' if more else ''}.",
            len(significant),
            "department-pairs",
            tuple(_pair(row) for row in significant),
            anchor(
                "pair", str(significant[0]["department_a"]), str(significant[0]["department_b"])
            ),
        )
        return
    least = min(_number(row["p_value"]) for row in pairs)
    with_it = [row for row in pairs if row["p_value"] == least]
    zh, en = several([_pair(row) for row in with_it], "对", "pairs")
    about_zh, about_en = "", ""
    reach = sum(bool(row["within_reach"]) for row in pairs)
    if len(with_it) == 1:
        (row,) = with_it
        expected = _number(row["expected"])
        about_zh = f"{row['items']} 项，期望 {expected:.1f} 项，"
        about_en = f"{_plural(_number(row['items']), 'item')}, {expected:.1f} expected, "
    yield Statement(
        f"没有一对部门的共同事项显著多于偶然（错误发现率 5%）；p 值最小的是{zh}（{about_zh}p = {least:.2g}）。"
        f"这一检验偏保守：{len(pairs)} 对中只有 {reach} 对单凭自身有可能达到显著。",
        "No pair has significantly more items in common than chance (false discovery rate 5%); the least "
        f"p-value is that of {en} ({about_en}p = {least:.2g}). The test is conservative: of the "
        f"{_plural(len(pairs), 'pair')} only {reach} could have become significant by themselves.",
        0,
        "department-pairs",
        tuple(_pair(row) for row in with_it),
        anchor("pair", str(with_it[0]["department_a"]), str(with_it[0]["department_b"])),
    )


def _pair(row: Mapping[str, Value]) -> str:
    return f"{row['department_a']}–{row['department_b']}"


def _taken_back(
    load: Sequence[Mapping[str, Value]],
    reclaimed: Sequence[Mapping[str, Value]],
    values: Mapping[str, Value],
) -> Iterator[Statement]:
    takers = [row for row in load if row["taken_back"]]
    if not takers:
        return
    taken = len({row["key"] for row in reclaimed if row["department"]})
    unnamed = int(_number(values.get("reclaimed_items"))) - taken
    leading = sum(bool(row["items"]) for row in takers)
    most = holders(takers, "taken_back")
    zh, en = several([str(row["department"]) for row in most], "个部门", "departments")
    each = len(most) > 1
    if leading == len(takers):
        still_zh, still_en = "都仍有事项要乡镇配合", "all of them still lead"
    elif leading:
        still_zh = f"其中 {leading} 个仍有事项要乡镇配合"
        still_en = f"{leading} of them still lead{'s' if leading == 1 else ''}"
    else:
        still_zh, still_en = "它们都不再有事项要乡镇配合", "none of them still leads"
    if len(takers) == 1:
        still_en = "it still leads" if leading else "it leads no more"
        still_zh = "仍有事项要乡镇配合" if leading else "不再有事项要乡镇配合"
    rest_zh = f"；另有 {unnamed} 项收回事项没有写明部门" if unnamed else ""
    rest_en = (
        f"; {_plural(unnamed, 'further item')} taken back name no department" if unnamed else ""
    )
    yield Statement(
        f"{len(takers)} 个部门收回了 {taken} 项，{still_zh}{rest_zh}。收回最多的是{zh}（"
        f"{'各 ' if each else ''}{most[0]['taken_back']} 项）。",
        f"{_plural(len(takers), 'department')} took back {_plural(taken, 'item')}; {still_en} items that the "
        f"town must help with{rest_en}. Most were taken back by {en} ({most[0]['taken_back']}"
        f"{' each' if each else ''}).",
        taken,
        "department-load",
        tuple(str(row["department"]) for row in takers),
        anchor("department", str(most[0]["department"]), "reclaimed"),
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
