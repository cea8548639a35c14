"""Writes the pages of docs/ that say what the program says of itself; --check fails where stale.

python docs/generate.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import click

from dutygraph.catalogue import KINDS
from dutygraph.cli import cli
from dutygraph.compare.tables import TABLES as COMPARED
from dutygraph.network.across import OUTLIER_COLUMNS, SUMMARY_COLUMNS, TYPE_COLUMNS
from dutygraph.network.categories import CATEGORY_COLUMNS, DEPARTMENT_CATEGORY_COLUMNS
from dutygraph.network.centrality import EDGE_COLUMNS, NODE_COLUMNS
from dutygraph.network.load import LOAD_COLUMNS
from dutygraph.network.nestedness import NESTEDNESS_COLUMNS, PRESENCE_COLUMNS
from dutygraph.network.pairs import PAIR_COLUMNS
from dutygraph.network.profile import ACTION_COLUMNS, BOUND_COLUMNS, PROFILE_COLUMNS
from dutygraph.network.similarity import SIMILARITY_COLUMNS
from dutygraph.network.summary import MEASURE_COLUMNS, MEASURES
from dutygraph.query import load_queries
from dutygraph.report.statements import STATEMENT_COLUMNS
from dutygraph.table import Column

HERE = Path(__file__).resolve().parent
NOTE = "<!-- made by docs/generate.py; change it there or at its source -->\n\n"


def findings() -> Iterator[str]:
    """Every kind of finding."""
    yield "# Findings\n\n"
    yield (
        "What the reader of a document reports. Each finding is a node of the edition's graph "
        "(`dg:Finding`) with its place, the quoted text and, where two places contradict each "
        "other, the second place. `dutygraph validate` prints them together with what the SHACL "
        "shapes find. `{…}` stands for what is filled in from the document.\n\n"
    )
    yield "| code | severity | message | 说明 |\n|---|---|---|---|\n"
    for code, kind in sorted(KINDS.items()):
        yield f"| `{code}` | {kind.severity} | {kind.en} | {kind.zh} |\n"


def queries() -> Iterator[str]:
    """Every saved query, with its columns and parameters."""
    yield "# Saved queries\n\n"
    yield (
        "One question, one `.rq` file in queries/. Any SPARQL editor opens it as it is. The head "
        "of the file holds decorators behind `#+`: `summary` and `tags` as in grlc, and under the "
        "one key `dutygraph` the question, the columns and the parameters. A parameter is the "
        "variable `?_name`; `dutygraph query NAME --name VALUE` replaces it by an RDF term. Where "
        "it is not given the variable stays unbound and the query leaves that condition out "
        "(`FILTER(COALESCE(?_town, ?division) = ?division)`). Each edition is a named graph, so "
        "patterns stand in `GRAPH ?g { … }`, and the reference data are in "
        "`GRAPH <https://w3id.org/dutygraph/id/reference>`.\n\n"
        "The same files run on the embedded store, on rdflib and on any SPARQL 1.1 endpoint; their "
        "expected results are in tests/queries/.\n"
    )
    for query in load_queries().values():
        yield f"\n## {query.name}\n\n{query.question_en} {query.question_zh}\n\n"
        yield "| column | type | meaning | 含义 |\n|---|---|---|---|\n"
        for column in query.columns:
            kind = f"{column.type} [{column.unit}]" if column.unit else column.type
            yield f"| {column.name} | {kind} | {column.en} | {column.zh} |\n"
        if query.parameters:
            yield "\nParameters: "
            yield ", ".join(f"`{p.name}` ({p.type}: {p.en})" for p in query.parameters.values())
            yield "\n"


TABLES: tuple[tuple[str, str, tuple[Column, ...]], ...] = (
    ("department-load", "How far each department leans on the town.", LOAD_COLUMNS),
    ("department-pairs", "Departments that cooperative items name together.", PAIR_COLUMNS),
    (
        "actions",
        "What each party does; action-totals has the same by kind of party.",
        ACTION_COLUMNS,
    ),
    (
        "action-profiles",
        "What the town and a department do in the same items.",
        (*PROFILE_COLUMNS, *BOUND_COLUMNS),
    ),
    ("categories", "Items per category in the three lists.", CATEGORY_COLUMNS),
    ("department-categories", "Departments by category.", DEPARTMENT_CATEGORY_COLUMNS),
    ("measures", "One number a measure.", MEASURE_COLUMNS),
    (
        "nodes",
        "The co-responsibility network; behind these stand the columns `category_<key>`.",
        NODE_COLUMNS,
    ),
    ("edges", "Its edges.", EDGE_COLUMNS),
    ("statements", "The findings in words.", STATEMENT_COLUMNS),
    ("type-load", "Several towns: the load by department type.", TYPE_COLUMNS),
    ("type-summary", "Several towns: what is usual for a type.", SUMMARY_COLUMNS),
    ("outliers", "Several towns: which stand out.", OUTLIER_COLUMNS),
    ("nestedness", "Several towns: are the lists nested?", NESTEDNESS_COLUMNS),
    ("presence", "Several towns: the matrix of types and towns.", PRESENCE_COLUMNS),
    ("similarity", "Several towns: how alike the lists of each two are.", SIMILARITY_COLUMNS),
)


def measures() -> Iterator[str]:
    """Columns of the tables of measures, and the measures."""
    yield "# Measures\n\n"
    yield (
        "Tables of a report (`tables/*.csv`). Definitions, ranges, sources and empty cases are in the "
        "docstrings of `dutygraph.network`. Tables end with the columns town, division and edition "
        "where nothing else is said. [The notebook](notebook.ipynb) works some of them through.\n"
    )
    yield from _tables(TABLES)
    yield "\n## The measures of measures.csv\n\n"
    yield "| measure | unit | meaning | 含义 |\n|---|---|---|---|\n"
    for measure in MEASURES:
        yield f"| {measure.name} | {measure.unit} | {_cell(measure.en)} | {_cell(measure.zh)} |\n"


def comparison() -> Iterator[str]:
    """Columns of the tables of a comparison."""
    yield "# Tables of a comparison\n\n"
    yield (
        "Tables of `dutygraph compare` (`tables/*.csv`); [comparison.md](comparison.md) says what they "
        "mean. Definitions, ranges and sources are in the docstrings of `dutygraph.compare`.\n"
    )
    yield from _tables(COMPARED)


def _tables(tables: Iterable[tuple[str, str, Sequence[Column]]]) -> Iterator[str]:
    for name, what, columns in tables:
        yield f"\n## {name}\n\n{what}\n\n"
        yield "| column | type | meaning | 含义 |\n|---|---|---|---|\n"
        for column in columns:
            kind = f"{column.type} [{column.unit}]" if column.unit else column.type
            yield f"| {column.name} | {kind} | {_cell(column.en)} | {_cell(column.zh)} |\n"


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


def commands() -> Iterator[str]:
    """Every command with its help."""
    yield "# Commands\n\n"
    yield (
        "Exit codes: 0 done; 1 findings of severity violation (`validate`, `build --strict`) or "
        "stale files (`build --check`); 2 wrong use or unreadable input. An error is one line on "
        "standard error.\n"
    )
    context = click.Context(cli, info_name="dutygraph")
    for name in cli.list_commands(context):
        command = cli.commands[name]
        inner = click.Context(command, info_name=name, parent=context, terminal_width=88)
        yield f"\n## dutygraph {name}\n\n```text\n{command.get_help(inner)}\n```\n"


PAGES = {
    "findings.md": findings,
    "queries.md": queries,
    "measures.md": measures,
    "comparison-tables.md": comparison,
    "commands.md": commands,
}


def main() -> int:
    """Write or check the pages."""
    stale = 0
    for name, content in PAGES.items():
        path = HERE / name
        text = NOTE + "".join(content())
        if "--check" in sys.argv[1:]:
            if not path.is_file() or path.read_text(encoding="utf-8") != text:
                stale = 1
        else:
            path.write_text(text, encoding="utf-8")
    return stale


if __name__ == "__main__":
    raise SystemExit(main())
