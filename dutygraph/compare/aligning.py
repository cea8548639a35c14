"""Asks `dutygraph.align` for what a comparison needs, where no alignment is given."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dutygraph import changes
from dutygraph.compare.alignment import MAPPING_COLUMNS, PAIR_COLUMNS
from dutygraph.compare.listing import Listing
from dutygraph.errors import UsageError
from dutygraph.network.editions import Edition
from dutygraph.table import Table


@dataclass(frozen=True, slots=True)
class Aligned:
    """What is known of which items are the same.

    Attributes:
        pairs: tables of pairs of two lists; a pair of lists may stand in any of them.
        mappings: items and concepts; None where there are none.
        origin: ``given`` or ``computed``.
        problems: decisions that could not be used, a line each.
    """

    pairs: tuple[Table, ...] = ()
    mappings: Table | None = None
    origin: str = "given"
    problems: tuple[str, ...] = ()


def given(alignment: Any) -> Aligned:
    """An alignment that the caller has.

    Args:
        alignment: a table of pairs, a table of mappings, something that has one as ``mappings``, or
            several of these.

    Raises:
        UsageError: it is none of these, or there are mappings twice.
    """
    parts = alignment if isinstance(alignment, list | tuple) else [alignment]
    pairs: list[Table] = []
    mappings: Table | None = None
    for part in parts:
        table = part if isinstance(part, Table) else getattr(part, "mappings", None)
        if not isinstance(table, Table):
            raise UsageError(f"{type(part).__name__} is no alignment", hint="give its tables")
        names = set(table.column_names)
        if names.issuperset({*PAIR_COLUMNS, "relation", "confidence"}):
            pairs.append(table)
        elif names.issuperset(MAPPING_COLUMNS):
            if mappings is not None:
                raise UsageError("there are two tables of mappings", where=table.name)
            mappings = table
        else:
            lacking = sorted({*MAPPING_COLUMNS} - names)
            raise UsageError(
                f"is no table of pairs or mappings: it lacks {', '.join(lacking)}", where=table.name
            )
    return Aligned(tuple(pairs), mappings)


def computed(
    tables: Mapping[str, Table],
    lists: Sequence[Listing],
    steps: Sequence[tuple[Listing, Listing]],
    *,
    concepts: bool,
    successors: Mapping[str, frozenset[str]] | None = None,
    decisions: Path | None = None,
) -> Aligned:
    """Align lists.

    Args:
        tables: of the saved queries, of these lists.
        lists: all of them.
        steps: pairs of lists to be compared item by item.
        concepts: also anchor the items of all lists to concepts.
        successors: types that have the duties of an older type; those that the reference data know
            for a pair of lists where it is left out.
        decisions: file of a researcher's decisions (SSSOM).

    Raises:
        UsageError: the file of decisions is missing or no SSSOM.
        DutyGraphError: the packages of ``dutygraph[align]`` are not installed.
    """
    from dutygraph.align.concepts import align_concepts
    from dutygraph.align.decisions import NONE, read_decisions, resolve
    from dutygraph.align.entries import entries
    from dutygraph.align.pairs import align_pair

    items = tables["items"]
    decided = NONE
    if decisions is not None:
        decided = resolve(read_decisions(decisions), entries(items), where=str(decisions))
    pairs = [
        align_pair(
            items,
            a.id,
            b.id,
            departments=tables["departments"],
            duties=tables["duties"],
            reclaimed=tables["reclaimed"],
            same_department=succession(a.id, b.id) if successors is None else successors,
            decisions=decided,
        )
        for a, b in steps
    ]
    mappings: Table | None = None
    problems = list(decided.problems)
    if concepts:
        found = align_concepts(
            items,
            departments=tables["departments"],
            duties=tables["duties"],
            reclaimed=tables["reclaimed"],
            same_department=changes.successors() if successors is None else successors,
            synthetic={one.id for one in lists if one.synthetic},
            decisions=decided,
        )
        mappings = found.mappings
        problems += [line for line in found.problems if line not in problems]
    return Aligned(tuple(pairs), mappings, "computed", tuple(problems))


def succession(a: Edition, b: Edition) -> Mapping[str, frozenset[str]]:
    """Types that have the duties of an older type, for two lists.

    Args:
        a: the first list; changes of its own county count where the second is of that county.
        b: the second list. Of two editions of one town only changes decided by its date count.
    """
    same_county = a[0][:6] if a[0][:6] == b[0][:6] and a[0][:6].isdigit() else ""
    until = b[1] if a[0] == b[0] and b[1][:1].isdigit() else ""
    return changes.successors(same_county, until=until)
