"""Writes the expected results of the saved queries beside this file, without the program.

They come from the readings in `tests/readings` and from the document itself, which is only split at
its line ends and tabs. Run it again when a reading was corrected; never write it from what the
program prints.
"""

from __future__ import annotations

import csv
import re
from collections import Counter
from collections.abc import Iterable
from fractions import Fraction
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml

HERE = Path(__file__).parent
READINGS = HERE.parent / "readings"
DOCUMENT = HERE.parents[1] / "data" / "sources" / "653131101-2025-07" / "list.txt"

# Read off the cover, and the official code of that town.
TOWN = "塔吉克阿巴提镇"
EDITION = "2025-07"
DIVISION = "653131101"

TABLES = {
    "基本履职事项清单（公布版）": "basic",
    "配合履职事项清单（公布版）": "cooperative",
    "上级部门收回事项清单（公布版）": "reclaimed",
}
LISTS = ["basic", "cooperative", "reclaimed"]


def reading(name: str) -> Any:
    return yaml.safe_load((READINGS / f"{name}.yaml").read_text(encoding="utf-8"))


def rows() -> list[dict[str, Any]]:
    """The numbered rows of the three tables, in printed order."""
    found = []
    kind = ""
    for line, text in enumerate(DOCUMENT.read_text(encoding="utf-8").split("\n"), 1):
        kind = TABLES.get(text.strip(), kind)
        cells = [cell.strip() for cell in text.split("\t")]
        if kind and len(cells) > 2 and cells[0].isdecimal():
            found.append(
                {
                    "list": kind,
                    "number": int(cells[0]),
                    "category": cells[1],
                    "title": cells[2],
                    "cells": cells[3:],
                    "line": line,
                }
            )
    return found


ROWS = rows()
ITEMS = {(row["list"], row["number"]): row for row in ROWS}
COOPERATIVE = reading("cooperative")
DEPARTMENTS = reading("departments")
CLAIMS = reading("claims")


def check() -> None:
    """The readings agree with each other, and with the document where a plain split can tell."""
    assert len(ITEMS) == len(ROWS)
    for kind in LISTS:
        numbers = [row["number"] for row in ROWS if row["list"] == kind]
        assert numbers == list(range(1, len(numbers) + 1))
        counted = Counter(row["category"] for row in ROWS if row["list"] == kind)
        assert counted == CLAIMS["categories"][kind]
    for kind in ("cooperative", "reclaimed"):
        assert list(DEPARTMENTS[kind]) == [row["number"] for row in ROWS if row["list"] == kind]
    assert list(COOPERATIVE) == list(DEPARTMENTS["cooperative"])
    for number, item in COOPERATIVE.items():
        assert item["departments"] == DEPARTMENTS["cooperative"][number]
        row = ITEMS["cooperative", number]
        cells = dict(zip(("department", "town"), row["cells"][1:], strict=True))
        for side, cell in cells.items():
            rest = re.sub(r"<[^>]*>", "", cell)
            for duty in item["duties"]:
                if duty["side"] == side:
                    # Every duty stands in its cell behind the one before it.
                    assert duty["text"] in rest, (number, duty["text"])
                    rest = rest[rest.index(duty["text"]) + len(duty["text"]) :]
            assert not rest.strip(), (number, rest)


def parties(duty: dict[str, Any]) -> list[str]:
    """The parties of a duty by name; one empty name for a duty of nobody."""
    return sorted(duty["party"]) or [""]


def party_kind(duty: dict[str, Any]) -> str:
    if duty["side"] == "town":
        return "town"
    return "department" if duty["party"] else "unattributed"


def duties_in_order(number: int) -> list[dict[str, Any]]:
    """The duties of an item: department side first, each side as printed."""
    return sorted(COOPERATIVE[number]["duties"], key=lambda duty: duty["side"] == "town")


def lists() -> Iterable[list[Any]]:
    counted = Counter(row["list"] for row in ROWS)
    yield [TOWN, DIVISION, EDITION, *(counted[kind] for kind in LISTS)]


def items() -> Iterable[list[Any]]:
    for row in ROWS:
        names = DEPARTMENTS.get(row["list"], {}).get(row["number"], [])
        yield [
            TOWN,
            EDITION,
            row["list"],
            row["number"],
            row["category"],
            row["title"],
            "、".join(names),
            row["line"],
        ]


