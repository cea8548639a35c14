"""The command line: each command opens, calls the library once, and prints.

Exit codes: 0 done; 1 findings of severity violation (``validate``, ``build --strict``) or stale files
(``build --check``); 2 wrong use or unreadable input. An error is one line that says what is wrong,
where, and what to do. Modules are imported inside the commands so that each loads only what it uses.
"""

from __future__ import annotations

import contextlib
import json
import locale
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dutygraph.__about__ import __version__
from dutygraph.errors import DutyGraphError, UnknownNameError, UsageError

if TYPE_CHECKING:
    from dutygraph.store import Embedded, Remote
    from dutygraph.table import Table
    from dutygraph.validate import Result

_F = TypeVar("_F", bound=Callable[..., Any])


def _default_language() -> str:
    """``zh`` where the locale is Chinese, else ``en``."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def _say(text: str) -> None:
    click.echo(text, err=True)


def _store_options(command: _F) -> _F:
    """Options of every command that reads: where the graphs are."""
    for option in (
        click.option("--endpoint", metavar="URL", help="Ask a SPARQL 1.1 endpoint."),
        click.option("--store", "store_dir", metavar="DIR", help="Use a store folder."),
    ):
        command = option(command)
    return command


def _language_option(command: _F) -> _F:
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default=_default_language,
        show_default="from the locale",
        help="Language of messages and reports.",
    )(command)


def _open(store_dir: str | None, endpoint: str | None) -> Embedded | Remote:
    """The store that the options name; the packaged graphs where they name none."""
    from dutygraph import store

    if store_dir == "" or endpoint == "":
        raise UsageError("--store and --endpoint need a value")
    if store_dir and endpoint:
        raise UsageError("--store and --endpoint exclude each other", hint="give one of them")
    if endpoint:
        return store.Remote(endpoint)
    return store.Embedded.open(store_dir) if store_dir else store.open_packaged()


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(__version__, "-V", "--version", prog_name="dutygraph")
@click.pass_context
def cli(context: click.Context) -> None:
    """Duty lists of Chinese townships (乡镇履职事项清单) as one validated, queryable graph.

    Without --store or --endpoint a command works on the data that ships with the package.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@click.option("-o", "--output", metavar="DIR", help="Write TriG files into this folder.")
@click.option("--store", "store_dir", metavar="DIR", help="Load the editions into this store.")
@click.option("--division", default="", metavar="CODE", help="Division code or names of the town.")
@click.option("--edition", default="", metavar="YYYY-MM", help="Date of the edition.")
@click.option("--title", default="", help="Title of the document.")
@click.option(
    "--check", is_flag=True, help="Write nothing; exit 1 where the files are not current."
)
@click.option("--strict", is_flag=True, help="Exit 1 where a finding is a violation.")
@_language_option
def build(
    paths: tuple[str, ...],
    output: str | None,
    store_dir: str | None,
    division: str,
    edition: str,
    title: str,
    check: bool,
    strict: bool,
    lang: str,
) -> None:
    """Read documents and make their graphs.

    PATH is a document, a folder with a document and metadata.yaml, or a folder of such folders.
    Without PATH a source checkout builds data/sources into data/graph.
    """
    from dutygraph import build as builder
    from dutygraph import resources
    from dutygraph.parse.document import Given
    from dutygraph.store import Embedded

    chosen: list[str | os.PathLike[str]] = list(paths)
    if not chosen:
        checkout = resources.checkout()
        if checkout is None:
            raise UsageError("no document named", hint="dutygraph build PATH -o DIR")
        chosen = [checkout / "data" / "sources"]
        if output is None and store_dir is None:
            output = str(checkout / "data" / "graph")
    if output is None and store_dir is None:
        raise UsageError("nowhere to put the graphs", hint="give -o DIR or --store DIR")
    sources = builder.find_sources(chosen, Given(division, edition, title))
    if len(sources) > 1 and (division or edition or title):
        raise UsageError("--division, --edition and --title are for one document")
    editions = list(builder.read_editions(sources))
    if check and store_dir is not None:
        raise UsageError("--check is for files, not for a store", hint="give -o DIR")
    if check:
        stale = builder.stale_graphs(editions, output or ".")
        for path in stale:
            _say(f"{path}: is not current (run dutygraph build)")
        raise SystemExit(1 if stale else 0)
    bad = False
    for one in editions:
        results = _results_of(one.quads) if strict else None
        bad |= _summarise(one, lang, results)
    with contextlib.ExitStack() as stack:
        # A store that cannot be opened is found out before anything is written.
        store = stack.enter_context(Embedded.create(store_dir)) if store_dir else None
        if output is not None:
            for path in builder.write_graphs(editions, output):
                click.echo(str(path))
        if store is not None:
            builder.load_into(store, editions)
            click.echo(store_dir)
    if strict and bad:
        raise SystemExit(1)


