"""Commands that analyse: report, network."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from dutygraph.cli.options import language_option, open_store, say, store_options
from dutygraph.errors import UnknownNameError, UsageError

_town_option = click.option(
    "--town",
    "towns",
    multiple=True,
    metavar="TOWN",
    help="Division code or name of a town; may be repeated. All towns where none is given.",
)
_edition_option = click.option(
    "--edition", default="", metavar="YYYY-MM", help="Edition; the newest where none is given."
)


@click.command()
@store_options
@_town_option
@_edition_option
@click.option(
    "-o", "--output", default="out/report", show_default=True, metavar="DIR", help="Folder."
)
@click.option(
    "--workers",
    type=click.IntRange(min=1),
    default=None,
    metavar="N",
    help="Processes that draw the pages of several towns; as many as there are processors.",
)
@language_option
def report(
    store_dir: str | None,
    endpoint: str | None,
    towns: tuple[str, ...],
    edition: str,
    output: str,
    workers: int | None,
    lang: str,
) -> None:
    """Write a report: which departments lean on the town.

    index.html is one self-contained page; beside it are Markdown, tables (CSV, XLSX), figures (SVG,
    PNG), networks (GraphML, GEXF, CX2, JSON, CSV) and a manifest. Several towns are compared, and
    each has its own page.
    """
    from dutygraph.report.content import choose
    from dutygraph.report.write import write_report

    store = open_store(store_dir, endpoint)
    chosen = choose(store, towns=towns, edition=edition)
    if edition and not towns:
        lacking = len(choose(store)) - len(chosen)
        if lacking:
            say(f"{lacking} towns have no edition {edition} and are left out")
    for one in chosen:
        if one.others and not edition:
            say(f"{one.town}: taking edition {one.edition}, the newest of several")
    written = write_report(
        store,
        chosen,
        output,
        lang=lang,
        command=["dutygraph", "report", *_arguments()],
        progress=_progress if sys.stderr.isatty() else None,
        workers=workers or os.cpu_count() or 1,
    )
    for warning in written.warnings:
        say(f"dutygraph: {warning}")
    click.echo(str(written.page))


def _arguments() -> list[str]:
    """Command line behind the command's name."""
    context = click.get_current_context()
    given: list[str] = context.meta.get("dutygraph.arguments", [])
    return given[1:]


def _progress(done: int, of: int, town: str) -> None:
    click.echo(f"\r\x1b[K{done}/{of} {town}" + ("\n" if done == of else ""), err=True, nl=False)


@click.command()
@click.argument(
    "kind", metavar="[departments|departments-items|types-towns]", default="departments"
)
@store_options
@_town_option
@_edition_option
@click.option(
    "--format",
    "file_format",
    default="",
    metavar="graphml|gexf|cx2|json|nodes|edges",
    help="One format; else that of the file's ending, and all of them into a folder.",
)
@click.option(
    "-o",
    "--output",
    default="out/networks",
    show_default=True,
    metavar="PATH",
    help="Folder or file.",
)
@language_option
def network(
    kind: str,
    store_dir: str | None,
    endpoint: str | None,
    towns: tuple[str, ...],
    edition: str,
    file_format: str,
    output: str,
    lang: str,
) -> None:
    """Write a network for Gephi, Cytoscape, igraph or networkx.

    departments: departments that are named together; departments-items: which items name them, both
    of one town; types-towns: which towns' lists name which types of department, of all towns.
    """
    from dutygraph.network.export import FORMATS, write_format, write_network
    from dutygraph.report.content import choose
    from dutygraph.report.networks import KINDS, network_of

    if kind not in KINDS:
        raise UnknownNameError("network", kind, KINDS)
    target = Path(output)
    if not file_format and target.suffix.lstrip(".") in FORMATS:
        file_format = target.suffix.lstrip(".")
    if file_format and file_format not in FORMATS:
        raise UnknownNameError("network format", file_format, tuple(FORMATS))
    store = open_store(store_dir, endpoint)
    chosen = choose(store, towns=towns, edition=edition)
    if len(chosen) > 1 and kind != "types-towns":
        known = [f"{one.division} {one.town}" for one in chosen]
        raise UnknownNameError("town", "", known, where=f"network {kind}")
    found = network_of(store, kind, chosen, lang=lang)
    if file_format:
        write_format(
            found.graph,
            target,
            file_format,
            title=kind,
            positions=found.positions,
            sizes=found.sizes,
            colours=found.colours,
        )
        click.echo(str(target))
        return
    try:
        target.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot be made: {error.strerror}", where=str(target)) from error
    paths = write_network(
        found.graph,
        kind,
        target,
        positions=found.positions,
        sizes=found.sizes,
        colours=found.colours,
    )
    for path in paths:
        click.echo(str(path))
