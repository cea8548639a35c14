"""Commands that ask: queries, query, sparql, export."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutygraph.cli.options import language_option, open_store, store_options
from dutygraph.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from dutygraph.table import Table


@click.command()
@click.argument("name", required=False)
@click.option("--text", "show_text", is_flag=True, help="Print the query itself.")
@language_option
def queries(name: str | None, show_text: bool, lang: str) -> None:
    """List the saved queries, or explain one of them."""
    from dutygraph import query

    if name is None:
        known = query.load_queries()
        width = max(map(len, known), default=0)
        for saved in known.values():
            question = saved.question_zh if lang == "zh" else saved.question_en
            click.echo(f"{saved.name:<{width}}  {question}")
        return
    saved = query.load_query(name)
    if show_text:
        click.echo(saved.text, nl=False)
        return
    zh = lang == "zh"
    click.echo(f"{saved.name}: {saved.question_zh if zh else saved.question_en}")
    click.echo("参数" if zh else "parameters")
    for parameter in saved.parameters.values():
        values = f" ({', '.join(parameter.allowed)})" if parameter.allowed else ""
        text = parameter.zh if zh else parameter.en
        click.echo(f"  {parameter.name}: {parameter.type}{values}  {text}")
    click.echo("列" if zh else "columns")
    for column in saved.columns:
        unit = f" [{column.unit}]" if column.unit else ""
        click.echo(f"  {column.name}: {column.type}{unit}  {column.zh if zh else column.en}")


_EXTRA = {"ignore_unknown_options": True, "allow_extra_args": True}


@click.command("query", context_settings=_EXTRA)
@click.argument("name")
@store_options
@click.option("-p", "--param", "pairs", multiple=True, metavar="NAME=VALUE", help="A parameter.")
@click.option(
    "--format",
    "output_format",
    default=None,
    metavar="table|csv|tsv|json|parquet|xlsx",
    help="Form of the result; table on a terminal, else csv.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to a file.")
@click.option("--bom", is_flag=True, help="Begin CSV with a byte order mark, for Excel.")
@click.option("--excel", is_flag=True, help="Defuse CSV cells that Excel takes for formulas.")
@click.option("--queries", "folder", metavar="DIR", help="A folder of your own queries.")
@click.pass_context
def query_(
    context: click.Context,
    name: str,
    store_dir: str | None,
    endpoint: str | None,
    pairs: tuple[str, ...],
    output_format: str | None,
    output: str | None,
    bom: bool,
    excel: bool,
    folder: str | None,
) -> None:
    """Run a saved query.

    Parameters are given as -p NAME=VALUE or as --NAME VALUE, for example
    dutygraph query items --list cooperative --department 公安局
    """
    from dutygraph import query

    saved = query.load_query(name, folder)
    parameters = _parameters(pairs, context.args, saved.parameters)
    chosen = _output_format(output_format, output)
    store = open_store(store_dir, endpoint)
    _emit([query.run(store, saved, parameters)], chosen, output, bom=bom, excel=excel)


def _parameters(
    pairs: Sequence[str], extra: Sequence[str], known: Iterable[str]
) -> dict[str, str | int]:
    out: dict[str, str | int] = {}
    for pair in pairs:
        key, equals, value = pair.partition("=")
        if not equals:
            raise UsageError(f"{pair!r} is no parameter", hint="NAME=VALUE")
        out[key] = value
    rest = list(extra)
    while rest:
        option = rest.pop(0)
        key, equals, value = option.removeprefix("--").partition("=")
        if not option.startswith("--") or key not in known:
            hint = "parameters: " + (", ".join(f"--{k}" for k in known) or "none")
            raise UsageError(f"unknown parameter or option {option!r}", hint=hint)
        if not equals:
            if not rest:
                raise UsageError(f"option {option} needs a value")
            value = rest.pop(0)
        out[key] = value
    return out


def _output_format(asked: str | None, output: str | None) -> str:
    from dutygraph.table import FILE_FORMATS, FORMATS

    chosen = asked
    if chosen is None and output is not None:
        suffix = Path(output).suffix.lstrip(".").lower()
        chosen = suffix if suffix in FORMATS else "csv"
    if chosen is None:
        chosen = "table" if sys.stdout.isatty() else "csv"
    if chosen not in FORMATS:
        raise UnknownNameError("format", chosen, FORMATS)
    if chosen in FILE_FORMATS and output is None:
        raise UsageError(f"{chosen} is a binary format", hint="give -o FILE")
    return chosen


def _emit(
    tables: Sequence[Table], chosen: str, output: str | None, *, bom: bool, excel: bool
) -> None:
    from dutygraph import table
    from dutygraph.files import write_whole

    if chosen == "xlsx" and output is not None:
        table.write_xlsx(tables, Path(output))
    elif chosen == "parquet" and output is not None:
        table.write_parquet(tables[0], Path(output))
    else:
        text = table.render(tables[0], chosen, excel=excel, bom=bom)
        if output is None:
            click.echo(text, nl=False)
        else:
            write_whole(Path(output), text.encode("utf-8"))


@click.command()
@click.argument("query")
@store_options
@click.option(
    "--format",
    "output_format",
    default=None,
    metavar="table|csv|tsv|json|ntriples|turtle",
    help="Form of the result.",
)
def sparql(
    query: str, store_dir: str | None, endpoint: str | None, output_format: str | None
) -> None:
    """Run a SPARQL query of your own: its text, the name of a .rq file, or - for standard input.

    Each edition is a named graph, and so is the reference data: use GRAPH ?g { … }. --format json
    gives the W3C SPARQL results format.
    """
    from dutygraph import query as queries_module
    from dutygraph import sparql as asking
    from dutygraph import table

    text = _query_text(query)
    asking.check(text)
    store = open_store(store_dir, endpoint)
    kind = asking.query_kind(text)
    if kind in ("CONSTRUCT", "DESCRIBE"):
        chosen = output_format or "turtle"
        click.echo(asking.construct(store, text, chosen), nl=False)
        return
    chosen = output_format or ("table" if sys.stdout.isatty() else "csv")
    if chosen == "json":
        click.echo(asking.results_json(store, text, kind))
        return
    if chosen not in table.TEXT_FORMATS:
        raise UnknownNameError("format", chosen, table.TEXT_FORMATS)
    if kind == "ASK":
        click.echo("true" if store.ask(text) else "false")
        return
    result = queries_module.untyped_table("result", store.select(text))
    click.echo(table.render(result, chosen), nl=False)


def _query_text(query: str) -> str:
    if query == "-":
        try:
            return sys.stdin.buffer.read().decode("utf-8")
        except UnicodeDecodeError as error:
            raise UsageError(f"is not UTF-8: {error}", where="standard input") from error
    if query.endswith(".rq") and "{" not in query:
        try:
            return Path(query).read_text(encoding="utf-8")
        except FileNotFoundError:
            raise UsageError("no such file", where=query) from None
        except (OSError, UnicodeDecodeError) as error:
            raise UsageError(f"cannot be read: {error}", where=query) from error
    return query


@click.command()
@store_options
@click.option(
    "--format",
    "output_format",
    default="trig",
    show_default=True,
    metavar="trig|nquads|turtle|ntriples|rdfxml|jsonld",
    help="RDF format.",
)
@click.option("--town", default="", help="Only this town (division code).")
@click.option("--edition", default="", help="Only this edition.")
@click.option("--no-reference", is_flag=True, help="Leave the reference graph out.")
@click.option("-o", "--output", metavar="FILE", help="Write to a file.")
def export(
    store_dir: str | None,
    endpoint: str | None,
    output_format: str,
    town: str,
    edition: str,
    no_reference: bool,
    output: str | None,
) -> None:
    """Write graphs as RDF: every edition and the reference data, or what is asked for."""
    from dutygraph import sparql as asking
    from dutygraph.files import write_whole

    store = open_store(store_dir, endpoint)
    data = asking.export(
        store, output_format, town=town, edition=edition, reference=not no_reference
    )
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_whole(Path(output), data)
