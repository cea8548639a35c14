"""Small tables by hand, with the columns of the saved queries."""

from __future__ import annotations

from dutygraph import graph
from dutygraph.model import DutyList
from dutygraph.query import load_query
from dutygraph.store import Embedded
from dutygraph.table import Table, Value

HERE: dict[str, Value] = {"town": "T", "division": "1", "edition": "2025"}


def table(name: str, rows: list[dict[str, Value]]) -> Table:
    """A table with the columns of a saved query; what a row leaves out is None."""
    columns = load_query(name).columns
    return Table(name, columns, [tuple(row.get(c.name) for c in columns) for row in rows])


def store_of(*lists: DutyList) -> Embedded:
    """A store of some lists and the reference data."""
    quads = [quad for one in lists for quad in graph.quads(one)]
    return Embedded.in_memory([*quads, *graph.reference_quads()])


def item(
    key: str, departments: str, kind: str = "cooperative", category: str = ""
) -> dict[str, Value]:
    return {
        **HERE,
        "list": kind,
        "key": key,
        "number": int(key),
        "title": f"item {key}",
        "category": category,
        "departments": departments,
        "line": int(key) + 100,
    }


def duty(
    key: str,
    party: str,
    kind: str,
    attribution: str = "sole",
    actions: str = "",
    position: int = 1,
) -> dict[str, Value]:
    return {
        **HERE,
        "list": "cooperative",
        "key": key,
        "party": party,
        "party_kind": kind,
        "attribution": attribution,
        "actions": actions,
        "side": "town" if kind == "town" else "department",
        "position": position,
    }


def department(name: str, reclaimed: int = 0) -> dict[str, Value]:
    return {
        **HERE,
        "department": name,
        "department_type": name,
        "department_type_en": f"{name} bureau",
        "reclaimed": reclaimed,
    }


ACTIONS = table(
    "actions",
    [
        {**HERE, "party_kind": "town", "action": code, "action_zh": zh, "nature": nature}
        for code, zh, nature in (
            ("inspect", "排查巡查", "legwork"),
            ("report", "上报", "legwork"),
            ("approve", "审批", "authority"),
            ("organise", "组织实施", "other"),
        )
    ],
)
