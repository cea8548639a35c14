"""The saved queries: what they ask, their typed parameters, and running them to a table.

A saved query is a ``.rq`` file that any SPARQL editor can open. Its head holds decorators behind
``#+`` in the manner of grlc (summary, tags) and ours under the one key ``dutygraph``: the question,
the columns, the parameters. A parameter is a variable named ``?_name``. It is replaced, token by
token, by an RDF term; text is never pasted into a query. Where a parameter is not given its variable
stays unbound, and the query leaves that condition out.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

import yaml
from pyoxigraph import Literal, NamedNode

from dutygraph import resources
from dutygraph.errors import DutyGraphError, ParameterError, UnknownNameError, UsageError
from dutygraph.store import Solutions, Store, Term
from dutygraph.table import TYPES, Column, Table, Value
from dutygraph.vocab import XSD, fold

_NAME: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,63}")
_DECORATOR: Final = re.compile(r"^#\+ ?(.*)$", re.MULTILINE)
_TOKEN: Final = re.compile(
    r"""(?P<iri><[^<>"{}|^`\\\x00-\x20]*>)
      | (?P<comment>\#[^\n]*)
      | (?P<string>\"{3}(?:[^"\\]|\\.|"(?!""))*\"{3} | '{3}(?:[^'\\]|\\.|'(?!''))*'{3}
                  | "(?:[^"\\\n]|\\.)*" | '(?:[^'\\\n]|\\.)*')
      | (?P<variable>[?$](?P<name>\w+))""",
    re.VERBOSE | re.DOTALL,
)
_KINDS: Final[Mapping[str, Callable[[str], Term]]] = {
    "string": Literal,
    "integer": lambda text: Literal(str(int(text)), datatype=NamedNode(XSD.integer)),
    "iri": NamedNode,
}
_INTEGER: Final = re.compile(r"[+-]?\d{1,18}")


@dataclass(frozen=True, slots=True)
class Parameter:
    """A typed parameter of a saved query.

    Attributes:
        name: its name; the variable in the query is ``?_name``.
        type: ``string``, ``integer`` or ``iri``.
        zh, en: what it is.
        allowed: the values that it may take; empty where any will do.
        values_from: query and column that hold the allowed values, as ``query.column``.
        names_from: query and column with other names for them, row by row beside *values_from*.
    """

    name: str
    type: str
    zh: str = ""
    en: str = ""
    allowed: tuple[str, ...] = ()
    values_from: str = ""
    names_from: str = ""


@dataclass(frozen=True, slots=True)
class SavedQuery:
    """A saved query.

    Attributes:
        name: its name, that of the file without ``.rq``.
        text: the whole file.
        summary: one line that says what it gives.
        tags: for finding it.
        question_zh, question_en: the question that it answers.
        columns: of the resulting table, in order.
        parameters: by name.
    """

    name: str
    text: str
    summary: str
    tags: tuple[str, ...]
    question_zh: str
    question_en: str
    columns: tuple[Column, ...]
    parameters: Mapping[str, Parameter]

    def bind(self, terms: Mapping[str, Term]) -> str:
        """The query with parameters replaced by RDF terms.

        Args:
            terms: term by parameter name; a parameter that is left out stays unbound.

        Raises:
            ParameterError: the query has no parameter of that name.
        """
        for name in terms:
            if name not in self.parameters:
                raise ParameterError(
                    f"query {self.name!r} has no parameter {name!r}",
                    hint="known: " + (", ".join(self.parameters) or "none"),
                )

        return bind(self.text, terms)


def bind(text: str, terms: Mapping[str, Term]) -> str:
    r"""A query with its variables ``?_name`` replaced by RDF terms, token by token.

    >>> bind('SELECT ?t { ?t ?p ?_town . FILTER(?p != "?_town") }', {"town": Literal('a"b')})
    'SELECT ?t { ?t ?p "a\\"b" . FILTER(?p != "?_town") }'
    """

    def replace(found: re.Match[str]) -> str:
        name = found["name"]
        if name is None or not name.startswith("_") or name[1:] not in terms:
            return found.group()
        return str(terms[name[1:]])

    return _TOKEN.sub(replace, text)


def variables(text: str) -> set[str]:
    """Names of the variables in a query, outside strings, IRIs and comments."""
    return {found["name"] for found in _TOKEN.finditer(text) if found["name"] is not None}


def bare(text: str) -> str:
    """A query with its strings, IRIs and comments blanked: keywords, names and brackets."""
    return _TOKEN.sub(lambda found: found.group() if found["name"] else " ", text)


def parse_query(name: str, text: str, where: str = "") -> SavedQuery:
    """Read a saved query from the text of its file.

    Args:
        name: its name.
        text: the file.
        where: path of the file, for messages.

    Raises:
        DutyGraphError: the decorators are missing or break the convention.
    """
    where = where or name
    head = "\n".join(_DECORATOR.findall(text))
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        loaded = yaml.load(head, Loader=loader)
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise DutyGraphError(f"decorators are not YAML: {problem}", where=where) from error
    try:
        own = loaded["dutygraph"]
        columns = tuple(_column(key, value) for key, value in own["columns"].items())
        parameters = {key: _parameter(key, v) for key, v in (own.get("parameters") or {}).items()}
        query = SavedQuery(
            name=name,
            text=text,
            summary=str(loaded["summary"]),
            tags=tuple(loaded.get("tags") or ()),
            question_zh=own["question"]["zh"],
            question_en=own["question"]["en"],
            columns=columns,
            parameters=parameters,
        )
    except (KeyError, TypeError, AttributeError, ValueError) as error:
        raise DutyGraphError(
            f"decorators lack or misuse {error}", where=where, hint="see docs/queries.md"
        ) from error
    _check(query, where)
    return query


def _column(name: str, spec: Mapping[str, Any]) -> Column:
    if spec["type"] not in TYPES:
        raise ValueError(f"type {spec['type']!r} of column {name}")
    return Column(name, spec["type"], spec.get("unit", ""), spec.get("zh", ""), spec.get("en", ""))


def _parameter(name: str, spec: Mapping[str, Any]) -> Parameter:
    if spec["type"] not in _KINDS:
        raise ValueError(f"type {spec['type']!r} of parameter {name}")
    values = spec.get("values") or ()
    listed = values if isinstance(values, list) else ()
    return Parameter(
        name=name,
        type=spec["type"],
        zh=spec.get("zh", ""),
        en=spec.get("en", ""),
        allowed=tuple(map(str, listed)),
        values_from=values if isinstance(values, str) else "",
        names_from=spec.get("names", ""),
    )


def _check(query: SavedQuery, where: str) -> None:
    """Refuse a query that breaks the convention: parameters used, declared, not projected."""
    used = {name[1:] for name in variables(query.text) if name.startswith("_")}
    if undeclared := used - set(query.parameters):
        raise DutyGraphError(f"uses undeclared parameters {sorted(undeclared)}", where=where)
    if unused := set(query.parameters) - used:
        raise DutyGraphError(
            f"declares parameters {sorted(unused)} but does not use them", where=where
        )
    body = _TOKEN.sub(lambda f: "" if f["comment"] else f.group(), query.text)
    projection = re.search(r"\bSELECT\b(.*?)\bWHERE\b", body, re.DOTALL | re.IGNORECASE)
    if projection and any(name.startswith("_") for name in variables(projection[1])):
        raise DutyGraphError("projects a parameter", where=where, hint="bind another variable")


def _folder(folder: str | os.PathLike[str] | None) -> Path:
    base = resources.folder("queries") if folder is None else Path(folder)
    if not base.is_dir():
        raise UsageError("no such folder of queries", where=str(base))
    return base


def load_queries(folder: str | os.PathLike[str] | None = None) -> dict[str, SavedQuery]:
    """All saved queries of a folder, by name; of the package's own where none is given.

    Raises:
        DutyGraphError: a query breaks the convention.
    """
    base = _folder(folder)
    return {path.stem: _load(path) for path in sorted(base.glob("*.rq"))}


def load_query(name: str, folder: str | os.PathLike[str] | None = None) -> SavedQuery:
    """One saved query by name.

    Raises:
        UnknownNameError: there is no query of that name.
        DutyGraphError: it breaks the convention.
    """
    base = _folder(folder)
    paths = {path.stem: path for path in base.glob("*.rq")}
    if name not in paths:
        raise UnknownNameError("query", name, sorted(paths))
    return _load(paths[name])


def _load(path: Path) -> SavedQuery:
    if not _NAME.fullmatch(path.stem):
        raise DutyGraphError(
            f"{path.stem!r} is no query name",
            where=str(path),
            hint="lower-case letters, digits and -",
        )
    try:
        return _load_cached(path, path.stat().st_mtime_ns)
    except (OSError, UnicodeDecodeError) as error:
        raise DutyGraphError(
            f"cannot be read: {error}", where=str(path), hint="it must be a file in UTF-8"
        ) from error


@cache
def _load_cached(path: Path, _changed: int) -> SavedQuery:
    return parse_query(path.stem, path.read_text(encoding="utf-8"), str(path))


def run(
    store: Store,
    query: str | SavedQuery,
    parameters: Mapping[str, str | int] | None = None,
) -> Table:
    """Run a saved query.

    Args:
        store: where to ask.
        query: its name, or the query itself.
        parameters: value by parameter name; None and "" leave a parameter out. A town may be given
            by its code or by its name.

    Returns:
        A table with the query's declared columns; empty where nothing fits.

    Raises:
        UnknownNameError: there is no such query, or no town, department … of that name.
        ParameterError: there is no such parameter, or the value is not of its type.
        RemoteError: the endpoint did not answer as it should.
    """
    saved = load_query(query) if isinstance(query, str) else query
    terms = {
        name: _term(store, saved, name, str(value))
        for name, value in (parameters or {}).items()
        if value is not None and value != ""
    }
    return to_table(saved.name, saved.columns, store.select(saved.bind(terms)))


def _term(store: Store, query: SavedQuery, name: str, value: str) -> Term:
    parameter = query.parameters.get(name)
    if parameter is None:
        raise ParameterError(
            f"query {query.name!r} has no parameter {name!r}",
            hint="known: " + (", ".join(query.parameters) or "none"),
        )
    if parameter.type == "integer" and not _INTEGER.fullmatch(value):
        raise ParameterError(f"parameter {name!r} must be a whole number, not {value!r}")
    try:
        term = _KINDS[parameter.type](value)
    except ValueError as error:
        raise ParameterError(f"parameter {name!r}: {value!r} is no {parameter.type}") from error
    if parameter.allowed and value not in parameter.allowed:
        raise UnknownNameError(name, value, parameter.allowed)
    if parameter.values_from:
        return Literal(_allowed_value(store, parameter, value))
    return term


def _allowed_value(store: Store, parameter: Parameter, value: str) -> str:
    """The value that the store knows for what was asked: itself, or the one that it names."""
    source, _, column = parameter.values_from.partition(".")
    table = run(store, source)
    values = [str(v) for v in table.column(column)]
    if value in values:
        return value
    if parameter.names_from:
        names = table.column(parameter.names_from.partition(".")[2])
        meant = {v for v, n in zip(values, names, strict=True) if fold(str(n)) == fold(value)}
        if len(meant) == 1:
            return meant.pop()
        if len(meant) > 1:
            raise ParameterError(
                f"{value!r} is the name of several", hint="give one of " + ", ".join(sorted(meant))
            )
        known = [f"{v} {n}" for v, n in dict.fromkeys(zip(values, names, strict=True))]
    else:
        known = sorted({v for v in values if v})
    raise UnknownNameError(parameter.name, value, known)


def to_table(name: str, columns: Iterable[Column], solutions: Solutions) -> Table:
    """Terms of a result as plain values, in the declared order of columns.

    Raises:
        DutyGraphError: the result lacks a declared column, or a value is not of its type.
    """
    columns = tuple(columns)
    index = {variable: position for position, variable in enumerate(solutions.variables)}
    for column in columns:
        if column.name not in index:
            raise DutyGraphError(f"the result has no column {column.name!r}", where=name)
    picks = [(index[column.name], column) for column in columns]
    rows = [
        tuple(_value(row[position], column, name) for position, column in picks)
        for row in solutions.rows
    ]
    return Table(name, columns, rows)


def _value(term: Term | None, column: Column, where: str) -> Value:
    if term is None:
        return None
    text = term.value if isinstance(term, Literal | NamedNode) else str(term)
    if column.type == "string":
        return text
    try:
        if column.type == "integer":
            return int(text)
        if column.type == "decimal":
            return float(text)
        return {"true": True, "1": True, "false": False, "0": False}[text]
    except (ValueError, KeyError) as error:
        raise DutyGraphError(
            f"column {column.name!r} should be {column.type} but holds {text!r}", where=where
        ) from error


def untyped_table(name: str, solutions: Solutions) -> Table:
    """A result of a query that declares no columns; numbers and booleans by their datatype."""
    kinds = {XSD.integer: "integer", XSD.decimal: "decimal", XSD.double: "decimal"}
    kinds |= {XSD.boolean: "boolean", XSD.int: "integer", XSD.float: "decimal"}
    columns = []
    for position, variable in enumerate(solutions.variables):
        found = {
            kinds.get(term.datatype.value, "string") if isinstance(term, Literal) else "string"
            for row in solutions.rows
            if (term := row[position]) is not None
        }
        if found == {"integer", "decimal"}:
            found = {"decimal"}
        columns.append(Column(variable, found.pop() if len(found) == 1 else "string"))
    return to_table(name, columns, solutions)
