"""Writes a comparison: Markdown, tables (CSV, XLSX), JSON, and a manifest of all."""

from __future__ import annotations

import json
import math
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from dutygraph import query, table
from dutygraph.compare.comparison import Comparison
from dutygraph.compare.gather import PLACES, QUERIES, SOURCES
from dutygraph.errors import DutyGraphError
from dutygraph.files import write_whole
from dutygraph.report.manifest import NAME, Asked, Folder, manifest, read_outputs
from dutygraph.table import Column, Table, Value

FORMAT: Final = "dutygraph-comparison"
"""Name of the form of the JSON file."""
VERSION: Final = 1
"""Version of that form: raised when what a reader relies on changes."""
MOST_IN_WORKBOOK: Final = 100_000
"""Rows of a table that the workbook still holds; larger ones are CSV and JSON only."""

_TITLE: Final = ("履职事项清单比较", "Comparison of duty lists")
_SHOWN: Final = ("lists", "list-similarity", "moves", "editions", "unusual", "rebounds")
_MOST_ROWS: Final = 30
# Columns that a reader of the Markdown needs; the files have all.
_COLUMNS: Final = {
    "lists": "town division edition items basic cooperative reclaimed synthetic",
    "list-similarity": "town_a edition_a town_b edition_b list items_a items_b shared uncertain only_a only_b "
    "moved_out moved_in jaccard text_similarity",
    "moves": "town_a edition_a town_b edition_b list_a basic cooperative reclaimed absent uncertain",
    "editions": "town edition_a edition_b kept reworded moved added dropped uncertain returned jaccard",
    "unusual": "town median_jaccard z unique rare lacks_core other_list other_departments cluster",
    "rebounds": "kind town edition number title edition_to list_to number_to quote rule certain",
}


@dataclass(frozen=True, slots=True)
class Written:
    """A comparison that was written.

    Attributes:
        page: the file to open.
        files: every file, the page first.
        warnings: what a reader has to know, a line each.
    """

    page: Path
    files: tuple[Path, ...]
    warnings: tuple[str, ...]


def write_comparison(
    comparison: Comparison, folder: str | os.PathLike[str], *, command: Sequence[str] = ()
) -> Written:
    """Write a comparison into a folder.

    ``index.html`` is the page (see `dutygraph.compare.page.write_page`), ``figures/`` its figures;
    ``comparison.md`` holds the summary and the small tables, ``tables/*.csv`` every table,
    ``tables.xlsx`` those of at most `MOST_IN_WORKBOOK` rows, ``comparison.json`` all of it in a
    versioned form (`as_json`), ``manifest.json`` what it was made from and the digest of every file.
    Files of an earlier comparison in the folder that are no longer part of it are removed where
    nobody changed them.

    Args:
        comparison: what to write.
        folder: where; it is made if it does not exist. Files of the same names are replaced.
        command: command line, for the manifest.

    Raises:
        DutyGraphError: the folder or a file cannot be written, or the packages of
            ``dutygraph[report]`` are not installed.
    """
    from dutygraph.compare.page import write_page

    root = Path(folder)
    before = read_outputs(root)
    for path in (root, root / "tables"):
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DutyGraphError(
                f"cannot be made: {error.strerror}", where=str(path), hint="choose another folder"
            ) from error
    out = Folder(root)
    drawn = write_page(comparison, out)
    tables = list(comparison.tables.values())
    workbook = root / "tables.xlsx"
    table.write_xlsx([one for one in tables if len(one) <= MOST_IN_WORKBOOK], workbook)
    out.remember(workbook)
    for one in tables:
        out.write(f"tables/{one.name}.csv", table.to_csv(one).encode())
    out.write("comparison.json", as_json(comparison, command=command).encode())
    out.write("comparison.md", as_markdown(comparison).encode())
    out.remove_stale(before)
    warnings = (*comparison.warnings, *drawn.warnings)
    write_whole(root / NAME, _manifest(comparison, command, out, warnings))
    files = [root / output.path for output in out.outputs]
    return Written(
        drawn.page,
        (drawn.page, *(path for path in files if path != drawn.page), root / NAME),
        warnings,
    )


def _manifest(
    comparison: Comparison,
    command: Sequence[str],
    out: Folder | None,
    warnings: Sequence[str] = (),
) -> bytes:
    asked = [Asked(name, query.load_query(name).text) for name in QUERIES]
    asked += [
        Asked("(about the sources)", SOURCES),
        Asked("(about the places)", PLACES),
    ]
    editions = [
        {
            "town": one.town,
            "division": one.division,
            "edition": one.edition,
            "synthetic": one.synthetic,
            "source_sha256": one.sha256,
        }
        for one in comparison.lists
    ]
    return manifest(
        out.outputs if out else (),
        lang=comparison.lang,
        command=command,
        editions=editions,
        queries=asked,
        warnings=warnings or comparison.warnings,
    )


