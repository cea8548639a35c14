"""Duty lists of Chinese townships (乡镇履职事项清单) as one validated, queryable knowledge graph.

>>> import dutygraph
>>> with dutygraph.open_store() as store:
...     departments = dutygraph.run_query(store, "departments")
...     print(departments.column("department")[0], len(departments))
...     load = dutygraph.load_measures(store)
...     print(load.records()[0]["department"], round(load.records()[0]["lean"], 2))
农业农村局 41
农业农村局 0.49

The names of `__all__` are public: they keep their meaning within a major version. Everything else
may change. Modules are loaded when one of their names is first used, so that ``import dutygraph``
costs next to nothing.
"""

from __future__ import annotations

import os
from importlib import import_module
from typing import TYPE_CHECKING, Any

from dutygraph.__about__ import __version__

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dutygraph.build import read_document
    from dutygraph.errors import DutyGraphError
    from dutygraph.graph import quads
    from dutygraph.model import DutyList, Finding, Item
    from dutygraph.query import load_queries
    from dutygraph.rdf import to_rdflib
    from dutygraph.store import Embedded, Remote, Store
    from dutygraph.table import Table
    from dutygraph.validate import Result, validate_edition, validate_list

__all__ = [
    "DutyGraphError",
    "DutyList",
    "Embedded",
    "Finding",
    "Item",
    "Remote",
    "Result",
    "Store",
    "Table",
    "__version__",
    "load_measures",
    "load_queries",
    "open_store",
    "quads",
    "read_document",
    "run_query",
    "to_rdflib",
    "validate_edition",
    "validate_list",
]

_HOME = {
    "DutyGraphError": "errors",
    "DutyList": "model",
    "Embedded": "store",
    "Finding": "model",
    "Item": "model",
    "Remote": "store",
    "Result": "validate",
    "Store": "store",
    "Table": "table",
    "load_queries": "query",
    "quads": "graph",
    "read_document": "build",
    "to_rdflib": "rdf",
    "validate_edition": "validate",
    "validate_list": "validate",
}


def __getattr__(name: str) -> Any:
    if name in _HOME:
        return getattr(import_module(f"dutygraph.{_HOME[name]}"), name)
    raise AttributeError(f"module 'dutygraph' has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted(__all__)


def open_store(
    folder: str | os.PathLike[str] | None = None, *, endpoint: str = ""
) -> Embedded | Remote:
    """Open a place of graphs for reading.

    Args:
        folder: a store folder made by ``dutygraph build --store``.
        endpoint: address of a SPARQL 1.1 endpoint; instead of *folder*.

    Returns:
        The graphs that ship with the package, in memory, where neither is given.

    Raises:
        UsageError: both are given, or *endpoint* is no address.
        StoreError: the folder is missing, not ours, damaged, or being written to.
    """
    from dutygraph import store
    from dutygraph.errors import UsageError

    if folder is not None and endpoint:
        raise UsageError("give a folder or an endpoint, not both")
    if endpoint:
        return store.Remote(endpoint)
    return store.open_packaged() if folder is None else store.Embedded.open(folder)


def run_query(
    store: Store, name: str, parameters: Mapping[str, str | int] | None = None, **more: str | int
) -> Table:
    """Run a saved query to a table; ``.to_pandas()`` of it is a data frame.

    Args:
        store: where to ask (see `open_store`).
        name: of the query (see `load_queries`).
        parameters: value by parameter name.
        **more: further parameters, whose names Python allows.

    Raises:
        UnknownNameError: there is no such query, town, department …
        ParameterError: there is no such parameter, or the value is not of its type.
    """
    from dutygraph import query

    return query.run(store, name, {**(parameters or {}), **more})


def load_measures(store: Store, *, town: str = "", edition: str = "") -> Table:
    """Department-load table: how far each department leans on the town.

    Args:
        store: where to ask (see `open_store`).
        town: only this town (division code or name).
        edition: only this edition.

    Returns:
        See `dutygraph.network.load.department_load`.

    Raises:
        UnknownNameError: there is no such town or edition.
    """
    from dutygraph.network.load import department_load

    which: dict[str, str | int] = {"town": town, "edition": edition}
    items, duties, departments = (
        run_query(store, name, which) for name in ("items", "duties", "departments")
    )
    return department_load(items, duties, departments)
