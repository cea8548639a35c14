"""A corpus as a folder: README, documents with metadata, truth."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Final, TypeAlias

import yaml

from dutygraph.errors import DutyGraphError, UsageError
from dutygraph.files import write_whole
from dutygraph.simulate.documents import laid_out
from dutygraph.simulate.planting import Faulty
from dutygraph.simulate.truth import TRUTH, concept_rows, truth_table
from dutygraph.simulate.writers import Format
from dutygraph.table import Value, to_csv

Made: TypeAlias = Sequence[tuple[Faulty, Format]]
"""Content and format of the documents of a town."""

_OURS: Final = frozenset({"README.md", "sources", "truth"})
_README: Final = """\
# Simulated duty lists

模拟文本：由程序生成，不是任何乡镇、街道的清单。

{documents} documents of {towns} towns, made by `dutygraph simulate` (seed {seed}, editions {editions}, format
{format}). **No town has published any of them**: towns are invented, counties are real, nothing follows from
them about any place. The same command with the same version gives the same files.

| folder | holds |
|---|---|
| sources/ | a folder a document: the document and metadata.yaml (`synthetic: true`) |
| truth/ | what the documents hold, as decided by the generator: lists, items, duties, concepts, events between editions, changes of departments, planted faults |

Rates: {rates}
"""


def write_folder(
    folder: Path,
    towns: Iterable[Made],
    truth_rows: Callable[[str, Made], Iterable[tuple[Value, ...]]],
    facts: Mapping[str, object],
) -> list[Path]:
    """Write the documents of a corpus with their metadata, and its truth.

    Args:
        folder: where; see `Corpus.write`.
        towns: content and format of the documents of each town.
        truth_rows: rows of a truth table, by its name, about the documents of one town.
        facts: what README.md says of the corpus: ``towns``, ``seed``, ``editions``, ``format`` and
            ``rates``.

    Returns:
        The documents.
    """
    _prepare(folder)
    out: list[Path] = []
    rows: dict[str, list[tuple[Value, ...]]] = {name: [] for name in TRUTH}
    rows["concepts"].extend(concept_rows())
    for made in towns:
        out.extend(_write_document(folder, faulty, chosen) for faulty, chosen in made)
        for name, found in rows.items():
            found.extend(truth_rows(name, made))
    _make(folder / "truth")
    for name, found in rows.items():
        text = to_csv(truth_table(name, found))
        write_whole(folder / "truth" / f"{name}.csv", text.encode("utf-8"))
    readme = _README.format(documents=len(out), **facts)
    write_whole(folder / "README.md", readme.encode("utf-8"))
    return out


def _write_document(folder: Path, faulty: Faulty, chosen: Format) -> Path:
    target = folder / "sources" / faulty.content.document
    _make(target)
    path = target / f"list.{chosen.suffix}"
    for stale in target.glob("list.*"):
        if stale != path:
            stale.unlink()
    data = chosen.write(laid_out(faulty))
    write_whole(path, data)
    write_whole(target / "metadata.yaml", _metadata(faulty, chosen, path.name, data))
    return path


def _prepare(folder: Path) -> None:
    """Make the folder; one that holds what we did not write is left alone."""
    if folder.exists():
        if not folder.is_dir():
            raise UsageError("is no folder", where=str(folder))
        others = sorted(entry.name for entry in folder.iterdir() if entry.name not in _OURS)
        if others:
            raise UsageError(
                f"holds {others[0]}, which is no part of a corpus",
                where=str(folder),
                hint="name a new folder",
            )
    _make(folder)


def _make(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise DutyGraphError(f"cannot be made: {error.strerror}", where=str(folder)) from error


def _metadata(faulty: Faulty, chosen: Format, name: str, data: bytes) -> bytes:
    one = faulty.content
    known = {
        "file": name,
        "sha256": hashlib.sha256(data).hexdigest(),
        "title": one.title,
        "language": "zh",
        "media_type": chosen.media_type,
        "origin": "Made by dutygraph simulate; no town has published it.",
        "synthetic": True,
    }
    text = yaml.safe_dump(known, allow_unicode=True, sort_keys=False, width=1000)
    return text.encode("utf-8")