def as_json(comparison: Comparison, *, command: Sequence[str] = ()) -> str:
    """A comparison as one JSON object.

    ``format`` and ``version`` say what form it has (`FORMAT`, `VERSION`); ``lists`` are the lists;
    ``summary`` the statements in both languages; ``tables`` by name ``columns`` (name, type, unit,
    zh, en) and ``rows`` (lists of values in their order, null where nothing is known);
    ``provenance`` versions, command, editions with the digest of their source, queries with theirs,
    and where the alignment is from.

    Args:
        comparison: what to write.
        command: command line, for the provenance.
    """
    provenance: dict[str, Any] = json.loads(_manifest(comparison, command, None))
    del provenance["outputs"]
    provenance["alignment"] = {"origin": comparison.alignment, "decisions": comparison.decisions}
    content = {
        "format": FORMAT,
        "version": VERSION,
        "lists": [
            {
                "town": one.town,
                "division": one.division,
                "edition": one.edition,
                "title": one.title,
                "synthetic": one.synthetic,
                "origin": one.origin,
            }
            for one in comparison.lists
        ],
        "main": comparison.main,
        "summary": [
            {
                "zh": one.zh,
                "en": one.en,
                "value": one.value,
                "table": one.table,
                "rows": list(one.rows),
            }
            for one in comparison.summary
        ],
        "tables": {name: _table_content(one) for name, one in comparison.tables.items()},
        "provenance": provenance,
    }
    return json.dumps(content, ensure_ascii=False, indent=1, allow_nan=False) + "\n"


def _table_content(one: Table) -> dict[str, Any]:
    return {
        "columns": [
            {"name": c.name, "type": c.type, "unit": c.unit, "zh": c.zh, "en": c.en}
            for c in one.columns
        ],
        "rows": [[_json_value(value) for value in row] for row in one.rows],
    }


def _json_value(value: Value) -> Value:
    return None if isinstance(value, float) and not math.isfinite(value) else value


def as_markdown(comparison: Comparison) -> str:
    """Summary and small tables of a comparison as Markdown, in its language.

    A table of more than 30 rows is cut, and says so.
    """
    zh = comparison.lang == "zh"
    return "\n".join(_lines(comparison, zh=zh)) + "\n"


def _lines(comparison: Comparison, *, zh: bool) -> Iterator[str]:
    yield f"# {_TITLE[0] if zh else _TITLE[1]}"
    yield ""
    if comparison.synthetic:
        yield (
            "含模拟数据，不是任何乡镇的实际情况。"
            if zh
            else "With simulated data, which are no statement about any town."
        )
        yield ""
    for warning in comparison.warnings:
        yield f"> {_plain(warning)}"
        yield ""
    yield f"## {'要点' if zh else 'Summary'}"
    yield ""
    for one in comparison.summary:
        yield f"- {_plain(one.zh if zh else one.en)}"
    for name in _SHOWN:
        found = comparison.tables.get(name)
        if found is None or not len(found):
            continue
        yield ""
        yield f"## {name}"
        yield ""
        yield from _rows(found, _COLUMNS[name].split(), zh=zh)
    yield ""
    names = "、".join(comparison.tables) if zh else ", ".join(comparison.tables)
    yield (
        f"全部数据表（tables/、tables.xlsx、comparison.json）：{names}。"
        if zh
        else f"All tables (tables/, tables.xlsx, comparison.json): {names}."
    )


def _rows(found: Table, names: Sequence[str], *, zh: bool) -> Iterator[str]:
    columns = [column for name in names for column in found.columns if column.name == name]
    places = [found.column_names.index(column.name) for column in columns]
    yield "| " + " | ".join(_head(column, zh=zh) for column in columns) + " |"
    yield "|" + "---|" * len(columns)
    for row in found.rows[:_MOST_ROWS]:
        yield "| " + " | ".join(_cell(row[place], zh=zh) for place in places) + " |"
    if len(found) > _MOST_ROWS:
        more = len(found) - _MOST_ROWS
        yield ""
        yield (
            f"另有 {more} 行，见 tables/{found.name}.csv。"
            if zh
            else f"{more} more rows are in tables/{found.name}.csv."
        )


def _head(column: Column, *, zh: bool) -> str:
    return _plain(column.zh or column.name) if zh else column.name


def _cell(value: Value, *, zh: bool) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return ("是" if value else "否") if zh else ("yes" if value else "no")
    return f"{value:.3f}" if isinstance(value, float) else _plain(str(value))


def _plain(text: str) -> str:
    """Text in which Markdown finds no marks."""
    one_line = " ".join(text.split())
    return "".join("\\" + c if c in "\\`*_[]<>|#~" else c for c in one_line)
