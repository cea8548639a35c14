"""Writes a report: one self-contained page, and its tables as CSV."""

from __future__ import annotations

import os
from pathlib import Path

from dutygraph import table
from dutygraph.errors import DutyGraphError
from dutygraph.files import write_whole
from dutygraph.report.content import Content
from dutygraph.report.page import render_page


def write_report(
    content: Content, folder: str | os.PathLike[str], *, lang: str = "zh"
) -> list[Path]:
    """Write ``index.html`` and ``tables/*.csv``.

    Args:
        content: what the report shows.
        folder: where; it is made if it does not exist. Files of the same names are replaced.
        lang: language that the page opens in, ``zh`` or ``en``; it holds both.

    Returns:
        The files, the page first.

    Raises:
        DutyGraphError: the folder or a file cannot be written.
    """
    target = Path(folder)
    tables = target / "tables"
    try:
        tables.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DutyGraphError(
            f"cannot be made: {error.strerror}", where=str(tables), hint="choose another folder"
        ) from error
    out = [target / "index.html"]
    write_whole(out[0], render_page(content, lang).encode("utf-8"))
    for name, one in sorted(content.tables.items()):
        path = tables / f"{name}.csv"
        write_whole(path, table.to_csv(one).encode("utf-8"))
        out.append(path)
    return out