def _results_of(quads: Sequence[Any]) -> list[Result]:
    from dutygraph.validate import validate_quads

    return validate_quads(quads)


def _summarise(one: Any, lang: str, results: list[Result] | None) -> bool:
    """Print one line about an edition, and its violations; True where there are any."""
    from collections import Counter

    from dutygraph.model import Severity

    duty_list = one.duty_list
    kinds = Counter(str(item.kind) for item in duty_list.items)
    found = results if results is not None else duty_list.findings
    weights = Counter(finding.severity for finding in found)
    duties = sum(len(item.duties) for item in duty_list.items)
    words = {
        "zh": "{name} {edition}：{items} 项（基本 {basic}、配合 {cooperative}、收回 {reclaimed}），"
        "{duties} 条职责，{departments} 个部门；编码 {encoding}；"
        "违规 {violations}、警告 {warnings}、提示 {infos}",
        "en": "{name} {edition}: {items} items ({basic} basic, {cooperative} cooperative, "
        "{reclaimed} reclaimed), {duties} duties, {departments} departments; read as {encoding}; "
        "{violations} violations, {warnings} warnings, {infos} notes",
    }
    _say(
        words[lang].format(
            name=duty_list.town.name,
            edition=duty_list.edition,
            items=len(duty_list.items),
            basic=kinds["basic"],
            cooperative=kinds["cooperative"],
            reclaimed=kinds["reclaimed"],
            duties=duties,
            departments=len(duty_list.departments),
            encoding=duty_list.source.encoding,
            violations=weights[Severity.VIOLATION],
            warnings=weights[Severity.WARNING],
            infos=weights[Severity.INFO],
        )
    )
    for finding in found:
        if finding.severity is Severity.VIOLATION:
            message = finding.message_zh if lang == "zh" else finding.message_en
            _say(f"  {finding.place}: {finding.code}: {message}")
    return weights[Severity.VIOLATION] > 0


@cli.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@_store_options
@click.option("--town", default="", help="Only this town (division code).")
@click.option("--edition", default="", help="Only this edition.")
@click.option(
    "--format",
    "output_format",
    default="text",
    metavar="text|json|turtle",
    show_default=True,
    help="Form of the findings.",
)
@_language_option
def validate(
    paths: tuple[str, ...],
    store_dir: str | None,
    endpoint: str | None,
    town: str,
    edition: str,
    output_format: str,
    lang: str,
) -> None:
    """Check editions: against the shapes, and for what was doubtful in the document.

    PATH is a document or an RDF file (TriG, N-Quads, Turtle); without one, the editions of the
    store are checked. Exits 1 where there is a violation.
    """
    if output_format not in ("text", "json", "turtle"):
        raise UnknownNameError("format", output_format, ("text", "json", "turtle"))
    from dutygraph import validate as validation
    from dutygraph.model import Severity

    if paths and (town or edition):
        raise UsageError("--town and --edition choose from a store, not from files")
    results: list[Result] = []
    for name, found in _editions_to_validate(paths, store_dir, endpoint, town, edition):
        results += found
        if output_format == "text":
            _print_findings(name, found, lang)
    if output_format == "json":
        click.echo(json.dumps([_as_json(r, lang) for r in results], ensure_ascii=False, indent=2))
    elif output_format == "turtle":
        click.echo(validation.report_turtle(results), nl=False)
    if validation.worst(results) is Severity.VIOLATION:
        raise SystemExit(1)


def _editions_to_validate(
    paths: Sequence[str],
    store_dir: str | None,
    endpoint: str | None,
    town: str,
    edition: str,
) -> Iterable[tuple[str, list[Result]]]:
    from dutygraph import build as builder
    from dutygraph import rdf
    from dutygraph import validate as validation
    from dutygraph.vocab import REFERENCE_GRAPH

    for path in paths:
        if Path(path).suffix.lower() in rdf.SUFFIXES:
            groups = rdf.by_graph(rdf.read_graph_file(Path(path)))
            groups.pop(REFERENCE_GRAPH, None)
            if not groups:
                raise UsageError("holds no edition", where=path)
            for iri, quads in sorted(groups.items()):
                if not rdf.describes_list(quads):
                    raise UsageError(f"graph <{iri}> holds no duty list", where=path)
                yield iri, validation.validate_quads(quads)
        else:
            for one in builder.read_editions(builder.find_sources([path])):
                yield one.iri, validation.validate_quads(one.quads)
    if paths:
        return
    store = _open(store_dir, endpoint)
    known = validation.editions(store)
    chosen = [e for e in known if town in ("", e[1]) and edition in ("", e[2])]
    if not chosen:
        asked = " ".join(filter(None, (town, edition))) or "any"
        raise UnknownNameError("edition", asked, [f"{code} {date}" for _, code, date in known])
    for iri, _, _ in chosen:
        yield iri, validation.validate_graph_of(store, iri)


