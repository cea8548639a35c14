"""The page of a comparison: one self-contained HTML file in Chinese and English."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dutygraph.compare.concepts import Thresholds
from dutygraph.compare.duties import ALIKE
from dutygraph.compare.edition_figures import edition_place
from dutygraph.compare.figures import MOST_STEPS, comparison_figures
from dutygraph.compare.pair_page import RELATIONS, pair_context, row_place
from dutygraph.compare.statements import statements
from dutygraph.compare.towns_page import towns_context
from dutygraph.compare.view import (
    KINDS,
    STEP_TABLES,
    Step,
    item_of,
    rows_of,
    step_key,
    steps_in,
    town_names,
)
from dutygraph.errors import DutyGraphError
from dutygraph.report.anchors import address, anchor, page_of
from dutygraph.report.manifest import NAME, Folder
from dutygraph.report.page import Drawn, FileLink, figures_by_name, render
from dutygraph.report.statements import Statement
from dutygraph.table import Table

if TYPE_CHECKING:
    from dutygraph.compare.comparison import Comparison

PAGE: Final = "index.html"
"""Name of the page."""
_PACKAGE: Final = "dutygraph.compare"
_SHORT: Final = {key: short for key, _, _, short in KINDS}


@dataclass(frozen=True, slots=True)
class WrittenPage:
    """The page that was written.

    Attributes:
        page: the file.
        warnings: what was left undone and what to do about it, a line each.
    """

    page: Path
    warnings: tuple[str, ...]


def write_page(
    comparison: Comparison, out: Folder, *, files: Sequence[FileLink] | None = None
) -> WrittenPage:
    """Write the page of a comparison and its figures.

    ``index.html`` needs no network; ``figures/*.svg`` and ``.png`` hold the figures. Where more than
    `MOST_STEPS` pairs of lists are compared item by item, each has a page of its own in ``steps/``.

    Args:
        comparison: what was compared.
        out: where; its folder has to exist.
        files: further files that the page links to; tables, workbook, Markdown, JSON and manifest
            where they are left out.

    Raises:
        DutyGraphError: a file or folder cannot be written, or the packages of ``dutygraph[report]``
            are not installed.
    """
    from dutygraph.report.write import Artist, inline

    artist = Artist(out, comparison.lang)
    steps = steps_in(comparison.tables)
    apart = len(steps) > MOST_STEPS
    for name in ("figures", *(["steps"] if apart else [])):
        try:
            (out.root / name).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DutyGraphError(
                f"cannot be made: {error.strerror}",
                where=str(out.root / name),
                hint="choose another folder",
            ) from error
    links = _files(comparison) if files is None else files
    for step in steps if apart else ():
        part = _only(comparison, step)
        drawn = inline(comparison_figures(part), comparison.lang)
        text = render_comparison(part, drawn=drawn, up=f"../{PAGE}")
        out.write(f"steps/{step_page(step)}", text.encode())
    drawn = artist.draw(comparison_figures(comparison), synthetic=comparison.synthetic)
    page = out.write(PAGE, render_comparison(comparison, drawn=drawn, files=links).encode())
    return WrittenPage(page, artist.warnings)


def step_page(step: Step) -> str:
    """Name of the page about two lists, where each pair has one.

    >>> from dutygraph.compare.view import Side
    >>> one, other = (Side("甲镇", "653000101", edition, "", "") for edition in ("2024", "2025"))
    >>> step_page(Step(1, one, other))
    '653000101-2024-2025.html'
    """
    return page_of(f"{step.a.division}-{step.a.edition}-{step.b.edition}")


def _files(comparison: Comparison) -> list[FileLink]:
    tables = sorted(comparison.tables.values(), key=lambda one: one.name)
    links = [
        FileLink(f"tables/{one.name}.csv", f"{one.name}.csv", len(one), len(one.columns))
        for one in tables
    ]
    others = ("tables.xlsx", "comparison.md", "comparison.json", NAME)
    return links + [FileLink(name, name) for name in others]


def _only(comparison: Comparison, step: Step) -> Comparison:
    """The comparison of the two lists of one step alone."""
    tables = _step_tables(comparison.tables, step)
    ids = {(one.division, one.edition) for one in (step.a, step.b)}
    lists = tuple(one for one in comparison.lists if one.id in ids)
    return replace(
        comparison, lists=lists, tables=tables, summary=tuple(statements(tables)), warnings=()
    )


def _step_tables(tables: Mapping[str, Table], step: Step) -> dict[str, Table]:
    """The tables about two lists, with only their rows."""
    key = tuple(part for side in (step.a, step.b) for part in (side.division, side.edition))
    out = {}
    for name, table in tables.items():
        if name in STEP_TABLES:
            keep = [step_key(row) == key for row in table]
        elif name == "editions":
            keep = [
                (row["division"], row["edition_a"], row["division"], row["edition_b"]) == key
                for row in table
            ]
        elif name in ("lists", "rebounds"):
            keep = [(row["division"], row["edition"]) in (key[:2], key[2:]) for row in table]
        else:
            continue
        rows = [row for row, kept in zip(table.rows, keep, strict=True) if kept]
        out[name] = Table(name, table.columns, rows)
    return out


def render_comparison(
    comparison: Comparison,
    *,
    drawn: Iterable[Drawn] = (),
    files: Sequence[FileLink] = (),
    up: str = "",
) -> str:
    """The page of a comparison as HTML text, opened in its language.

    Args:
        comparison: what it shows; tables that are missing are shown as empty, or not at all.
        drawn: figures.
        files: files that it links to.
        up: address of the page about all lists; empty where there is none.
    """
    tables = comparison.tables
    steps = steps_in(tables)
    apart = len(steps) > MOST_STEPS
    pairs = [] if apart else [pair_context(step) for step in steps]
    towns = towns_context(tables)
    editions = _editions(tables, steps, apart=apart)
    rebounds = _rebounds(tables, () if apart else steps)
    return render(
        "compare.html.j2",
        _PACKAGE,
        strict=True,
        lang=comparison.lang,
        comparison=comparison,
        lists=_lists(comparison),
        statements=_statements(comparison, steps, apart=apart),
        pairs=pairs,
        pair=pairs[0] if len(pairs) == 1 else None,
        apart=apart,
        towns=towns,
        editions=editions,
        rebounds=rebounds,
        contents=_contents(pairs, towns, editions=bool(editions), files=bool(files)),
        figures=figures_by_name(drawn),
        files=files,
        up=up,
        address=address,
        relations=RELATIONS,
        short=_SHORT,
        thresholds=Thresholds(),
        alike=ALIKE,
    )


def _lists(comparison: Comparison) -> list[dict[str, Any]]:
    """The lists with their sizes."""
    sizes = {
        (str(row["division"]), str(row["edition"])): row
        for row in rows_of(comparison.tables, "lists")
    }
    return [
        {
            **dict.fromkeys(("items", "basic", "cooperative", "reclaimed")),
            **sizes.get((one.division, one.edition), {}),
            "town": one.town,
            "division": one.division,
            "edition": one.edition,
            "title": one.title,
            "synthetic": one.synthetic,
            "sha256": one.sha256,
            "newest": one.newest,
            "others": one.others,
            "simulated": one.synthetic,
        }
        for one in comparison.lists
    ]


def _statements(
    comparison: Comparison, steps: Sequence[Step], *, apart: bool
) -> list[dict[str, Any]]:
    """The summary, each sentence with the address of what it rests on."""
    tables = comparison.tables
    whose: dict[str, Step] = {}
    if len(steps) > 1 and {"lists", "rebounds", *STEP_TABLES} <= tables.keys():
        for step in steps:
            own = _step_tables(tables, step)
            whose |= {one.zh: step for one in statements(own) if one.table != "rebounds"}
    return [
        {
            "zh": one.zh,
            "en": one.en,
            "table": one.table,
            "rows": one.rows,
            "href": _address(one, whose.get(one.zh), several=len(steps) > 1, apart=apart),
        }
        for one in comparison.summary
    ]


def _address(one: Statement, step: Step | None, *, several: bool, apart: bool) -> str:
    if one.table == "editions" or not several or one.table not in STEP_TABLES:
        return address(one.anchor)
    if step is None:  # nothing tells which two lists it is about
        return "#editions" if apart else "#steps"
    if apart:
        return f"steps/{step_page(step)}{address(one.anchor)}"
    return address(f"{anchor(*step.place())}/{one.anchor}")


def _editions(
    tables: Mapping[str, Table], steps: Sequence[Step], *, apart: bool
) -> list[dict[str, Any]]:
    """Steps from one edition to the next, with the addresses of the rows behind their numbers."""
    rows = rows_of(tables, "editions")
    names = town_names(rows)
    by_key = {(s.a.division, s.a.edition, s.b.edition): s for s in steps}
    out = []
    for row in rows:
        step = by_key.get((str(row["division"]), str(row["edition_a"]), str(row["edition_b"])))
        base = ""
        if step and apart:
            base = f"steps/{step_page(step)}"
            step = replace(step, number=0)
        out.append(
            {
                **row,
                "name": names[str(row["division"])],
                "id": anchor(*edition_place(row)),
                "step": step,
                "base": base,
                "synthetic": step is not None and (step.a.synthetic or step.b.synthetic),
            }
        )
    return out


def _rebounds(tables: Mapping[str, Table], steps: Sequence[Step]) -> dict[str, Any]:
    """Work that came back, and methods that leave work to the town by list."""
    at: dict[tuple[Any, ...], tuple[str, ...]] = {}
    for step in steps:
        for number, row in enumerate(step.of("differences")):
            for side, one in (("a", step.a), ("b", step.b)):
                item = item_of(row, side)
                if item:
                    place = row_place(step, number)
                    at.setdefault((one.division, one.edition, *item), place)
                    at[one.division, one.edition, *item, step.b.edition] = place
    returned = []
    methods: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for row in rows_of(tables, "rebounds"):
        old = str(row["division"]), str(row["edition"]), "reclaimed", str(row["key"])
        view = row | {"link": at.get((*old, row["edition_to"]), at.get(old, ()))}
        if row["kind"] == "returned":
            returned.append(view)
        else:
            whose = str(row["town"]), old[0], old[1]
            methods.setdefault(whose, []).append(view)
    return {
        "returned": returned,
        "methods": [
            {
                "town": town,
                "edition": edition,
                "rows": rows,
                "items": len({row["key"] for row in rows}),
                "certain": len({row["key"] for row in rows if row["certain"]}),
            }
            for (town, _, edition), rows in methods.items()
        ],
    }


def _contents(
    pairs: Sequence[Mapping[str, Any]],
    towns: Mapping[str, Any] | None,
    *,
    editions: bool,
    files: bool,
) -> list[tuple[str, str, str]]:
    """The sections of the page: id, Chinese, English."""
    out = [("findings-in-words", "要点", "In words")]
    if editions:
        out.append(("editions", "逐版变化", "Editions"))
    if towns:
        out += [
            ("towns", "各乡镇", "Towns"),
            ("matrix", "相似度", "Likeness"),
            ("concepts", "通用事项", "Duties"),
            ("spread", "不同清单", "Other tables"),
            ("unusual", "与众不同", "Unusual"),
            ("deviations", "偏差", "Deviations"),
        ]
    if len(pairs) == 1:
        out += [
            ("shared", "异同", "Both lists"),
            ("moves", "换清单", "Moved"),
            ("rebounds", "回流", "Back to the town"),
            ("differences", "逐项", "Items"),
            ("duty-level", "职责", "Duties"),
            ("categories", "类别", "Categories"),
            ("types", "部门", "Departments"),
        ]
    else:
        if pairs:
            out.append(("steps", "逐份对照", "List by list"))
        out.append(("rebounds", "回流", "Back to the town"))
    out.append(("method", "方法", "Method"))
    if files:
        out.append(("tables", "文件", "Files"))
    return out
