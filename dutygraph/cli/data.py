"""Commands that make and check graphs: build, validate."""

from __future__ import annotations

import contextlib
import json
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from dutygraph.cli.options import language_option, one_line, open_store, say, store_options
from dutygraph.errors import UnknownNameError, UsageError

if TYPE_CHECKING:
    from dutygraph.validate import Result


@click.command()
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
@language_option
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

    PATH is a document (text, CSV, HTML, DOCX, XLSX, XLS or PDF, told by its content), a ZIP archive
    or a folder of documents, or - for standard input. A metadata.yaml beside a document is used.
    Documents that cannot be read are named, and the others are still read; the exit code is then 2.
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
    if check and store_dir is not None:
        raise UsageError("--check is for files, not for a store", hint="give -o DIR")
    failures: list[builder.Failure] = []
    sources = builder.find_sources(chosen, Given(division, edition, title), failures=failures)
    if len(sources) > 1 and (division or edition or title):
        raise UsageError("--division, --edition and --title are for one document")
    total = len(sources) + len(failures)
    editions = list(builder.read_editions(_counted(sources), failures=failures))
    if total == 1 and failures:
        raise failures[0].error
    for failure in failures:
        say(f"dutygraph: {one_line(str(failure.error))}")
    if check:
        stale = builder.stale_graphs(editions, output or ".")
        for path in stale:
            say(f"{path}: is not current (run dutygraph build)")
        raise SystemExit(2 if failures else 1 if stale else 0)
    bad = False
    for one in editions:
        results = _results_of(one.quads) if strict else None
        bad |= _summarise(one, lang, results)
    with contextlib.ExitStack() as stack:
        # A store that cannot be opened is found out before anything is written.
        store = stack.enter_context(Embedded.create(store_dir)) if store_dir and editions else None
        if output is not None and editions:
            for path in builder.write_graphs(editions, output):
                click.echo(str(path))
        if store is not None:
            builder.load_into(store, editions)
            click.echo(store_dir)
    if total > 1:
        say(_batch_summary(total, failures, lang))
    if failures:
        raise SystemExit(2)
    if strict and bad:
        raise SystemExit(1)


def _counted(sources: Sequence[Any]) -> Iterator[Any]:
    """The sources, with a count on a terminal while they are read."""
    for number, source in enumerate(sources, 1):
        if len(sources) > 1 and sys.stderr.isatty():
            click.echo(f"\r\x1b[K{number}/{len(sources)} {source.name}", err=True, nl=False)
        yield source
    if len(sources) > 1 and sys.stderr.isatty():
        click.echo("\r\x1b[K", err=True, nl=False)


def _batch_summary(total: int, failures: Sequence[Any], lang: str) -> str:
    """How many documents were read, and why the others were not, by kind of error."""
    from collections import Counter

    reasons = Counter(type(failure.error).__name__ for failure in failures)
    read = total - len(failures)
    if lang == "zh":
        text = f"共 {total} 个文件，读入 {read} 个"
        words = {
            "TooLargeError": "过大",
            "UnsupportedError": "格式不支持",
            "NoTextError": "没有文字",
            "UnreadableError": "读不出清单",
            "UsageError": "与另一文件重复",
            "ReferenceDataError": "元数据有误",
        }
        rest = "、".join(f"{words.get(name, name)} {n} 个" for name, n in sorted(reasons.items()))
        return f"{text}；未读入 {len(failures)} 个：{rest}" if failures else text
    words = {
        "TooLargeError": "too large",
        "UnsupportedError": "of an unsupported format",
        "NoTextError": "without text",
        "UnreadableError": "not readable as a duty list",
        "UsageError": "there already",
        "ReferenceDataError": "with broken metadata",
    }
    text = f"{read} of {total} documents read"
    rest = ", ".join(f"{n} {words.get(name, name)}" for name, n in sorted(reasons.items()))
    return f"{text}; {len(failures)} left out: {rest}" if failures else text


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
        "{duties} 条职责，{departments} 个部门；格式 {encoding}；"
        "违规 {violations}、警告 {warnings}、提示 {infos}",
        "en": "{name} {edition}: {items} items ({basic} basic, {cooperative} cooperative, "
        "{reclaimed} reclaimed), {duties} duties, {departments} departments; read as {encoding}; "
        "{violations} violations, {warnings} warnings, {infos} notes",
    }
    say(
        words[lang].format(
            name=duty_list.town.name,
            edition=duty_list.edition,
            items=len(duty_list.items),
            basic=kinds["basic"],
            cooperative=kinds["cooperative"],
            reclaimed=kinds["reclaimed"],
            duties=duties,
            departments=len(duty_list.departments),
            encoding=duty_list.source.encoding or duty_list.source.media_type,
            violations=weights[Severity.VIOLATION],
            warnings=weights[Severity.WARNING],
            infos=weights[Severity.INFO],
        )
    )
    for finding in found:
        if finding.severity is Severity.VIOLATION:
            message = finding.message_zh if lang == "zh" else finding.message_en
            say(f"  {finding.place}: {finding.code}: {message}")
    return weights[Severity.VIOLATION] > 0


@click.command()
@click.argument("paths", nargs=-1, metavar="[PATH]...")
@store_options
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
@language_option
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
            failures: list[builder.Failure] = []
            sources = builder.find_sources([path], failures=failures)
            for one in builder.read_editions(sources, failures=failures):
                yield one.iri, validation.validate_quads(one.quads)
            for failure in failures[:-1]:
                say(f"dutygraph: {one_line(str(failure.error))}")
            if failures:
                raise failures[-1].error
    if paths:
        return
    store = open_store(store_dir, endpoint)
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
