"""The command that aligns: align."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dutygraph.cli.options import language_option, open_store, say, store_options
from dutygraph.errors import UsageError

if TYPE_CHECKING:
    from dutygraph.align.concepts import Alignment
    from dutygraph.store import Embedded, Remote
    from dutygraph.table import Table

_DATE = re.compile(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])")


@click.command()
@store_options
@click.option(
    "--town",
    "towns",
    multiple=True,
    metavar="TOWN",
    help="Division code or name of a town; may be repeated. All towns where none is given.",
)
@click.option(
    "--edition", default="", metavar="YYYY-MM", help="Edition; the newest where none is given."
)
@click.option("--all-editions", is_flag=True, help="All editions of each town.")
@click.option(
    "--decisions",
    "decisions_file",
    metavar="FILE",
    help="Your own decisions (SSSOM TSV), which come first; data/mappings/decisions.sssom.tsv "
    "where none is given.",
)
@click.option(
    "--concepts",
    "concepts_file",
    metavar="FILE",
    help="Known concepts (a concepts.csv); those of the store where none is given.",
)
@click.option("--date", default="", metavar="YYYY-MM-DD", help="Day to be noted with the mappings.")
@click.option("--save", is_flag=True, help="Put the alignment into the store too (needs --store).")
@click.option(
    "-o", "--output", default="out/alignment", show_default=True, metavar="DIR", help="Folder."
)
@language_option
def align(
    store_dir: str | None,
    endpoint: str | None,
    towns: tuple[str, ...],
    edition: str,
    all_editions: bool,
    decisions_file: str | None,
    concepts_file: str | None,
    date: str,
    save: bool,
    output: str,
    lang: str,
) -> None:
    """Find the same duty in many lists.

    Writes alignment.csv (items and the duty concepts that they are anchored to), concepts.csv,
    alignment.sssom.tsv (the same as SSSOM mappings) and alignment.trig (the same as RDF).
    """
    from dutygraph.align.quads import alignment_quads
    from dutygraph.align.records import ALIGNMENT, concept_mappings
    from dutygraph.align.sssom import to_tsv
    from dutygraph.files import write_whole
    from dutygraph.rdf import to_bytes
    from dutygraph.store import Embedded
    from dutygraph.table import to_csv

    if edition and all_editions:
        raise UsageError("--edition and --all-editions exclude each other", hint="give one of them")
    if save and not store_dir:
        raise UsageError("--save needs a store folder", hint="give --store DIR")
    if date and not _DATE.fullmatch(date):
        raise UsageError(f"{date!r} is no date", hint="YYYY-MM-DD")
    store: Embedded | Remote
    if save and store_dir:
        if endpoint:
            raise UsageError("--store and --endpoint exclude each other", hint="give one of them")
        Embedded.open(store_dir).close()  # a folder that is no store is refused and not made one
        store = Embedded.create(store_dir)
    else:
        store = open_store(store_dir, endpoint)
    found = _align(store, towns, edition, all_editions, decisions_file, concepts_file)
    for problem in found.problems:
        say(f"dutygraph: {problem}")
    folder = Path(output)
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"cannot be made: {error.strerror}", where=str(folder)) from error
    quads = alignment_quads(found, date=date)
    files = {
        "alignment.csv": to_csv(found.mappings).encode("utf-8"),
        "concepts.csv": to_csv(found.concepts).encode("utf-8"),
        "alignment.sssom.tsv": to_tsv(concept_mappings(found, date=date)).encode("utf-8"),
        "alignment.trig": to_bytes(quads),
    }
    for name, data in files.items():
        write_whole(folder / name, data)
    if save and isinstance(store, Embedded):
        store.replace(ALIGNMENT, quads)
        store.close()
    say(_summary(found, lang))
    click.echo(str(folder))


def _align(
    store: Embedded | Remote,
    towns: tuple[str, ...],
    edition: str,
    all_editions: bool,
    decisions_file: str | None,
    concepts_file: str | None,
) -> Alignment:
    from dutygraph import changes, resources
    from dutygraph.align.concepts import align_concepts
    from dutygraph.align.decisions import read_decisions, resolve
    from dutygraph.align.entries import entries
    from dutygraph.align.known import known_concepts, read_concepts
    from dutygraph.align.quads import known_in
    from dutygraph.query import run

    lists = _chosen_lists(store, towns, edition, all_editions)
    wanted = {(str(row["division"]), str(row["edition"])) for row in lists}
    names = ("items", "departments", "duties", "reclaimed")
    tables = {name: _only(run(store, name), wanted) for name in names}
    known = read_concepts(Path(concepts_file)) if concepts_file else known_in(store)
    path = Path(decisions_file or resources.folder("data") / "mappings" / "decisions.sssom.tsv")
    iris = [concept.iri for concept in known_concepts(known)]
    decisions = resolve(read_decisions(path), entries(tables["items"]), iris, str(path))
    if decisions.elsewhere:
        say(f"{decisions.elsewhere} decisions are about lists that are not aligned here")
    return align_concepts(
        tables["items"],
        departments=tables["departments"],
        duties=tables["duties"],
        reclaimed=tables["reclaimed"],
        known=known,
        synthetic={
            (str(row["division"]), str(row["edition"])) for row in lists if row["synthetic"]
        },
        same_department=changes.successors(),
        decisions=decisions,
    )


def _chosen_lists(
    store: Embedded | Remote, towns: tuple[str, ...], edition: str, all_editions: bool
) -> Table:
    """The rows of the saved query ``lists`` that the options choose."""
    from dutygraph.query import run
    from dutygraph.report.content import choose
    from dutygraph.table import Table

    lists = run(store, "lists")
    division, number = (lists.column_names.index(name) for name in ("division", "edition"))
    chosen = choose(store, towns=towns, edition=edition)
    newest = {(one.division, one.edition) for one in chosen}
    divisions = {one.division for one in chosen}
    rows = [
        row
        for row in lists.rows
        if (all_editions and row[division] in divisions) or (row[division], row[number]) in newest
    ]
    return Table(lists.name, lists.columns, rows)


def _only(table: Table, wanted: set[tuple[str, str]]) -> Table:
    """The rows of some editions."""
    from dutygraph.table import Table

    division, edition = (table.column_names.index(name) for name in ("division", "edition"))
    rows = [row for row in table.rows if (row[division], row[edition]) in wanted]
    return Table(table.name, table.columns, rows)


def _summary(found: Alignment, lang: str) -> str:
    """One line that says what was found."""
    counts = Counter(str(relation) for relation in found.mappings.column("relation"))
    items = counts["exact"] + counts["reworded"]
    lists = {(row["division"], row["edition"]) for row in found.mappings}
    concepts = [row for row in found.concepts if row["items"]]
    shared = sum(1 for row in concepts if int(row["towns"] or 0) > 1)
    parts = counts["broader"] + counts["narrower"]
    if lang == "zh":
        return (
            f"{len(lists)} 份清单 {items} 项：{len(concepts)} 个通用事项，其中 {shared} 个见于多个乡镇；"
            f"合并或拆分 {parts} 处，存疑 {counts['uncertain']} 处"
        )
    return (
        f"{items} items of {len(lists)} {'list' if len(lists) == 1 else 'lists'}: {len(concepts)} "
        f"duty concepts, {shared} of them in several towns; {parts} merged or divided, "
        f"{counts['uncertain']} uncertain"
    )
