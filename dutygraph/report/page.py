"""The page of a report: one self-contained HTML file in Chinese and English."""

from __future__ import annotations

import base64
import hashlib
import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import jinja2
from markupsafe import Markup

from dutygraph.__about__ import __version__
from dutygraph.model import Severity
from dutygraph.network.editions import names
from dutygraph.report.across import Across, measure_rows, shares_of_all
from dutygraph.report.anchors import address, anchor, href, page_of
from dutygraph.report.content import Content
from dutygraph.report.evidence import PARTY_ZH, evidence
from dutygraph.report.statements import Statement, statements
from dutygraph.table import Table, Value
from dutygraph.validate import counts

_PACKAGE = "dutygraph.report"
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
_NATURES = {"legwork": "跑腿", "authority": "权力", "other": "其他", "": "–"}
_SHORT = {"basic": "基", "cooperative": "配", "reclaimed": "收"}
_CONTENTS = (
    ("findings-in-words", "要点", "In words"),
    ("load", "部门负荷", "Load"),
    ("split", "职责划分", "Split"),
    ("actions", "谁做什么", "Actions"),
    ("lists", "类别", "Categories"),
    ("pairs", "共同负责", "Together"),
    ("taken-back", "收回", "Taken back"),
    ("claims", "自述", "Claims"),
    ("findings", "问题", "Findings"),
    ("measures", "指标", "Measures"),
    ("method", "方法", "Method"),
    ("evidence", "依据", "Evidence"),
    ("items", "原文", "Source"),
)
# Where the items behind a measure are.
_MEASURE_LINKS = {
    "items": href("list", "all"),
    "basic_items": href("list", "basic"),
    "cooperative_items": href("list", "cooperative"),
    "reclaimed_items": href("list", "reclaimed"),
    "balance": href("list", "all"),
    "duties": href("party", "all"),
    "town_duties": href("party", "town"),
    "department_duties": href("party", "department"),
    "unattributed_duties": href("party", "unattributed"),
    "joint_duties": "#load",
    "town_share": href("party", "all"),
    "departments": "#load",
    "departments_per_item": href("list", "cooperative"),
    "hhi": "#load",
    "gini": "#load",
    "effective_number": "#load",
    "town_legwork": "#actions",
    "town_authority": "#actions",
    "department_legwork": "#actions",
    "department_authority": "#actions",
    "action_divergence": "#actions",
    "taken_back_from": "#taken-back",
    "taken_back_and_leading": "#taken-back",
    **{
        f"network_{name}": "#pairs"
        for name in ("nodes", "edges", "density", "isolated", "largest_component")
    },
    "network_communities": "#communities",
    "network_modularity": "#communities",
    "significant_pairs": "#pairs",
    "pairs_within_reach": "#pairs",
}


@dataclass(frozen=True, slots=True)
class Drawn:
    """A figure as the page shows it.

    Attributes:
        name: of the figure.
        title_zh, title_en, caption_zh, caption_en: its words.
        zh, en: the drawing as SVG, in each language; *en* may be empty, then *zh* is for both.
        files: addresses of its files, from the page.
    """

    name: str
    title_zh: str
    title_en: str
    caption_zh: str
    caption_en: str
    zh: str
    en: str
    files: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FileLink:
    """A file of the report, as the page lists it.

    Attributes:
        path: its address from the page.
        name: what it is called there.
        rows, columns: of a table; None for another file.
    """

    path: str
    name: str
    rows: int | None = None
    columns: int | None = None


@cache
def _environment(package: str) -> jinja2.Environment:
    environment = jinja2.Environment(
        loader=jinja2.ChoiceLoader(
            [jinja2.PackageLoader(name, "templates") for name in dict.fromkeys((package, _PACKAGE))]
        ),
        # The style, the script and Markdown are no HTML; everything else is escaped.
        autoescape=jinja2.select_autoescape(("html.j2",), default=False),
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=jinja2.StrictUndefined,
    )
    environment.filters["number"] = _number
    environment.filters["percent"] = _percent
    environment.filters["chance"] = _chance
    environment.filters["measure"] = _measure
    environment.filters["place_zh"] = _place_zh
    environment.filters["md"] = _markdown
    environment.filters["sha256"] = _sha256
    environment.globals["href"] = href
    environment.globals["anchor"] = anchor
    environment.globals["page_of"] = page_of
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


def _chance(value: float | None) -> str:
    """A p-value: small ones with their power of ten."""
    if value is None:
        return "–"
    return f"{value:.1e}" if 0 < value < 0.001 else f"{value:.3f}"


def _measure(value: float | None, unit: str) -> str:
    """The value of a measure: whole numbers without decimals."""
    if value is None or not math.isfinite(value):
        return "–"
    value = value or 0.0  # no −0
    return f"{value:,.0f}" if value == int(value) and "–" not in unit else f"{value:,.3f}"


