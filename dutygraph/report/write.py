"""Writes a report: pages, Markdown, tables, figures, networks, and a manifest of all."""

from __future__ import annotations

import multiprocessing
import os
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dutygraph import query, table
from dutygraph.errors import DutyGraphError
from dutygraph.files import write_whole
from dutygraph.network.export import write_network
from dutygraph.report.across import Gathered, compare
from dutygraph.report.across_figures import across_figures
from dutygraph.report.anchors import page_of
from dutygraph.report.content import (
    ABOUT,
    QUERIES,
    Chosen,
    Content,
    gather_edition,
    gather_editions,
)
from dutygraph.report.drawing import Figure, chinese_font, font_hint, png, svg, with_note
from dutygraph.report.figures import figures
from dutygraph.report.manifest import NAME, Asked, Folder, manifest, read_outputs
from dutygraph.report.networks import Placed, town_networks, towns_network
from dutygraph.report.page import (
    Drawn,
    FileLink,
    render_across,
    render_across_markdown,
    render_markdown,
    render_page,
)
from dutygraph.store import Store
from dutygraph.table import Table

if TYPE_CHECKING:
    pass

Progress = Callable[[int, int, str], None]
"""Told how many of how many towns are done, and the next one's name."""

_SYNTHETIC: Final = ("含模拟数据", "with synthetic data")

MOST_IN_WORKBOOK: Final = 100_000
"""Rows of a table that the workbook still holds; larger ones are CSV files only."""


@dataclass(frozen=True, slots=True)
class Written:
    """A report that was written.

    Attributes:
        page: the page to open.
        files: every file, the page first.
        warnings: what was left undone and what to do about it, a line each.
    """

    page: Path
    files: tuple[Path, ...]
    warnings: tuple[str, ...]


def write_report(
    store: Store,
    chosen: Sequence[Chosen],
    folder: str | os.PathLike[str],
    *,
    lang: str = "zh",
    command: Sequence[str] = (),
    progress: Progress | None = None,
    workers: int = 1,
) -> Written:
    """Write a report about one edition, or about several towns.

    ``index.html`` needs no network; beside it are ``report.md``, ``tables/*.csv``, ``tables.xlsx``,
    ``figures/*.svg`` and ``.png``, ``networks/*`` in all formats and ``manifest.json``. A report about
    several towns has a page for each in ``towns/``, and in ``index.html`` what they have in common.
    Files of an earlier report in the folder that are no longer part of it are removed where nobody
    changed them.

    Args:
        store: where to ask.
        chosen: editions, one a town (see `dutygraph.report.content.choose`).
        folder: where; it is made if it does not exist. Files of the same names are replaced.
        lang: language of Markdown and figures, in which the pages open too (they hold both), ``zh``
            or ``en``.
        command: command line, for the manifest.
        progress: told about each town.
        workers: processes that draw the pages of several towns. With more than one, a script has to
            call this behind ``if __name__ == "__main__":``, as `multiprocessing` asks.

    Raises:
        DutyGraphError: the folder or a file cannot be written, or the packages of
            ``dutygraph[report]`` are not installed.
    """
    several = len(chosen) > 1
    root = Path(folder)
    out = Folder(root)
    artist = Artist(out, lang)  # before anything is written: it may lack its packages
    before = read_outputs(root)
    _make_folders(root, "tables", "figures", "networks", *(["towns"] if several else []))
    if several:
        editions = _write_towns(store, chosen, out, artist, progress, workers)
    else:
        content = gather_edition(store, chosen[0])
        editions = [_about(content)]
        _write_town(content, out, artist)
    out.remove_stale(before)
    _write_manifest(out, artist, command, editions, () if several else ("town", "edition"))
    page = root / "index.html"
    files = [root / output.path for output in out.outputs]
    return Written(
        page, (page, *(path for path in files if path != page), root / NAME), artist.warnings
    )


def _make_folders(root: Path, *names: str) -> None:
    for path in (root, *(root / name for name in names)):
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise DutyGraphError(
                f"cannot be made: {error.strerror}", where=str(path), hint="choose another folder"
            ) from error


def _about(content: Content) -> dict[str, Any]:
    return {
        "town": content.town,
        "division": content.division,
        "edition": content.edition,
        "synthetic": content.synthetic,
        "source_sha256": content.sha256,
    }


class Artist:
    """Draws figures to files and, in both languages, for the page.

    Attributes:
        out: the folder; its ``figures`` has to exist.
        lang: language of the files.
        png: PNG can be drawn, because there is a Chinese font.
        warnings: what to do where there is none.
    """

    def __init__(self, out: Folder, lang: str) -> None:
        self.out = out
        self.lang = lang
        self.png = chinese_font()
        self.warnings = () if self.png else (font_hint(lang),)

    def draw(self, found: Iterable[Figure], *, synthetic: bool) -> list[Drawn]:
        """Write the figures to files.

        Args:
            found: the figures.
            synthetic: say in the files that data are simulated.
        """
        drawn = []
        for plain in found:
            figure = with_note(plain, *_SYNTHETIC) if synthetic else plain
            paths = [f"figures/{figure.name}.svg"]
            self.out.write(paths[0], svg(figure, self.lang, "../index.html").encode())
            if self.png:
                paths.append(f"figures/{figure.name}.png")
                self.out.write(paths[1], png(figure, self.lang, "../index.html"))
            zh, en = (_own_ids(svg(figure, lang), f"{figure.name}-{lang}") for lang in ("zh", "en"))
            drawn.append(_drawn(figure, zh, en, tuple(paths)))
        return drawn


