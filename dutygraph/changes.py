"""Departments that were renamed or merged, from data/reference/department-changes.yaml."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from dutygraph import reference, resources
from dutygraph.errors import ReferenceDataError

KINDS: Final = ("rename", "merger", "transfer")
"""What can happen to a department."""

FILE: Final = "department-changes.yaml"
_DATE: Final = re.compile(r"(?:19|20)\d\d(?:-(?:0[1-9]|1[0-2]))?")


@dataclass(frozen=True, slots=True)
class DepartmentChange:
    """A department that was renamed or merged, or gave duties to another one.

    Attributes:
        key: identifies it.
        date: of the decision, ``YYYY-MM`` or ``YYYY``.
        kind: ``rename``, ``merger`` or ``transfer`` (of some duties; both bodies remain).
        old: keys of the types of the old bodies.
        old_names: old names without a type of their own.
        new: keys of the types of the bodies that have the duties now.
        jurisdiction: code of the division where it happened; empty: everywhere.
        zh, en: what happened.
        source: where it was decided.
    """

    key: str
    date: str
    kind: str
    old: tuple[str, ...]
    old_names: tuple[str, ...]
    new: tuple[str, ...]
    jurisdiction: str
    zh: str
    en: str
    source: str


@cache
def department_changes() -> tuple[DepartmentChange, ...]:
    """All changes, in the order of the file.

    Raises:
        ReferenceDataError: the file is broken, or names an unknown type, kind or date.
    """
    path = resources.folder("data") / "reference" / FILE
    loaded = reference.load_yaml(path)
    if not isinstance(loaded, list):
        raise ReferenceDataError("must be a list of changes", where=str(path))
    changes = tuple(_change(entry, number, str(path)) for number, entry in enumerate(loaded, 1))
    keys = [change.key for change in changes]
    if twice := sorted({key for key in keys if keys.count(key) > 1}):
        raise ReferenceDataError(f"key {twice[0]} stands twice", where=str(path))
    return changes


def _change(entry: Any, number: int, path: str) -> DepartmentChange:
    where = f"{path}, entry {number}"
    needed = ("key", "date", "kind", "to", "zh", "en", "source")
    missing = [name for name in needed if not isinstance(entry, dict) or not entry.get(name)]
    if missing:
        raise ReferenceDataError(f"lacks {', '.join(missing)}", where=where, hint="add it")
    change = DepartmentChange(
        key=str(entry["key"]),
        date=str(entry["date"]),
        kind=str(entry["kind"]),
        old=tuple(entry.get("from") or ()),
        old_names=tuple(entry.get("from_names") or ()),
        new=tuple(entry["to"]),
        jurisdiction=str(entry.get("jurisdiction") or ""),
        zh=str(entry["zh"]),
        en=str(entry["en"]),
        source=str(entry["source"]),
    )
    types = reference.department_types()
    unknown = [key for key in (*change.old, *change.new) if key not in types]
    if unknown:
        raise ReferenceDataError(
            f"unknown department type {unknown[0]!r}",
            where=where,
            hint="department-types.yaml lists them",
        )
    if change.kind not in KINDS:
        raise ReferenceDataError(
            f"unknown kind {change.kind!r}", where=where, hint="one of " + ", ".join(KINDS)
        )
    if not _DATE.fullmatch(change.date):
        raise ReferenceDataError(f"{change.date!r} is no date", where=where, hint="YYYY-MM or YYYY")
    if not change.old and not change.old_names:
        raise ReferenceDataError("lacks from and from_names", where=where, hint="add one of them")
    return change


def successors(
    jurisdiction: str = "", *, since: str = "", until: str = ""
) -> Mapping[str, frozenset[str]]:
    """Types that have the duties of a type that is gone, over any number of renames and mergers.

    Args:
        jurisdiction: division code of a county, whose own changes count too.
        since: only changes decided in this month (``YYYY-MM``) or later; empty: all.
        until: only changes decided in this month or earlier; empty: all.

    Returns:
        Keys of the newest types by key of an old type. A type that lives on has no entry.
    """
    step: dict[str, set[str]] = {}
    for change in department_changes():
        here = change.jurisdiction in ("", jurisdiction)
        if change.kind == "transfer" or not here:
            continue
        if change.date < since or (until and change.date > until):
            continue
        for old in change.old:
            step.setdefault(old, set()).update(key for key in change.new if key != old)
    return {old: frozenset(_newest(old, step)) for old in step}


def _newest(old: str, step: Mapping[str, set[str]]) -> set[str]:
    """Ends of all ways from a type onwards; a circle ends where it began."""
    found: set[str] = set()
    seen: set[str] = {old}
    ahead = list(step.get(old, ()))
    while ahead:
        key = ahead.pop()
        if key in seen:
            continue
        seen.add(key)
        if step.get(key):
            ahead.extend(step[key])
        else:
            found.add(key)
    return found


def transfers(old: str, new: str, jurisdiction: str = "") -> tuple[DepartmentChange, ...]:
    """Transfers of duties from one type of department to another, in the order of the file."""
    return tuple(
        change
        for change in department_changes()
        if change.kind == "transfer"
        and old in change.old
        and new in change.new
        and change.jurisdiction in ("", jurisdiction)
    )