_PLACE_ZH = (
    (re.compile(r"line (\d+)"), r"第 \1 行"),
    (re.compile(r"row (\d+)"), r"第 \1 行"),
    (re.compile(r"page (\d+)"), r"第 \1 页"),
    (re.compile(r"table (\d+)"), r"第 \1 张表"),
    (re.compile(r"paragraph (\d+)"), r"第 \1 段"),
    (re.compile(r"^sheet "), "工作表 "),
    (re.compile(r", (?=第 \d+ 行$|第 \d+ 张表)"), "，"),
)


def _place_zh(place: str) -> str:
    """A place as a Chinese reader expects it.

    >>> _place_zh("line 25"), _place_zh("table 2, row 15"), _place_zh("sheet 清单, row 3")
    ('第 25 行', '第 2 张表，第 15 行', '工作表 清单，第 3 行')
    """
    for pattern, replacement in _PLACE_ZH:
        place = pattern.sub(replacement, place)
    return place


def _sha256(text: str) -> str:
    """Digest of a text as a content security policy wants it."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()


_IN_MARKDOWN = re.compile(r"([\\`*_{}\[\]<>|#~])")


def _markdown(text: object) -> str:
    r"""Text that Markdown shows as it is.

    >>> _markdown("a|b <i>")
    'a\\|b \\<i\\>'
    """
    return _IN_MARKDOWN.sub(r"\\\1", " ".join(str(text).split()))


def render(template: str, package: str = _PACKAGE, **context: Any) -> str:
    """A page from a template.

    Args:
        template: its name.
        package: in whose folder ``templates`` it is; it may use those of this package too.
        **context: what it shows, beside the version and the words that all pages share.
    """
    return (
        _environment(package)
        .get_template(template)
        .render(
            version=__version__, systems=_SYSTEMS, subjects=_SUBJECTS, natures=_NATURES, **context
        )
    )


def render_page(
    content: Content,
    lang: str = "zh",
    *,
    drawn: Iterable[Drawn] = (),
    files: Sequence[FileLink] = (),
    up: str = "",
) -> str:
    """The page about one edition as HTML text.

    Args:
        content: what it shows.
        lang: language that it opens in, ``zh`` or ``en``.
        drawn: figures.
        files: files of the report that it links to.
        up: address of the page about all towns; empty where there is none.
    """
    context = _context(content)
    return render(
        "town.html.j2", lang=lang, figures=figures_by_name(drawn), files=files, up=up, **context
    )


def render_markdown(content: Content, lang: str = "zh", *, drawn: Iterable[Drawn] = ()) -> str:
    """The report about one edition as Markdown, in one language.

    Args:
        content: what it says.
        lang: ``zh`` or ``en``.
        drawn: figures that were written to files.
    """
    figures = [one for one in drawn if one.files]
    return render("town.md.j2", lang=lang, figures=figures, **_context(content))


def figures_by_name(drawn: Iterable[Drawn]) -> dict[str, dict[str, Any]]:
    """Figures by name; their drawings are SVG of our own making and stay as they are."""
    return {
        one.name: {
            "name": one.name,
            "title_zh": one.title_zh,
            "title_en": one.title_en,
            "caption_zh": one.caption_zh,
            "caption_en": one.caption_en,
            "zh": Markup(one.zh),  # noqa: S704
            "en": Markup(one.en),  # noqa: S704
            "files": one.files,
        }
        for one in drawn
    }


def statement_views(
    found: Iterable[Statement], places: Container[str] | None = None
) -> list[dict[str, Any]]:
    """Statements with the address of what they rest on.

    Args:
        found: the statements.
        places: ids of the page beside those of its sections; all where left out.
    """
    return [
        {
            "zh": one.zh,
            "en": one.en,
            "table": one.table,
            "rows": one.rows,
            "href": address(one.anchor)
            if places is None or "/" not in one.anchor or one.anchor in places
            else "#measures",
        }
        for one in found
    ]


def _context(content: Content) -> dict[str, Any]:
    tables = content.tables
    lists = next(iter(tables["lists"]))
    load = list(tables["department-load"])
    measures = list(tables["measures"])
    nodes = list(tables["nodes"])
    groups = evidence(tables)
    places = {group.anchor for group in groups}
    places |= {entry.anchor for group in groups for entry in group.entries}
    places |= {anchor("measure", str(row["measure"])) for row in measures}
    return {
        "content": content,
        "contents": _CONTENTS,
        "lists": [{"key": key, "zh": zh, "en": en, "items": lists[key]} for key, zh, en in _LISTS],
        "total_items": sum(int(lists[key] or 0) for key, _, _ in _LISTS),
        "statements": statement_views(statements(tables), places),
        "values": {row["measure"]: row["value"] for row in measures},
        "load": load,
        "named": [row for row in load if row["items"]],
        "english": {row["department"]: row["department_type_en"] for row in load},
        "parties": _parties(measures),
        "actions": _actions(list(tables["action-totals"])),
        "profiles": list(tables["action-profiles"]),
        "categories": list(tables["categories"]),
        "pairs": list(tables["department-pairs"]),
        "pair_tests": len(nodes) * (len(nodes) - 1) // 2,
        "nodes": nodes,
        "communities": _communities(nodes),
        "takers": [row for row in load if row["taken_back"]],
        "claims": list(tables["claims"]),
        "severities": [
            {"key": str(s), "zh": _SEVERITIES[s][0], "en": _SEVERITIES[s][1], "count": number}
            for s, number in counts(content.results).items()
        ],
        "findings": [r for r in content.results if r.severity is not Severity.INFO],
        "notes": [r for r in content.results if r.severity is Severity.INFO],
        "measures": measures,
        "measure_links": {
            name: link
            for name, link in _MEASURE_LINKS.items()
            if "/" not in link or link[1:] in places
        },
        "load_columns": tables["department-load"].columns,
        "evidence": groups,
        "bounds": {anchor("department", str(row["department"])): row for row in load},
        "short": _SHORT,
        "items": _items(content),
    }


def _parties(measures: Sequence[Mapping[str, Value]]) -> list[dict[str, Any]]:
    """Duties of each kind of party, with the bounds that unattributed ones leave."""
    value = {str(row["measure"]): float(row["value"] or 0) for row in measures}
    whole = value.get("duties", 0)
    if not whole:
        return []
    unclear = value["unattributed_duties"]
    out: list[dict[str, Any]] = []
    for kind in PARTY_ZH:
        number = value[f"{kind}_duties"]
        bounds = (number / whole, (number + unclear) / whole)
        low, high = bounds if kind != "unattributed" and unclear else (None, None)
        out.append(
            {"kind": kind, "duties": int(number), "share": number / whole, "low": low, "high": high}
        )
    return out


def _actions(rows: Sequence[Mapping[str, Value]]) -> list[dict[str, Any]]:
    """A row an action with its numbers for each kind of party."""
    out: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = out.setdefault(
            str(row["action"]),
            {
                "code": str(row["action"]),
                "zh": row["action_zh"],
                "en": row["action_en"],
                "nature": str(row["nature"] or ""),
                **dict.fromkeys(PARTY_ZH, 0),
                **{f"{kind}_share": None for kind in PARTY_ZH},
            },
        )
        one[str(row["party_kind"])] = row["duties"]
        one[f"{row['party_kind']}_share"] = row["share"]
    return sorted(out.values(), key=lambda one: (-one["town"] - one["department"], one["code"]))


def _communities(
    nodes: Sequence[Mapping[str, Value]],
) -> list[tuple[int, list[Mapping[str, Value]]]]:
    """Members of each community; departments that are only named alone come last, as 0."""
    groups: dict[int, list[Mapping[str, Value]]] = defaultdict(list)
    for row in nodes:
        groups[int(row["community"] or 0)].append(row)
    return sorted(groups.items(), key=lambda pair: (pair[0] == 0, pair[0]))


def _items(content: Content) -> dict[str, list[dict[str, Any]]]:
    """Items of each list with their duties in blocks, as the document has them."""
    duties: dict[tuple[Value, Value], dict[tuple[Value, Value], dict[str, Any]]] = defaultdict(dict)
    for row in content.tables["duties"]:
        place = (row["side"], row["position"])
        one = duties[row["list"], row["key"]].setdefault(place, {**row, "parties": []})
        one["parties"].append(str(row["party"]))
    methods = {row["key"]: row["method"] for row in content.tables["reclaimed"]}
    out: dict[str, list[dict[str, Any]]] = {key: [] for key, _, _ in _LISTS}
    for row in content.tables["items"]:
        blocks: list[dict[str, Any]] = []
        for duty in duties[row["list"], row["key"]].values():
            party, phase = "、".join(duty["parties"]), duty["phase"]
            if not blocks or (blocks[-1]["party"], blocks[-1]["phase"]) != (party, phase):
                blocks.append({"party": party, "phase": phase, "duties": []})
            blocks[-1]["duties"].append(duty)
        out[str(row["list"])].append(
            {
                **row,
                "departments": names(row["departments"]),
                "blocks": blocks,
                "method": methods.get(row["key"], "") if row["list"] == "reclaimed" else "",
            }
        )
    return out


_SHOWN = (
    ("basic_items", "基本", "Basic"),
    ("cooperative_items", "配合", "Cooperative"),
    ("reclaimed_items", "收回", "Reclaimed"),
    ("balance", "部门事项占比", "Balance"),
    ("town_share", "乡镇职责占比", "Town share"),
    ("departments", "部门数", "Departments"),
    ("effective_number", "有效部门数", "Effective"),
    ("town_legwork", "乡镇跑腿占比", "Town legwork"),
    ("action_divergence", "动作差异", "Divergence"),
    ("significant_pairs", "显著部门对", "Significant pairs"),
)
_ACROSS_CONTENTS = (
    ("findings-in-words", "要点", "In words"),
    ("towns", "各乡镇", "Towns"),
    ("types", "部门类型", "Department types"),
    ("outlying", "偏离", "Outlying"),
    ("nested", "嵌套性", "Nestedness"),
    ("similar", "相似度", "Likeness"),
    ("method", "方法", "Method"),
    ("evidence", "依据", "Evidence"),
    ("tables", "文件", "Files"),
)


def render_across(
    across: Across,
    lang: str = "zh",
    *,
    drawn: Iterable[Drawn] = (),
    files: Sequence[FileLink] = (),
    others: Sequence[str] = (),
    newest: bool = True,
) -> str:
    """The page about several towns as HTML text.

    Args:
        across: what it shows.
        lang: language that it opens in, ``zh`` or ``en``.
        drawn: figures.
        files: files of the report that it links to.
        others: towns of which the store holds further editions, in words.
        newest: the newest editions were taken, and not those that were asked for.
    """
    return render(
        "across.html.j2",
        lang=lang,
        figures=figures_by_name(drawn),
        files=files,
        others=others,
        newest=newest,
        **_across_context(across),
    )


def render_across_markdown(
    across: Across,
    lang: str = "zh",
    *,
    drawn: Iterable[Drawn] = (),
    others: Sequence[str] = (),
    newest: bool = True,
) -> str:
    """The report about several towns as Markdown, in one language.

    Args:
        across: what it says.
        lang: ``zh`` or ``en``.
        drawn: figures that were written to files.
        others: towns of which the store holds further editions, in words.
        newest: the newest editions were taken, and not those that were asked for.
    """
    figures = [one for one in drawn if one.files]
    context = _across_context(across)
    return render(
        "across.md.j2", lang=lang, figures=figures, others=others, newest=newest, **context
    )


def _across_context(across: Across) -> dict[str, Any]:
    tables = across.tables
    measures = {str(row["measure"]): row for row in tables["measures"]}
    values = measure_rows(tables, (name for name, _, _ in _SHOWN))
    outlying = sorted(
        (row for row in tables["outliers"] if row["outlying"]),
        key=lambda row: (-abs(float(row["z"] or 0)), str(row["division"]), str(row["measure"])),
    )
    number = Counter(
        row["division"] for row in outlying if not str(row["measure"]).startswith("lean:")
    )
    towns = [
        {
            **row,
            "page": page_of(str(row["division"])),
            "values": values.get(str(row["division"]), {}),
            "outlying": number[row["division"]],
        }
        for row in tables["towns"]
    ]
    return {
        "contents": _ACROSS_CONTENTS,
        "statements": statement_views(across.statements),
        "towns": towns,
        "synthetic": sum(bool(row["synthetic"]) for row in towns),
        "shown": [
            {
                "name": name,
                "zh": zh,
                "short": short,
                "en": measures[name]["en"] if name in measures else name,
                "unit": str(measures[name]["unit"]) if name in measures else "",
                "href": _MEASURE_LINKS.get(name, "#measures"),
            }
            for name, zh, short in _SHOWN
        ],
        "types": _types(tables),
        "outlying": outlying,
        "judged": len(tables["outliers"]),
        "comparisons": sum(row["z"] is not None for row in tables["outliers"]),
        "nested": list(tables["nestedness"]),
    }


def _types(tables: Mapping[str, Table]) -> list[dict[str, Any]]:
    """Department types with their means, and the departments of each town behind them."""
    out: dict[str, dict[str, Any]] = {}
    for row in tables["type-summary"]:
        one = out.setdefault(
            str(row["department_type"]),
            {
                "name": str(row["department_type"]),
                "english": row["department_type_en"],
                "evidence": [],
                "towns": 0,
            },
        )
        one[str(row["measure"])] = row
    for row in tables["department-load"]:
        kind = str(row["department_type"] or row["department"])
        if kind in out:
            out[kind]["evidence"].append(row)
    means = shares_of_all(tables)
    for kind, one in out.items():
        one["share_of_all"] = means.get(kind, 0.0)
        one["towns"] = one["items"]["towns"]
    return sorted(out.values(), key=lambda one: (-one["share_of_all"], one["name"]))
