"""What the page shows of two lists: rows in groups, duties side by side, and what numbers rest on."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from dutygraph.compare.view import (
    KINDS,
    PARTS,
    Entry,
    Group,
    Row,
    Step,
    entries,
    groups_in,
    item_of,
    named,
)
from dutygraph.report.anchors import anchor

LIKE: Final = 0.5
"""Similarity of two titles from which they are shown as one with its changes, else each by itself."""
RELATIONS: Final = {
    "exact": ("相同", "the same"),
    "reworded": ("改写", "worded otherwise"),
    "broader": ("乙较宽", "the second is broader"),
    "narrower": ("乙较窄", "the second is narrower"),
    "uncertain": ("不确定", "uncertain"),
}
"""What a relation means, in Chinese and English."""
_DECIDED: Final = "semapv:ManualMappingCuration"

_KIND_KEYS: Final = tuple(key for key, *_ in KINDS)


def _both(row: Row) -> bool:
    return bool(row["kind"] == "shared")


def _changed_departments(row: Row) -> bool:
    names = ("departments_added", "departments_removed", "departments_renamed")
    return _both(row) and any(row[name] for name in names)


_GROUPS: Final[tuple[tuple[str, str, str, Callable[[Row], bool]], ...]] = (
    ("only_a", "仅{a}有", "Only in {a}", lambda row: row["kind"] == "only_a"),
    ("only_b", "仅{b}有", "Only in {b}", lambda row: row["kind"] == "only_b"),
    ("departments", "部门不同", "Other departments", _changed_departments),
    ("split", "职责分工不同", "Duties split otherwise", lambda row: bool(row["split_changed"])),
    (
        "reworded",
        "事项名称改写",
        "Titles worded otherwise",
        lambda row: _both(row) and bool(row["reworded"]),
    ),
    (
        "category",
        "事项类别不同",
        "Other category",
        lambda row: _both(row) and bool(row["category_changed"]),
    ),
    (
        "uncertain",
        "不确定的对应",
        "Uncertain matches",
        lambda row: row["kind"] == "uncertain",
    ),
)
"""Groups of rows beside those that moved: key, heading in Chinese and English, and which rows."""


def pair_context(step: Step) -> dict[str, Any]:
    """What the page shows of two lists.

    Args:
        step: the lists with their rows; tables without rows are shown as empty.
    """
    differences = list(step.of("differences"))
    groups = groups_in(differences)
    duties = _duty_blocks(step, differences, groups)
    shown = _Rows(step, differences, duties)
    moved = _moved(step, shown)
    in_groups = [_group(step, shown, *about) for about in _GROUPS]
    same = {
        "key": "same",
        "zh": "没有变化",
        "en": "Unchanged",
        "rows": shown.views([n for n in range(len(differences)) if not shown.used[n]]),
        "parts": [],
    }
    return {
        "step": step,
        "place": step.place,
        "similarity": list(step.of("list-similarity")),
        "moves": moved,
        "moved": sum(len(one["rows"]) for one in moved),
        "groups": [*in_groups, same],
        "counts": {one["key"]: len(one["rows"]) for one in [*in_groups, same]},
        "categories": list(step.of("by-category")),
        "types": list(step.of("by-department-type")),
        "duties": duties,
        "evidence": _evidence(step, differences, groups),
        "whole": next((row for row in step.of("list-similarity") if row["list"] == "all"), None),
    }


class _Rows:
    """Rows of differences as the page shows them; the first time that one is shown, it has an id."""

    def __init__(
        self, step: Step, differences: Sequence[Row], duties: Sequence[Mapping[str, Any]]
    ) -> None:
        self.step = step
        self.differences = differences
        self.used = [False] * len(differences)
        self._at = {
            (side, item): number
            for number, row in enumerate(differences)
            for side in "ab"
            if (item := item_of(row, side))
        }
        self._duties = {number: str(one["id"]) for one in duties for number in one["rows"]}

    def numbers(self, wanted: Callable[[Row], bool]) -> list[int]:
        return [number for number, row in enumerate(self.differences) if wanted(row)]

    def views(self, numbers: Iterable[int]) -> list[dict[str, Any]]:
        out = []
        for number in numbers:
            first = not self.used[number]
            self.used[number] = True
            out.append(self._view(number, first=first))
        return out

    def _view(self, number: int, *, first: bool) -> dict[str, Any]:
        row = self.differences[number]
        name = row_place(self.step, number)
        alike = row.get("similarity")
        titles = "one"
        if row["title_a"] and row["title_b"] and row["title_a"] != row["title_b"]:
            titles = "diff" if alike is None or float(alike) >= LIKE else "both"
        return {
            **row,
            "place": name,
            "id": anchor(*name) if first else "",
            "titles": titles,
            "pieces": pieces(row.get("segments")),
            "decided": str(row.get("justification") or "").startswith(_DECIDED),
            "duties": self._duties.get(number, ""),
            "perhaps": self._maybe(row),
        }

    def _maybe(self, row: Row) -> list[dict[str, Any]]:
        """Items of the other list that an uncertain pair ties to an item alone."""
        other = "b" if row["kind"] == "only_a" else "a"
        out = []
        for text in str(row.get("maybe") or "").split():
            kind, _, key = text.partition("/")
            number = self._at.get((other, (kind, key)))
            if number is not None:
                out.append({"list": kind, "key": key, "place": row_place(self.step, number)})
        return out


def row_place(step: Step, number: int) -> tuple[str, ...]:
    """Parts of the anchor of a row of differences."""
    return step.place("row", str(number + 1))


def pieces(segments: Any) -> list[tuple[str, str]]:
    """The pieces of a text with its changes: ``equal``, ``delete`` or ``insert``, and the text.

    >>> pieces('[["equal","甲"],["insert","乙"]]')
    [('equal', '甲'), ('insert', '乙')]
    >>> pieces("")
    []
    """
    return [(str(change), str(text)) for change, text in json.loads(segments or "[]")]


def _moved(step: Step, shown: _Rows) -> list[dict[str, Any]]:
    """Rows that stand in lists of different kinds, by the two kinds."""
    out = []
    for a in _KIND_KEYS:
        for b in _KIND_KEYS:
            numbers = shown.numbers(
                lambda row, a=a, b=b: (  # type: ignore[misc]
                    _both(row) and row["moved"] and (row["list_a"], row["list_b"]) == (a, b)
                )
            )
            if numbers:
                out.append(
                    {
                        "a": a,
                        "b": b,
                        "id": anchor(*step.place("moves", a, b)),
                        "rows": shown.views(numbers),
                    }
                )
    return out


def _group(
    step: Step, shown: _Rows, key: str, zh: str, en: str, wanted: Callable[[Row], bool]
) -> dict[str, Any]:
    views = shown.views(shown.numbers(wanted))
    parts: list[dict[str, Any]] = []
    if key in ("only_a", "only_b"):
        side = key[-1]
        for kind in _KIND_KEYS:
            rows = [view for view in views if view[f"list_{side}"] == kind]
            if rows:
                pair = (kind, "absent") if side == "a" else ("absent", kind)
                parts.append(
                    {"kind": kind, "id": anchor(*step.place("moves", *pair)), "rows": rows}
                )
    names = {side: (step.a if side == "a" else step.b) for side in "ab"}
    return {
        "key": key,
        "zh": zh.format(**{side: one.zh for side, one in names.items()}),
        "en": en.format(**{side: one.en for side, one in names.items()}),
        "rows": views,
        "parts": parts,
    }


def _duty_blocks(
    step: Step, differences: Sequence[Row], groups: Sequence[Group]
) -> list[dict[str, Any]]:
    """Changed duties of both lists side by side, by the duty list entry to which they belong."""
    at: dict[tuple[str, str], int] = {}
    for place, group in enumerate(groups):
        for number in group.rows:
            for side in "ab":
                item = item_of(differences[number], side)
                if item and item[0] == "cooperative":
                    at[side, item[1]] = place
    found: dict[int, list[Row]] = {}
    for row in step.of("duty-differences"):
        places = [
            at[side, key]
            for side in "ab"
            for key in str(row[f"key_{side}"] or "").split()
            if (side, key) in at
        ]
        found.setdefault(places[0] if places else -1, []).append(row)
    out = []
    for place in sorted(found):
        rows = groups[place].rows if place >= 0 else ()
        ends: list[dict[str, Any]] = [
            {"row": differences[number], "place": row_place(step, number)}
            for number in rows
            if differences[number]["list_a"] == differences[number]["list_b"] == "cooperative"
        ]
        changed = any(row["kind"] != "reworded" for row in found[place])
        detail = next((e["row"]["split_detail"] for e in ends if e["row"]["split_detail"]), "")
        out.append(
            {
                "id": anchor(*step.place("duties", str(place + 1))),
                "rows": rows,
                "ends": ends,
                "title": found[place][0]["title_a"] or found[place][0]["title_b"],
                "changed": changed,
                "detail": detail,
                "duties": [{**row, "pieces": pieces(row["segments"])} for row in found[place]],
            }
        )
    return out


def _evidence(
    step: Step, differences: Sequence[Row], groups: Sequence[Group]
) -> list[dict[str, Any]]:
    """What the numbers rest on: by list kind, by cell of the moves, category and department type."""
    refs = _Refs(step, differences)
    out: list[dict[str, Any]] = [{"zh": "各清单", "en": "Tables", "groups": _by_list(refs, groups)}]
    cells = [
        refs.group(("moves", *cell), *_cell_words(*cell), {"": entry})
        for cell, entry in _cells(step, differences).items()
    ]
    out.append({"zh": "在两份清单中的位置", "en": "Where items stand in both", "groups": cells})
    categories = [
        refs.group(
            ("category", name),
            name or "（无类别）",
            str(row.get("category_en") or name or "no category"),
            entries(
                differences,
                groups,
                lambda one, name=name: str(one["category_a"] or "") == name,  # type: ignore[misc]
                lambda one, name=name: str(one["category_b"] or "") == name,  # type: ignore[misc]
            ),
            _counted(row),
        )
        for row in step.of("by-category")
        for name in [str(row["category"] or "")]
    ]
    out.append({"zh": "各类别", "en": "Categories", "groups": categories})
    types = [
        refs.group(
            ("type", name),
            name,
            str(row.get("department_type_en") or name),
            _of_type(differences, groups, name),
            _counted(row),
        )
        for row in step.of("by-department-type")
        for name in [str(row["department_type"])]
    ]
    out.append({"zh": "各类部门", "en": "Department types", "groups": types})
    return out


def _by_list(refs: _Refs, groups: Sequence[Group]) -> list[dict[str, Any]]:
    out = []
    counted = {str(row["list"]): _counted(row) for row in refs.step.of("list-similarity")}
    for kind, zh, en in (("all", "全部", "All"), *((k, z, e.capitalize()) for k, z, e, _ in KINDS)):

        def here(row: Row, side: str, kind: str = kind) -> bool:
            return kind in ("all", row[f"list_{side}"])

        found = entries(
            refs.differences, groups, lambda row: here(row, "a"), lambda row: here(row, "b")
        )
        out.append(refs.group(("list", kind), zh, en, found, counted.get(kind, {})))
    return out


def _counted(row: Row) -> dict[str, float]:
    """Numbers of a row of a table by the names of `PARTS`."""
    names = {"town_a": "town_duties_a", "town_b": "town_duties_b"}
    return {
        name: value
        for name, _, _ in PARTS
        if isinstance(value := row.get(names.get(name, name)), int | float)
    }


def _cells(step: Step, differences: Sequence[Row]) -> dict[tuple[str, str], Entry]:
    """Cells of the moves without a table of rows of their own: the same list, and uncertain pairs."""
    found: dict[tuple[str, str], list[tuple[int, int]]] = {}
    for number, row in enumerate(differences):
        a, b = str(row["list_a"] or "absent"), str(row["list_b"] or "absent")
        if row["kind"] == "uncertain":
            found.setdefault((a, "uncertain"), []).append((number, 1))
            found.setdefault(("uncertain", b), []).append((number, 1))
        elif a == b:
            found.setdefault((a, b), []).append((number, 1))
    out = {cell: Entry(len(rows), tuple(rows)) for cell, rows in found.items()}
    told = {(str(row["list_a"] or "absent"), str(row["list_b"] or "absent")) for row in differences}
    for row in step.of("moves"):
        for b in (*_KIND_KEYS, "absent", "uncertain"):
            cell = str(row["list_a"]), b
            if row[b] and cell not in out and cell not in told:
                out[cell] = Entry(int(row[b]))
    return out


def _cell_words(a: str, b: str) -> tuple[str, str]:
    names = {key: (zh, en) for key, zh, en, _ in KINDS}
    names |= {"absent": ("没有", "not there"), "uncertain": ("不确定", "uncertain")}
    first, second = names.get(a, (a, a)), names.get(b, (b, b))
    return f"{first[0]}→{second[0]}", f"{first[1]} → {second[1]}"


def _of_type(differences: Sequence[Row], groups: Sequence[Group], name: str) -> dict[str, Entry]:
    """Cooperative items that name a department type, and reclaimed ones that it takes over."""

    def tell(kind: str, side: str) -> Callable[[Row], bool]:
        return lambda row: row[f"list_{side}"] == kind and name in named(row, f"types_{side}")

    found = entries(differences, groups, tell("cooperative", "a"), tell("cooperative", "b"))
    back = entries(differences, groups, tell("reclaimed", "a"), tell("reclaimed", "b"))
    for side in "ab":
        if f"items_{side}" in back:
            found[f"taken_back_{side}"] = back[f"items_{side}"]
    return found


class _Refs:
    """References to rows, as short as a page of some thousand of them allows."""

    def __init__(self, step: Step, differences: Sequence[Row]) -> None:
        self.step = step
        self.differences = differences

    def group(
        self,
        parts: tuple[str, ...],
        zh: str,
        en: str,
        found: Mapping[str, Entry],
        counted: Mapping[str, float] | None = None,
    ) -> dict[str, Any]:
        """A group of entries and its anchor.

        What is counted in another table and of which no row tells has an entry without rows.
        """
        found = {name: Entry(number) for name, number in (counted or {}).items() if number} | dict(
            found
        )
        words = {name: (zh, en) for name, zh, en in PARTS} | {"": (zh, en)}
        order = ("", *(name for name, _, _ in PARTS))
        return {
            "id": anchor(*self.step.place(*parts)),
            "zh": zh,
            "en": en,
            "entries": [
                {
                    "id": anchor(*self.step.place(*parts, name)) if name else "",
                    "zh": words[name][0],
                    "en": words[name][1],
                    "total": found[name].total,
                    "rows": [self._one(number, times) for number, times in found[name].rows],
                }
                for name in order
                if name in found
            ],
            "names": set(found),
        }

    def _one(self, number: int, times: int) -> dict[str, Any]:
        row = self.differences[number]
        ends = [item_of(row, side) for side in "ab"]
        return {"place": row_place(self.step, number), "a": ends[0], "b": ends[1], "times": times}
