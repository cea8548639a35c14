"""Rows of a table by edition, so that one table may hold many towns and editions."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Final, TypeAlias

from dutygraph.table import Column, Table, Value

Edition: TypeAlias = tuple[str, str]
"""Division code and edition."""

EDITION_COLUMNS: Final = (
    Column("town", zh="乡镇", en="town"),
    Column("division", zh="行政区划代码", en="division code of the town"),
    Column("edition", zh="版次", en="edition"),
)
"""The last columns of a table of measures: whose they are."""


def edition_of(row: dict[str, Value]) -> Edition:
    """The edition that a row belongs to."""
    return str(row["division"]), str(row["edition"])


def by_edition(table: Table) -> dict[Edition, list[dict[str, Value]]]:
    """The rows of each edition, in their order; editions in the order of code and date."""
    out: dict[Edition, list[dict[str, Value]]] = defaultdict(list)
    for row in table:
        out[edition_of(row)].append(row)
    return dict(sorted(out.items()))


def town_names(*tables: Table) -> dict[Edition, str]:
    """Name of the town of each edition that the tables hold."""
    return {edition_of(row): str(row["town"]) for table in tables for row in table}


def names(joined: Value) -> tuple[str, ...]:
    """Departments of an item as the saved queries join them.

    >>> names("公安局、司法局")
    ('公安局', '司法局')
    """
    return tuple(dict.fromkeys(name for name in str(joined or "").split("、") if name))


def table_of(name: str, columns: Sequence[Column], rows: Sequence[tuple[Value, ...]]) -> Table:
    """A table of measures: *columns*, then `EDITION_COLUMNS`."""
    return Table(name, (*columns, *EDITION_COLUMNS), rows)
