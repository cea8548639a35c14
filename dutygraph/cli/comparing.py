"""The command that compares: compare."""

from __future__ import annotations

from pathlib import Path

import click

from dutygraph.cli.options import language_option, open_store, say, store_options
from dutygraph.errors import UnknownNameError, UsageError

FORMATS = ("table", "csv", "json")
"""What is printed: the summary and the main table, that table as CSV, or all as JSON."""


@click.command()
@click.argument("lists", nargs=-1, metavar="[A B ...]")
@store_options
@click.option("--editions", is_flag=True, help="All editions of each town, not only the newest.")
@click.option(
    "--decisions",
    metavar="FILE",
    help="Your own decisions on what is the same duty (SSSOM); they come first.",
)
@click.option(
    "--format",
    "output_format",
    default="table",
    show_default=True,
    metavar="table|csv|json",
    help="What is printed where there is no -o.",
)
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    help="Write a folder: the page index.html, figures, tables, JSON.",
)
@language_option
def compare(
    lists: tuple[str, ...],
    store_dir: str | None,
    endpoint: str | None,
    editions: bool,
    decisions: str | None,
    output_format: str,
    output: str | None,
    lang: str,
) -> None:
    """Compare the lists of towns or editions: what is the same, what differs, what came back.

    A and B are each TOWN (division code or name: its newest edition), TOWN@EDITION, or the path of a
    document or graph file (PATH@YYYY-MM gives a document another edition). One TOWN alone compares
    its editions in order; without any, all towns of the store are compared. With more than two
    lists each edition is compared with the next one of its town, and towns by what they have in
    common.

    Prints the summary and what differs; --format csv or json has all of it, -o writes Markdown, all tables (CSV, XLSX), JSON and a
    manifest.
    """
    from dutygraph import table
    from dutygraph.compare.comparison import compare as compare_lists
    from dutygraph.compare.gather import are_paths
    from dutygraph.compare.overview import overview
    from dutygraph.compare.write import as_json, write_comparison

    if output_format not in FORMATS:
        raise UnknownNameError("format", output_format, FORMATS)
    if decisions is not None and not Path(decisions).is_file():
        raise UsageError("no such file", where=decisions)
    store = None
    if store_dir is not None or endpoint is not None or not are_paths(lists):
        store = open_store(store_dir, endpoint)
    found = compare_lists(store, *lists, decisions=decisions, all_editions=editions, lang=lang)
    command = ["dutygraph", *click.get_current_context().meta.get("dutygraph.arguments", [])]
    for one in found.lists:
        if one.newest:
            say(f"{one.town}: taking edition {one.edition}, the newest of several")
    for warning in found.warnings:
        say(f"dutygraph: {warning}")
    if output is not None:
        click.echo(str(write_comparison(found, output, command=command).page))
        return
    if output_format == "json":
        click.echo(as_json(found, command=command), nl=False)
        return
    if output_format == "csv":
        click.echo(table.to_csv(found.tables[found.main]), nl=False)
        return
    for statement in found.summary:
        click.echo(f"- {statement.zh if lang == 'zh' else statement.en}")
    click.echo()
    click.echo(table.to_text(overview(found)), nl=False)
