"""What the comparison of many towns says, in words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping

from dutygraph.compare.phrases import SHOWN, Names, number, plural, whole
from dutygraph.network.across import FEWEST_FOR_OUTLIERS
from dutygraph.report.statements import Statement, holders, listed, several
from dutygraph.table import Table


def of_concepts(tables: Mapping[str, Table]) -> Iterator[Statement]:
    """What the tables say of the concepts."""
    found = list(tables["concepts"])
    if not found:
        return
    towns = len({str(row["division"]) for row in tables["lists"]})
    grades = Counter(str(row["class"]) for row in found)
    yield Statement(
        f"{towns} 个乡镇的清单共涉及 {len(found)} 项通用事项：几乎都有的核心事项 {grades['core']} 项、较普遍 "
        f"{grades['common']} 项、少见 {grades['rare']} 项、仅一个乡镇有的 {grades['unique']} 项。",
        f"The lists of {plural(towns, 'town')} hold {plural(len(found), 'concept')}: {grades['core']} core ones "
        f"that nearly all have, {grades['common']} common, {grades['rare']} rare, and {grades['unique']} that one "
        "town alone has.",
        len(found),
        "concepts",
        (),
        "concepts",
    )
    spread = [row for row in found if row["usual_list"] and number(row["other_list_share"]) > 0]
    if spread:
        first = sorted(
            spread,
            key=lambda row: (-number(row["entropy"]), -whole(row["towns"]), str(row["concept"])),
        )[:SHOWN]
        yield Statement(
            f"{len(spread)} 项通用事项在各乡镇不属于同一清单；分歧最大的是"
            + "、".join(f"“{row['label']}”" for row in first)
            + "。",
            f"{plural(len(spread), 'concept')} {'stands' if len(spread) == 1 else 'stand'} in different lists; towns "
            "agree least on " + listed([f"“{row['label']}”" for row in first]) + ".",
            len(spread),
            "concepts",
            tuple(str(row["concept"]) for row in first),
            "spread",
        )


def of_towns(tables: Mapping[str, Table], names: Names) -> Iterator[Statement]:
    """What they say of the towns."""
    values = [number(row["jaccard"]) for row in tables["town-matrix"] if row["jaccard"] is not None]
    order = list(tables["town-order"])
    if values:
        mean = sum(values) / len(values)
        groups = max(whole(row["cluster"]) for row in order)
        groups_zh = f"，可分为 {groups} 类" if groups > 1 else "，没有明显的分类"
        groups_en = (
            f"; they fall into {groups} clusters" if groups > 1 else "; there are no clear clusters"
        )
        yield Statement(
            f"两两比较，两个乡镇共有的通用事项平均占两者全部的 {mean:.1%}（{min(values):.1%}–{max(values):.1%}）{groups_zh}。",
            f"Any two towns share {mean:.1%} of the concepts that either has, on average "
            f"({min(values):.1%}–{max(values):.1%}){groups_en}.",
            mean,
            "town-matrix",
            (),
            "matrix",
        )
    found = list(tables["unusual"])
    outlying = [row for row in found if row["outlying"] and number(row["z"]) < 0]
    if len(found) >= FEWEST_FOR_OUTLIERS:
        zh, en = several(
            [names.town(r["town"], r["division"]) for r in outlying], "个乡镇", "towns"
        )
        none = "没有一个乡镇的清单明显不同于其他乡镇", "No town's list is clearly unlike the others"
        yield Statement(
            (f"清单明显不同于其他乡镇的是{zh}" if outlying else none[0])
            + "（与其他乡镇重合度的中位数，稳健 |z| > 3.5）。",
            (f"Clearly unlike the others are the lists of {en}" if outlying else none[1])
            + " (median of the Jaccard indices, robust |z| above 3.5).",
            len(outlying),
            "unusual",
            tuple(str(row["division"]) for row in outlying),
            "unusual",
        )
    for kind, zh, en in (
        ("lacks_core", "缺少核心事项最多的是", "Most core concepts are lacking in"),
        (
            "other_list",
            "异于通常清单的事项最多的是",
            "Most concepts in another list than usual has",
        ),
    ):
        first = holders(found, kind)
        if first and whole(first[0][kind]):
            who = several([names.town(r["town"], r["division"]) for r in first], "个乡镇", "towns")
            yield Statement(
                f"{zh}{who[0]}（{first[0][kind]} 项）。",
                f"{en} {who[1]} ({first[0][kind]}).",
                number(first[0][kind]),
                "unusual",
                tuple(str(row["division"]) for row in first),
                "unusual",
            )
