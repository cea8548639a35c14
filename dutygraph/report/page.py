"""The page of a report: one self-contained HTML file in Chinese and English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

import jinja2

from dutygraph import network
from dutygraph.__about__ import __version__
from dutygraph.model import Severity
from dutygraph.report.content import Content
from dutygraph.validate import counts

_LISTS = (
    ("basic", "基本履职", "Basic"),
    ("cooperative", "配合履职", "Cooperative"),
    ("reclaimed", "上级部门收回", "Reclaimed"),
)
_SEVERITIES = {
    Severity.VIOLATION: ("违规", "violations"),
    Severity.WARNING: ("警告", "warnings"),
    Severity.INFO: ("提示", "notes"),
}
_SUBJECTS = {
    "all items": "全部事项",
    "basic items": "基本履职事项",
    "cooperative items": "配合履职事项",
    "reclaimed items": "上级部门收回事项",
    "basic categories": "基本履职事项类别",
    "cooperative categories": "配合履职事项类别",
    "reclaimed categories": "收回事项类别",
    "cooperative departments": "配合履职涉及部门",
    "reclaimed departments": "收回涉及部门",
    "basic departments": "基本履职涉及部门",
}
_SYSTEMS = {
    "party": "党委",
    "government": "政府",
    "congress": "人大",
    "cppcc": "政协",
    "judicial": "司法",
    "mass-organisation": "群团",
    "vertical-branch": "垂直管理",
    "public-institution": "事业单位",
    "enterprise": "企业",
    "": "未知",
}


@cache
def _environment() -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.PackageLoader("dutygraph.report", "."),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["number"] = _number
    environment.filters["percent"] = _percent
    environment.filters["place_zh"] = _place_zh
    return environment


def _number(value: object, digits: int = 2) -> str:
    """A number as a reader expects it; an en dash for None."""
    if value is None:
        return "–"
    if isinstance(value, float):
        return f"{value:,.{digits}f}"
    return f"{value:,}" if isinstance(value, int) else str(value)


def _percent(value: float | None) -> str:
    return "–" if value is None else f"{value:.1%}"


_PLACE_ZH = (
    (re.compile(r"line (\d+)"), r"第 \1 行"),
    (re.compile(r"row (\d+)"), r"第 \1 行"),
    (re.compile(r"page (\d+)"), r"第 \1 页"),
    (re.compile(r"sheet "), "工作表 "),
)


def _place_zh(place: str) -> str:
    """A place as a Chinese reader expects it: line 25 → 第 25 行."""
    for pattern, replacement in _PLACE_ZH:
        place = pattern.sub(replacement, place)
    return place


def render_page(content: Content, lang: str = "zh") -> str:
    """The page as HTML text.

    Args:
        content: what it shows.
        lang: language that it opens in, ``zh`` or ``en``.
    """
    template = _environment().get_template("page.html.j2")
    return template.render(**_context(content, lang))


def _context(content: Content, lang: str) -> dict[str, Any]:
    tables = content.tables
    lists = next(iter(tables["lists"]))
    load = list(tables["department-load"])
    named = [row for row in load if row["items"]]
    measures = {row["measure"]: row["value"] for row in tables["concentration"]}
    total_items = sum(int(lists[key] or 0) for key, _, _ in _LISTS)
    pairs = list(tables["department-pairs"])
    return {
        "lang": lang,
        "version": __version__,
        "content": content,
        "lists": [{"key": key, "zh": zh, "en": en, "items": lists[key]} for key, zh, en in _LISTS],
        "total_items": total_items,
        "categories": _category_rows(list(tables["categories"])),
        "load": load,
        "named": named,
        "english": {row["department"]: row["department_type_en"] for row in tables["departments"]},
        "top": named[:3],
        "top_share": sum(float(row["share"] or 0) for row in named[:5]),
        "effective": measures.get("effective_number"),
        "hhi": measures.get("hhi"),
        "gini": measures.get("gini"),
        "systems": _SYSTEMS,
        "pairs": [row for row in pairs if int(row["items"] or 0) >= 2],
        "all_pairs": len(pairs),
        "network": _network_numbers(content),
        "claims": list(tables["claims"]),
        "subjects": _SUBJECTS,
        "open_claims": sum(not row["agrees"] for row in tables["claims"]),
        "severities": [
            {"key": str(s), "zh": _SEVERITIES[s][0], "en": _SEVERITIES[s][1], "count": number}
            for s, number in counts(content.results).items()
        ],
        "findings": [r for r in content.results if r.severity is not Severity.INFO],
        "notes": [r for r in content.results if r.severity is Severity.INFO],
        "load_columns": tables["department-load"].columns[:16],
        "tables": [
            {"name": name, "rows": len(table), "columns": len(table.columns)}
            for name, table in sorted(tables.items())
        ],
    }


def _category_rows(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """A row a category with its items in the three lists, the largest first."""
    numbers: dict[str, Counter[str]] = {}
    english: dict[str, str] = {}
    for row in rows:
        english[row["category"] or "–"] = row["category_en"]
        numbers.setdefault(row["category"] or "–", Counter())[row["list"]] += row["items"]
    widest = max((sum(c.values()) for c in numbers.values()), default=1)
    out = [
        {
            "category": category,
            "english": english[category],
            "numbers": [
                {"key": key, "items": number[key], "width": 100 * number[key] / widest}
                for key, _, _ in _LISTS
            ],
            "total": sum(number.values()),
        }
        for category, number in numbers.items()
    ]
    return sorted(out, key=lambda row: (-row["total"], row["category"]))


def _network_numbers(content: Content) -> dict[str, Any]:
    graph = network.co_responsibility(content.tables["department-pairs"])
    named = sum(bool(row["items"]) for row in content.tables["department-load"])
    ranked = sorted(graph.degree, key=lambda pair: (-pair[1], pair[0]))
    return {
        "nodes": graph.number_of_nodes(),
        "edges": graph.number_of_edges(),
        "alone": named - graph.number_of_nodes(),
        "centre": ranked[0] if ranked else None,
    }
