"""What the comparison of two lists says, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dutygraph.compare.listing import KINDS
from dutygraph.compare.phrases import LIST_NAMES, SHOWN, Names, number, plural, whole
from dutygraph.network.across import FEWEST_ITEMS
from dutygraph.report.anchors import anchor
from dutygraph.report.statements import Statement, listed, percent
from dutygraph.table import Value


def of_pair(
    rows: Mapping[str, Sequence[Mapping[str, Value]]], names: Names, *, editions: bool
) -> Iterator[Statement]:
    """What the tables of two lists say.

    Args:
        rows: of the tables of these two lists, by name.
        names: names of the lists.
        editions: the two are editions of a town, of whose items the table ``editions`` tells.
    """
    found = rows["list-similarity"]
    if not found:
        return
    a, b = names.of(found[0], "a"), names.of(found[0], "b")
    yield from _shared(found, a, b, editions=editions)
    yield from _moves(rows["differences"], a, b)
    yield from _departments(rows["differences"], a, b)
    yield from _split(rows, a, b)
    yield from _lean(rows["by-department-type"], a, b)


def _shared(
    found: Sequence[Mapping[str, Value]], a: tuple[str, str], b: tuple[str, str], *, editions: bool
) -> Iterator[Statement]:
    by_list = {str(row["list"]): row for row in found}
    overall = by_list["all"]
    if overall["jaccard"] is None:
        return
    shared, unsure = whole(overall["shared"]), whole(overall["uncertain"])
    if not editions:
        unsure_zh = f"，另有 {unsure} 项可能相同" if unsure else ""
        unsure_en = f", and {unsure} that may be the same" if unsure else ""
        yield Statement(
            f"{a[0]}（{overall['items_a']} 项）与{b[0]}（{overall['items_b']} 项）共有 {shared} 项相同职责，占两者全部职责的 "
            f"{percent(overall['jaccard'])}{unsure_zh}；仅{a[0]}有 {overall['only_a']} 项，仅{b[0]}有 {overall['only_b']} 项。"
            f"相同职责中 {overall['reworded']} 项措辞不同。",
            f"{a[1]} ({plural(whole(overall['items_a']), 'item')}) and {b[1]} "
            f"({plural(whole(overall['items_b']), 'item')}) have {shared} duties in common, "
            f"{percent(overall['jaccard'])} of all that either has{unsure_en}; {overall['only_a']} only {a[1]} has, "
            f"{overall['only_b']} only {b[1]}. Of those in common {overall['reworded']} are worded otherwise.",
            shared,
            "list-similarity",
            ("all",),
            "shared",
        )
    parts = [(kind, by_list[kind]["jaccard"]) for kind in KINDS]
    some = [(kind, value) for kind, value in parts if value is not None]
    if len(some) > 1:
        yield Statement(
            f"{a[0]}与{b[0]}分清单的重合度（同一清单内的相同职责占两者全部职责）："
            + "、".join(f"{LIST_NAMES[kind][0]} {percent(value)}" for kind, value in some)
            + "。",
            f"{a[1]} and {b[1]}, list by list (duties in the same list of both among all that either has "
            "there): "
            + ", ".join(f"{LIST_NAMES[kind][1]} {percent(value)}" for kind, value in some)
            + ".",
            number(overall["jaccard"]),
            "list-similarity",
            tuple(kind for kind, _ in some),
            "lists",
        )


def _moves(
    found: Iterable[Mapping[str, Value]], a: tuple[str, str], b: tuple[str, str]
) -> Iterator[Statement]:
    moved = Counter(
        (str(row["list_a"]), str(row["list_b"]))
        for row in found
        if row["kind"] == "shared" and row["moved"]
    )
    if not moved:
        return
    ranked = sorted(moved, key=lambda pair: (-moved[pair], pair))
    total = sum(moved.values())
    yield Statement(
        f"{total} 对相同事项在{a[0]}与{b[0]}属于不同清单："
        + "、".join(
            f"{LIST_NAMES[one][0]}→{LIST_NAMES[other][0]} {moved[one, other]} 对"
            for one, other in ranked
        )
        + "。",
        f"{plural(total, 'pair')} of items that are the same stand in different lists of {a[1]} and {b[1]}: "
        + listed(
            [
                f"{LIST_NAMES[one][1]} → {LIST_NAMES[other][1]} {moved[one, other]}"
                for one, other in ranked
            ]
        )
        + ".",
        total,
        "moves",
        tuple(f"{one}→{other}" for one, other in ranked),
        "moves",
    )


def _departments(
    found: Sequence[Mapping[str, Value]], a: tuple[str, str], b: tuple[str, str]
) -> Iterator[Statement]:
    compared = [row for row in found if row["kind"] == "shared" and _named(row)]
    changed = [row for row in compared if row["departments_added"] or row["departments_removed"]]
    renamed = {
        one for row in found for one in str(row["departments_renamed"] or "").split("、") if one
    }
    if not compared:
        return
    renamed_zh = f"；更名或合并的部门：{'、'.join(sorted(renamed)[:SHOWN])}" if renamed else ""
    renamed_en = f"; renamed or merged: {listed(sorted(renamed)[:SHOWN])}" if renamed else ""
    if len(renamed) > SHOWN:
        renamed_zh += f" 等 {len(renamed)} 个"
        renamed_en += f" and {len(renamed) - SHOWN} more"
    yield Statement(
        f"{a[0]}与{b[0]}都写明部门的 {len(compared)} 对相同事项中，{len(changed)} 对的部门不同{renamed_zh}。",
        f"Of {plural(len(compared), 'pair')} of items that are the same and name departments in {a[1]} and {b[1]}, "
        f"{len(changed)} name other ones{renamed_en}.",
        len(changed),
        "differences",
        (),
        "departments",
    )


def _named(row: Mapping[str, Value]) -> bool:
    return bool(row["departments_a"] and row["departments_b"])


def _split(
    rows: Mapping[str, Sequence[Mapping[str, Value]]], a: tuple[str, str], b: tuple[str, str]
) -> Iterator[Statement]:
    compared = [row for row in rows["differences"] if row["split_changed"] is not None]
    if not compared:
        return
    changed = sum(bool(row["split_changed"]) for row in compared)
    duties = rows["duty-differences"]
    numbers = Counter(
        (str(row["kind"]), str(row["party_kind_a"] or ""), str(row["party_kind_b"] or ""))
        for row in duties
    )
    told = (
        (("only_b", "", "town"), "后者乡镇多出 {} 条职责", "{} of the town only the latter has"),
        (
            ("only_a", "town", ""),
            "前者乡镇的 {} 条职责后者没有",
            "{} of the town only the former has",
        ),
        (
            ("party", "department", "town"),
            "{} 条由部门改为乡镇承担",
            "{} went from a department to the town",
        ),
        (
            ("party", "town", "department"),
            "{} 条由乡镇改为部门承担",
            "{} went from the town to a department",
        ),
        (
            ("party", "department", "department"),
            "{} 条换了部门",
            "{} went from one department to another",
        ),
    )
    parts = [
        (
            zh.format(numbers[key]),
            en.format(plural(numbers[key], "duty").replace("dutys", "duties")),
        )
        for key, zh, en in told
        if numbers[key]
    ]
    yield Statement(
        f"{a[0]}与{b[0]}都属配合履职的 {len(compared)} 对相同事项中，{changed} 对的职责分工不同"
        + ("：" + "，".join(part[0] for part in parts) if parts else "")
        + "。",
        f"Of {plural(len(compared), 'pair')} of items that are the same and cooperative in {a[1]} and {b[1]}, "
        f"{changed} {'splits' if changed == 1 else 'split'} the work otherwise"
        + (": " + listed([part[1] for part in parts]) if parts else "")
        + ".",
        changed,
        "duty-differences",
        (),
        "split",
    )


def _lean(
    found: Sequence[Mapping[str, Value]], a: tuple[str, str], b: tuple[str, str]
) -> Iterator[Statement]:
    some = [
        row
        for row in found
        if row["lean_difference"] is not None
        and min(whole(row["items_a"]), whole(row["items_b"])) >= FEWEST_ITEMS
        and abs(number(row["lean_difference"])) > 0.0005
    ]
    if not some:
        return
    first = sorted(
        some, key=lambda row: (-abs(number(row["lean_difference"])), str(row["department_type"]))
    )[:SHOWN]
    yield Statement(
        f"对乡镇的倚重度，{a[0]}与{b[0]}相差最大的部门类型："
        + "、".join(
            f"{row['department_type']}（{percent(row['lean_a'])}→{percent(row['lean_b'])}）"
            for row in first
        )
        + f"（两边各至少 {FEWEST_ITEMS} 项）。",
        f"How far departments lean on the town differs most between {a[1]} and {b[1]} for "
        + listed(
            [
                f"{row['department_type_en'] or row['department_type']} ({percent(row['lean_a'])} → "
                f"{percent(row['lean_b'])})"
                for row in first
            ]
        )
        + f" (types named by at least {FEWEST_ITEMS} items of both).",
        number(first[0]["lean_difference"]),
        "by-department-type",
        tuple(str(row["department_type"]) for row in first),
        anchor("type", str(first[0]["department_type"])),
    )
