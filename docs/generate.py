"""Writes the pages of docs/ that say what the program says of itself; --check fails where stale.

python docs/generate.py [--check]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import click

from dutygraph.catalogue import KINDS
from dutygraph.cli import cli
from dutygraph.network import LOAD_COLUMNS
from dutygraph.query import load_queries

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


def measures() -> Iterator[str]:
    """Columns of the load table."""
    yield "# Load measures\n\n"
    yield (
        "Columns of `tables/department-load.csv` and of `dutygraph.load_measures(store)`. "
        "Definitions, ranges and sources are in the docstrings of `dutygraph.network`.\n\n"
    )
    yield "| column | type | meaning | 含义 |\n|---|---|---|---|\n"
    for column in LOAD_COLUMNS:
        kind = f"{column.type} [{column.unit}]" if column.unit else column.type
        yield f"| {column.name} | {kind} | {column.en} | {column.zh} |\n"


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