def _drawn(figure: Figure, zh: str, en: str = "", files: tuple[str, ...] = ()) -> Drawn:
    return Drawn(
        figure.name,
        figure.title_zh,
        figure.title_en,
        figure.caption_zh,
        figure.caption_en,
        zh,
        en,
        files,
    )


def _own_ids(drawing: str, name: str) -> str:
    """The drawing with ids that no other drawing of the page has."""
    return drawing.replace('id="', f'id="{name}-').replace("url(#", f"url(#{name}-")


def _write_town(content: Content, out: Folder, artist: Artist) -> None:
    drawn = artist.draw(figures(content.tables), synthetic=content.synthetic)
    links = _write_tables(out, content.tables.values())
    links += _write_networks(
        out, town_networks(content.tables, artist.lang, synthetic=content.synthetic)
    )
    links += _further_files()
    out.write("report.md", render_markdown(content, artist.lang, drawn=drawn).encode())
    page = render_page(content, artist.lang, drawn=drawn, files=links)
    out.write("index.html", page.encode())


def _further_files() -> list[FileLink]:
    return [FileLink(name, name) for name in ("tables.xlsx", "report.md", NAME)]


def _write_towns(
    store: Store,
    chosen: Sequence[Chosen],
    out: Folder,
    artist: Artist,
    progress: Progress | None,
    workers: int,
) -> list[dict[str, Any]]:
    gathered = Gathered()
    editions = []

    def contents() -> Iterator[Content]:
        for number, content in enumerate(gather_editions(store, chosen)):
            if progress:
                progress(number, len(chosen), content.town)
            gathered.add(content)
            editions.append(_about(content))
            yield content

    for division, drawing in _town_pages(contents(), artist.lang, min(workers, len(chosen) // 2)):
        out.write(f"towns/{page_of(division)}", drawing)
    across = compare(gathered)
    drawn = artist.draw(
        across_figures(across.tables), synthetic=any(one["synthetic"] for one in editions)
    )
    links = _write_tables(out, across.tables.values())
    simulated = {str(one["division"]) for one in editions if one["synthetic"]}
    links += _write_networks(out, [towns_network(across.tables["type-load"], simulated)])
    links += _further_files()
    others = [f"{one.town} {'、'.join(one.others)}" for one in chosen if one.others]
    newest = all(one.newest for one in chosen)
    markdown = render_across_markdown(
        across, artist.lang, drawn=drawn, others=others, newest=newest
    )
    out.write("report.md", markdown.encode())
    page = render_across(
        across, artist.lang, drawn=drawn, files=links, others=others, newest=newest
    )
    out.write("index.html", page.encode())
    if progress:
        progress(len(chosen), len(chosen), "")
    return editions


def _town_pages(
    contents: Iterable[Content], lang: str, workers: int
) -> Iterator[tuple[str, bytes]]:
    """Division code and page of each town, drawn by several processes where asked for."""
    if workers < 2:
        for content in contents:
            yield content.division, _town_page(content, lang)
        return
    # Not forked: the libraries that draw and count have threads of their own.
    context = multiprocessing.get_context("spawn")
    waiting: deque[tuple[str, Future[bytes]]] = deque()
    with ProcessPoolExecutor(workers, mp_context=context) as pool:
        for content in contents:
            waiting.append((content.division, pool.submit(_town_page, content, lang)))
            # Few at a time, so that the contents of all towns are never in memory together.
            while len(waiting) > 2 * workers or (waiting and waiting[0][1].done()):
                division, page = waiting.popleft()
                yield division, page.result()
        for division, page in waiting:
            yield division, page.result()


def _town_page(content: Content, lang: str) -> bytes:
    """A town's page in a report on several; its figures are in the language of the report only."""
    drawn = inline(figures(content.tables), lang)
    return render_page(content, lang, drawn=drawn, up="../index.html").encode()


def inline(found: Iterable[Figure], lang: str) -> list[Drawn]:
    """Figures for a page alone, without files, in one language."""
    return [_drawn(figure, _own_ids(svg(figure, lang), figure.name)) for figure in found]


def _write_tables(out: Folder, tables: Iterable[Table]) -> list[FileLink]:
    """Each table as CSV, and those that are not too large as one workbook."""
    ordered = sorted(tables, key=lambda one: one.name)
    links = []
    for one in ordered:
        path = f"tables/{one.name}.csv"
        out.write(path, table.to_csv(one).encode())
        links.append(FileLink(path, f"{one.name}.csv", len(one), len(one.columns)))
    workbook = out.root / "tables.xlsx"
    table.write_xlsx([one for one in ordered if len(one) <= MOST_IN_WORKBOOK], workbook)
    out.remember(workbook)
    return links


def _write_networks(out: Folder, networks: Iterable[Placed]) -> list[FileLink]:
    links = []
    for one in networks:
        paths = write_network(
            one.graph,
            str(one.graph.graph["name"]),
            out.root / "networks",
            positions=one.positions,
            sizes=one.sizes,
            colours=one.colours,
        )
        for path in paths:
            out.remember(path)
            links.append(FileLink(f"networks/{path.name}", path.name))
    return links


def _write_manifest(
    out: Folder,
    artist: Artist,
    command: Sequence[str],
    editions: Sequence[Mapping[str, Any]],
    parameters: tuple[str, ...],
) -> None:
    asked = [
        Asked(name, query.load_query(name).text, () if name == "lists" else parameters)
        for name in QUERIES
    ]
    asked.append(Asked("(about the source)", ABOUT, ("town", "edition")))
    content = manifest(
        out.outputs,
        lang=artist.lang,
        command=command,
        editions=editions,
        queries=asked,
        warnings=artist.warnings,
    )
    write_whole(out.root / NAME, content)
