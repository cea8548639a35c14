"""Lists written down by hand for the tests of the comparison, as tables of the saved queries."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from dutygraph.compare.aligning import Aligned
from dutygraph.compare.alignment import pairs_between
from dutygraph.compare.bodies import bodies
from dutygraph.compare.differences import Matched, matched
from dutygraph.compare.listing import Listing, listings
from dutygraph.query import load_query
from dutygraph.table import Column, Table, Value

LONG = {"b": "basic", "c": "cooperative", "r": "reclaimed"}
NO_ONE: Mapping[str, frozenset[str]] = {}


@dataclass(frozen=True)
class Row:
    """An item: ``c1`` is cooperative item 1. A duty is (party, text): 乡镇, "" for nobody, A+B jointly."""

    id: str
    title: str
    category: str = "党的建设"
    departments: str = ""
    duties: tuple[tuple[str, str], ...] = ()
    method: str = ""


@dataclass(frozen=True)
class Written:
    """A list: its town, edition and items; department types by name."""

    town: str
    division: str
    edition: str
    rows: Sequence[Row]
    types: Mapping[str, str] = field(default_factory=dict)
    synthetic: bool = False


def _table(name: str, rows: list[dict[str, Value]]) -> Table:
    columns = load_query(name).columns
    return Table(name, columns, [tuple(row.get(c.name) for c in columns) for row in rows])


def tables(*written: Written) -> dict[str, Table]:
    """The lists as tables of the saved queries. An item stands in line 100 + its number."""
    out: dict[str, list[dict[str, Value]]] = {
        name: [] for name in ("lists", "items", "duties", "departments", "reclaimed")
    }
    for one in written:
        whose: dict[str, Value] = {
            "town": one.town,
            "division": one.division,
            "edition": one.edition,
        }
        out["lists"].append({**whose, "title": "清单", "synthetic": one.synthetic})
        named: dict[str, None] = dict.fromkeys(one.types)
        for row in one.rows:
            kind, key = LONG[row.id[0]], row.id[1:]
            number = int(key.partition("-")[0])
            line = 100 + number
            at: dict[str, Value] = {**whose, "number": number, "key": key, "title": row.title}
            at |= {"line": line, "place": f"line {line}", "category": row.category}
            out["items"].append({**at, "list": kind, "departments": row.departments})
            named |= dict.fromkeys(row.departments.split("、"))
            if kind == "reclaimed":
                for name in row.departments.split("、"):
                    out["reclaimed"].append({**at, "department": name, "method": row.method})
            positions = {"town": 0, "department": 0}
            for party, text in row.duties:
                side = "town" if party == "乡镇" else "department"
                positions[side] += 1
                for name in party.split("+"):
                    out["duties"].append(
                        {
                            **at,
                            "list": kind,
                            "party": name,
                            "party_kind": side if name else "unattributed",
                            "attribution": "joint" if "+" in party else "sole",
                            "side": side,
                            "position": positions[side],
                            "text": text,
                            "actions": "",
                        }
                    )
                    if side == "department":
                        named[name] = None
        out["departments"] += [
            {
                **whose,
                "department": name,
                "department_type": one.types.get(name, ""),
                "reclaimed": 0,
            }
            for name in named
            if name
        ]
    return {name: _table(name, rows) for name, rows in out.items()}


def lists(*written: Written) -> list[Listing]:
    """The lists as they are compared."""
    return listings(tables(*written), [(one.division, one.edition) for one in written])


PAIR_NAMES = (
    "division_a edition_a list_a key_a division_b edition_b list_b key_b relation score confidence"
).split()


def pairs(a: Written, b: Written, *rows: str) -> Table:
    """A table of pairs: ``c1 b2 reworded`` says that c1 of *a* is b2 of *b*; a row names one side
    alone by ``-``.
    """
    out: list[tuple[Value, ...]] = []
    for text in rows:
        first, second, relation = text.split()
        end_a = (a.division, a.edition, LONG[first[0]], first[1:]) if first != "-" else (None,) * 4
        end_b = (
            (b.division, b.edition, LONG[second[0]], second[1:]) if second != "-" else (None,) * 4
        )
        out.append((*end_a, *end_b, relation, 0.5, 0.75))
    return Table("pairs", tuple(Column(name) for name in PAIR_NAMES), out)


MAPPING_NAMES = "division edition list key concept label relation score confidence".split()


def mappings(*rows: tuple[Written, str]) -> Table:
    """A table of mappings: ``c1 K reworded`` says that c1 of the list is the concept K."""
    out: list[tuple[Value, ...]] = []
    for one, text in rows:
        item, concept, relation = text.split()
        end = (one.division, one.edition, LONG[item[0]], item[1:])
        out.append((*end, concept, f"label {concept}", relation, 0.5, 0.75))
    return Table("mappings", tuple(Column(name) for name in MAPPING_NAMES), out)


def match(
    a: Written, b: Written, *rows: str, successors: Mapping[str, frozenset[str]] = NO_ONE
) -> Matched:
    """Two lists with the pairs between them."""
    first, second = lists(a, b)
    found = pairs_between(pairs(a, b, *rows), first, second)
    return matched(first, second, found, bodies(first, second, successors))


def aligned(*some: Table) -> Aligned:
    """Tables of pairs, and perhaps one of mappings, as an alignment."""
    known = [one for one in some if one.name == "pairs"]
    mapped = next((one for one in some if one.name == "mappings"), None)
    return Aligned(tuple(known), mapped)