def _print_findings(name: str, results: Sequence[Result], lang: str) -> None:
    from dutygraph.validate import counts

    labels = {
        "zh": {"violation": "违规", "warning": "警告", "info": "提示"},
        "en": {"violation": "violation", "warning": "warning", "info": "note"},
    }[lang]
    for r in results:
        where = r.place or r.focus
        item = f" {r.list_kind} {r.item}" if r.item else ""
        click.echo(f"{labels[str(r.severity)]}: {where}{item}: {r.code}: {r.message(lang)}")
        for place, quote in (("", r.quote), (r.other_place, r.other_quote)):
            if quote:
                short = quote if len(quote) <= 60 else quote[:59] + "…"
                click.echo(f"    {place + ' ' if place else ''}「{short}」")
    number = counts(results)
    summary = ", ".join(f"{labels[str(s)]} {n}" for s, n in number.items())
    click.echo(f"{name}: {summary}")


def _as_json(r: Result, lang: str) -> dict[str, Any]:
    return {
        "severity": str(r.severity),
        "code": r.code,
        "message": r.message(lang),
        "source": r.source,
        "line": r.line,
        "quote": r.quote,
        "place": r.place,
        "message_zh": r.message_zh,
        "message_en": r.message_en,
        "other_place": r.other_place,
        "other_quote": r.other_quote,
        "list": r.list_kind,
        "item": r.item,
        "edition": r.edition,
        "focus": r.focus,
    }


@cli.command()
@click.argument("name", required=False)
@click.option("--text", "show_text", is_flag=True, help="Print the query itself.")
@_language_option
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


@cli.command("query", context_settings=_EXTRA)
@click.argument("name")
@_store_options
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
    store = _open(store_dir, endpoint)
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


@cli.command()
@click.argument("query")
@_store_options
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
    store = _open(store_dir, endpoint)
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


@cli.command()
@_store_options
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

    store = _open(store_dir, endpoint)
    data = asking.export(
        store, output_format, town=town, edition=edition, reference=not no_reference
    )
    if output is None:
        sys.stdout.buffer.write(data)
    else:
        write_whole(Path(output), data)


@cli.command()
@_store_options
@click.option("--town", default="", help="Division code or name; needed where there are several.")
@click.option("--edition", default="", help="Edition; the newest where none is given.")
@click.option("-o", "--output", default="out", show_default=True, metavar="DIR", help="Folder.")
@_language_option
def report(
    store_dir: str | None, endpoint: str | None, town: str, edition: str, output: str, lang: str
) -> None:
    """Write a report on one town: index.html, one self-contained page, and tables as CSV."""
    from dutygraph.report.content import gather
    from dutygraph.report.write import write_report

    content = gather(_open(store_dir, endpoint), town=town, edition=edition)
    if content.other_editions:
        _say(f"{content.town}: taking edition {content.edition}, the newest of several")
    for path in write_report(content, output, lang=lang):
        click.echo(str(path))


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: without the program's name; those of the process where left out.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # Not cli.main(): that ends the program with 1 where a reader such as head goes away.
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        with cli.make_context("dutygraph", given) as context:
            cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except DutyGraphError as error:
        _say(f"dutygraph: {_one_line(str(error))}")
        return 2
    except click.ClickException as error:
        _say(f"dutygraph: {_one_line(error.format_message())}")
        return 2
    except click.Abort:
        _say("dutygraph: stopped")
        return 130
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 2
    except BrokenPipeError:
        _silence_output()
        return 0
    except OSError as error:
        _silence_output()
        _say(f"dutygraph: the output cannot be written: {error.strerror}")
        return 2
    return 0


def _silence_output() -> None:
    """Keep Python from complaining, when it exits, about output that nobody takes."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _one_line(text: str) -> str:
    return " ".join(text.split())


def script() -> None:
    """Entry point of the ``dutygraph`` program."""
    raise SystemExit(main())


if __name__ == "__main__":
    script()
