"""Concepts that are known before an alignment: from an earlier one, or a researcher's own."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from dutygraph import reference
from dutygraph.align.entries import Entry
from dutygraph.align.wording import title_key
from dutygraph.errors import UsageError
from dutygraph.table import Column, Table

ALTERNATIVES: Final = 12
"""Other titles that a concept keeps: the most frequent ones."""
BETWEEN: Final = " | "
"""Between the other titles of a concept in a table."""

CONCEPT_COLUMNS: Final = (
    Column("concept", zh="通用事项", en="IRI of the duty concept"),
    Column("label", zh="名称", en="its label: the most frequent title"),
    Column("list", zh="清单类型", en="list kind of most of its items"),
    Column("category", zh="事项类别", en="category of most of its items"),
    Column("towns", "integer", "towns", "乡镇数", "towns that have it"),
    Column("items", "integer", "items", "事项数", "its items, one of an edition at most"),
    Column("known", "boolean", zh="已知", en="true where it was given and not found"),
    Column("alternatives", zh="其他名称", en="other titles, the most frequent first"),
)
"""Columns of the concepts of an alignment."""


@dataclass(frozen=True, slots=True)
class Known:
    """A known concept.

    Attributes:
        iri: its IRI.
        label: its label.
        titles: the label and other titles, each once.
        kind: list kind; empty: not known.
        category: category as printed; empty: not known.
    """

    iri: str
    label: str
    titles: tuple[str, ...]
    kind: str = ""
    category: str = ""

    def seeds(self) -> list[Entry]:
        """Its titles as items of no list."""
        found = reference.category_of(self.category) if self.category else None
        category = found.key if found else self.category
        return [
            Entry("", "", "", self.kind, None, "", t, title_key(t), category, frozenset(), "")
            for t in self.titles
        ]


def known_concepts(table: Table | None, labels: Mapping[str, str] | None = None) -> list[Known]:
    """Known concepts from a table such as that of an earlier alignment.

    Args:
        table: columns concept and label, and list, category and alternatives where there are such.
            None: no concepts.
        labels: label by IRI of further ones; of concepts in the table they change nothing.

    Returns:
        The concepts by IRI.

    Raises:
        UnknownNameError: a column is missing.
        UsageError: a concept stands twice, or has no IRI or label.
    """
    out: dict[str, Known] = {}
    if table is not None:
        for name in ("concept", "label"):
            table.column(name)
        for number, row in enumerate(table, 1):
            where = f"{table.name}, row {number}"
            iri, label = str(row["concept"] or ""), str(row["label"] or "")
            if not iri.startswith(("http://", "https://")) or not title_key(label):
                raise UsageError("a concept needs an IRI and a label", where=where)
            if iri in out:
                raise UsageError(f"the concept <{iri}> stands twice", where=where)
            others = str(row.get("alternatives") or "").split(BETWEEN)
            kind, category = str(row.get("list") or ""), str(row.get("category") or "")
            out[iri] = Known(iri, label, _titles(label, others), kind, category)
    for iri, label in (labels or {}).items():
        out.setdefault(iri, Known(iri, label, (label,)))
    return [out[iri] for iri in sorted(out)]


def _titles(label: str, others: Iterable[str]) -> tuple[str, ...]:
    """The label and the other titles, each once and none without words."""
    by_key: dict[str, str] = {}
    for title in (label, *others):
        by_key.setdefault(title_key(title), title)
    by_key.pop("", None)
    return tuple(by_key.values())


def read_concepts(path: Path) -> Table:
    """Concepts from a CSV file, such as the concepts.csv of an earlier alignment.

    Args:
        path: a file with the columns concept and label; list, category and alternatives are used
            where there are such, others are not.

    Raises:
        UsageError: it is missing, is no CSV in UTF-8, or lacks a column.
    """
    where = str(path)
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff")
        reader = csv.DictReader(io.StringIO(text, newline=""), strict=True)
        rows = list(reader)
    except OSError as error:
        raise UsageError(f"cannot be read: {error.strerror}", where=where) from error
    except UnicodeDecodeError as error:
        raise UsageError("is not UTF-8", where=where, hint="save it as UTF-8") from error
    except csv.Error as error:
        raise UsageError(f"is no CSV: {error}", where=where) from error
    for name in ("concept", "label"):
        if name not in (reader.fieldnames or ()):
            raise UsageError(f"lacks the column {name}", where=where)
    texts = ("concept", "label", "list", "category", "alternatives")
    return Table(
        where,
        tuple(Column(name) for name in texts),
        [tuple(row.get(name) or "" for name in texts) for row in rows],
    )