def categories() -> Iterable[list[Any]]:
    counted = Counter((row["list"], row["category"]) for row in ROWS)
    for (kind, category), number in sorted(
        counted.items(), key=lambda entry: (entry[0][0], -entry[1], entry[0][1])
    ):
        yield [TOWN, EDITION, kind, category, number]


def departments() -> Iterable[list[Any]]:
    whole: Counter[str] = Counter()
    shared: dict[str, Fraction] = {}
    reclaimed: Counter[str] = Counter()
    for names in DEPARTMENTS["cooperative"].values():
        for name in names:
            whole[name] += 1
            shared[name] = shared.get(name, Fraction()) + Fraction(1, len(names))
    for names in DEPARTMENTS["reclaimed"].values():
        reclaimed.update(names)
    heads = {
        name
        for item in COOPERATIVE.values()
        for duty in item["duties"]
        if duty["side"] == "department"
        for name in duty["party"]
    }
    found = [
        (name, whole[name], round(shared.get(name, Fraction()), 6), reclaimed[name])
        for name in {*whole, *reclaimed, *heads}
    ]
    for name, number, part, taken in sorted(found, key=lambda row: (-row[1], -row[2], row[0])):
        text = f"{float(part):.6f}".rstrip("0").rstrip(".")
        yield [TOWN, EDITION, name, number, text, taken]


def splits() -> Iterable[list[Any]]:
    for number in COOPERATIVE:
        counted: Counter[tuple[str, str, str]] = Counter()
        for duty in duties_in_order(number):
            for party in parties(duty):
                counted[party, party_kind(duty), duty["phase"]] += 1
        # A counter keeps the order in which its keys came in: as printed, then by party.
        for (party, kind, phase), duties in counted.items():
            title = ITEMS["cooperative", number]["title"]
            yield [TOWN, EDITION, number, title, party, kind, phase, duties]


def duties() -> Iterable[list[Any]]:
    for number in COOPERATIVE:
        for duty in duties_in_order(number):
            for party in parties(duty):
                yield [
                    TOWN,
                    EDITION,
                    "cooperative",
                    number,
                    party,
                    party_kind(duty),
                    duty["phase"],
                    duty["order"],
                    duty["text"],
                    ITEMS["cooperative", number]["line"],
                ]


def department_pairs() -> Iterable[list[Any]]:
    counted: Counter[tuple[str, ...]] = Counter()
    for names in DEPARTMENTS["cooperative"].values():
        counted.update(combinations(sorted(names), 2))
    for pair, number in sorted(counted.items(), key=lambda entry: (-entry[1], entry[0])):
        yield [TOWN, EDITION, *pair, number]


def reclaimed() -> Iterable[list[Any]]:
    for number, names in DEPARTMENTS["reclaimed"].items():
        row = ITEMS["reclaimed", number]
        _, _, method = row["cells"][0].partition("工作方式：")
        for name in sorted(names):
            yield [TOWN, EDITION, number, row["category"], row["title"], name, method.strip()]


def claims() -> Iterable[list[Any]]:
    found = []
    for claim in CLAIMS["claims"]:
        # `total items (编制过程)`: the parenthesis names the section of the document.
        subject = claim["subject"].partition(" (")[0].replace("total items", "all items")
        found.append((claim["line"], subject, claim["claimed"], claim["counted"]))
    for line, subject, claimed, counted in sorted(found):
        yield [TOWN, EDITION, subject, claimed, counted, f"line {line}"]


RESULTS = {
    "lists": ("town,division,edition,basic,cooperative,reclaimed", lists),
    "items": ("town,edition,list,number,category,title,departments,line", items),
    "categories": ("town,edition,list,category,items", categories),
    "departments": ("town,edition,department,items,items_fractional,reclaimed", departments),
    "splits": ("town,edition,number,title,party,party_kind,phase,duties", splits),
    "duties": (
        "town,edition,list,number,party,party_kind,phase,order,text,line",
        duties,
    ),
    "department-pairs": ("town,edition,department_a,department_b,items", department_pairs),
    "reclaimed": ("town,edition,number,category,title,department,method", reclaimed),
    "claims": ("town,edition,subject,claimed,counted,place", claims),
}


def main() -> None:
    check()
    for name, (columns, result) in RESULTS.items():
        with (HERE / f"{name}.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.writer(file, lineterminator="\n")
            writer.writerow(columns.split(","))
            writer.writerows(result())


if __name__ == "__main__":
    main()
