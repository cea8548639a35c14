"""How much of simulated documents is recovered: what was read against the truth of the simulator.

A cell counts as recovered where its text is the truth's, white space left out (a file format may
break lines anywhere). Items are found by list and key, duties by column and position, so that one
lost duty also costs those behind it: the rates are never better than what a user gets.

    python benchmarks/recovery.py FOLDER    score a folder that `dutygraph simulate` wrote
"""

from __future__ import annotations

import csv
import sys
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from dutygraph.model import DutyList, Severity
from dutygraph.sources import Failure, find_sources, read_all

PARTS: Final = (
    "documents",
    "towns",
    "items",
    "titles",
    "categories",
    "departments",
    "duties",
    "parties",
    "phases",
    "methods",
    "faults",
)
"""What is scored, in order."""

Rows = list[dict[str, str]]
# Said of every simulated town, which no division table lists.
_ALWAYS: Final = frozenset({"division-unlisted"})


@dataclass
class Score:
    """Recovered and expected numbers by part, and what went wrong.

    Attributes:
        recovered, expected: by part.
        surplus: items, duties and findings (warnings and violations) that the truth does not have.
        wrong: one line for each thing that was not recovered or is surplus.
    """

    recovered: Counter[str] = field(default_factory=Counter)
    expected: Counter[str] = field(default_factory=Counter)
    surplus: Counter[str] = field(default_factory=Counter)
    wrong: list[str] = field(default_factory=list)

    def count(self, part: str, right: bool, what: str) -> None:
        """Count one expected thing."""
        self.expected[part] += 1
        if right:
            self.recovered[part] += 1
        else:
            self.wrong.append(f"{part}: {what}")

    def add_surplus(self, part: str, what: str) -> None:
        """Count one thing that should not be there."""
        self.surplus[part] += 1
        self.wrong.append(f"surplus {part}: {what}")

    def rate(self, part: str) -> float | None:
        """Share that was recovered, 0–1; None where nothing was expected."""
        return self.recovered[part] / self.expected[part] if self.expected[part] else None

    def merge(self, other: Score) -> None:
        """Add another score to this one."""
        self.recovered += other.recovered
        self.expected += other.expected
        self.surplus += other.surplus
        self.wrong += other.wrong


def plain(text: str) -> str:
    """Text without white space."""
    return "".join(text.split())


def load_truth(folder: Path, name: str) -> Rows:
    """Rows of a truth table."""
    with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def by(rows: Iterable[dict[str, str]], *keys: str) -> Mapping[tuple[str, ...], Rows]:
    """Rows by the values of some columns."""
    out: dict[tuple[str, ...], Rows] = defaultdict(list)
    for row in rows:
        out[tuple(row[key] for key in keys)].append(row)
    return out


def score_list(found: DutyList, items: Rows, duties: Rows, faults: Rows, name: str) -> Score:
    """Compare one document with its truth.

    Args:
        found: what was read.
        items: its rows of the truth table ``items``.
        duties: its rows of ``duties``.
        faults: its rows of ``faults``.
        name: of the document, for the lines of `Score.wrong`.
    """
    score = Score()
    read = {(str(item.kind), item.key): item for item in found.items}
    true = {(row["list"], row["key"]): row for row in items}
    carried = by(duties, "list", "key")
    for key, row in true.items():
        where = f"{name} {key[0]} {key[1]}"
        item = read.get(key)
        score.count("items", item is not None, where)
        if item is None:
            continue
        score.count(
            "titles",
            plain(item.title) == plain(row["title"]),
            f"{where}: {item.title!r}, not {row['title']!r}",
        )
        score.count(
            "categories",
            plain(item.category) == plain(row["category"]),
            f"{where}: {item.category!r}, not {row['category']!r}",
        )
        named = [d.name for d in item.departments]
        wanted = [n for n in row["departments"].split("、") if n]
        score.count("departments", named == wanted, f"{where}: {named}, not {wanted}")
        if row.get("method"):
            score.count(
                "methods",
                plain(item.method) == plain(row["method"]),
                f"{where}: {item.method!r}, not {row['method']!r}",
            )
        got = {(str(d.side), str(d.position)): d for d in item.duties}
        for duty in carried.get(key, []):
            at = (duty["side"], duty["position"])
            place = f"{where} {at[0]} {at[1]}"
            one = got.pop(at, None)
            right = one is not None and plain(one.text) == plain(duty["text"])
            shown = one.text if one else None
            score.count("duties", right, f"{place}: {shown!r}, not {duty['text']!r}")
            if one is None:
                continue
            if duty["side"] == "department":
                parties = sorted(d.name for d in one.parties)
                truth = sorted(n for n in duty["parties"].split("、") if n)
                score.count("parties", parties == truth, f"{place}: {parties}, not {truth}")
            score.count(
                "phases",
                plain(one.phase) == plain(duty["phase"]),
                f"{place}: {one.phase!r}, not {duty['phase']!r}",
            )
        for at, extra in got.items():
            score.add_surplus("duties", f"{where} {at[0]} {at[1]}: {extra.text!r}")
    for key in read.keys() - true.keys():
        score.add_surplus("items", f"{name} {key[0]} {key[1]}: {read[key].title!r}")
    _score_faults(score, found, faults, name)
    return score


def _score_faults(score: Score, found: DutyList, faults: Rows, name: str) -> None:
    planted = Counter(row["finding"] for row in faults)
    for row in faults:
        fits = [
            f
            for f in found.findings
            if f.code == row["finding"]
            and (not row["list"] or f.list_kind is None or str(f.list_kind) == row["list"])
            and (not row["key"] or not f.item or f.item == row["key"])
            and plain(row["quote"]) in plain(f.quote + f.message_zh + f.other_quote)
        ]
        if row["finding"] == "claim-mismatch" and row["quote"].isdigit():
            # The document may print the number in Chinese numerals.
            stated = [c.claimed for c in found.claims if c.claimed != c.counted]
            fits = fits or [f for f in found.findings if int(row["quote"]) in stated]
        where = f"{name} {row['fault']} → {row['finding']} {row['list']} {row['key']}"
        score.count("faults", bool(fits), f"{where} {row['quote']!r}")
    for finding in found.findings:
        if finding.severity is Severity.INFO or finding.code in _ALWAYS or planted[finding.code]:
            continue
        score.add_surplus("findings", f"{name} {finding.place}: {finding.code} {finding.quote!r}")


def score_folder(folder: Path) -> dict[str, Score]:
    """Score of all simulated documents of a folder, by format."""
    truth = load_truth(folder, "lists")
    items = by(load_truth(folder, "items"), "document")
    duties = by(load_truth(folder, "duties"), "document")
    faults = by(load_truth(folder, "faults"), "document")
    by_name = {row["document"]: row for row in truth}
    scores: dict[str, Score] = defaultdict(Score)
    seen = set()
    for one in read_all(find_sources([folder / "sources"])):
        name = one.source.path.parent.name
        row = by_name[name]
        score = scores[row["format"]]
        seen.add(name)
        if isinstance(one, Failure):
            score.count("documents", False, f"{name}: {one.error}")
            continue
        score.count("documents", True, name)
        found = one.duty_list
        right = (found.town.code, found.edition) == (row["division"], row["edition"])
        shown = f"{found.town.code} {found.edition}"
        score.count("towns", right, f"{name}: {shown}, not {row['division']} {row['edition']}")
        key = (name,)
        score.merge(
            score_list(found, items.get(key, []), duties.get(key, []), faults.get(key, []), name)
        )
    for name in by_name.keys() - seen:
        scores[by_name[name]["format"]].count("documents", False, f"{name}: was not found")
    return dict(scores)


def main() -> int:
    folder = Path(sys.argv[1])
    scores = score_folder(folder)
    print("format   " + " ".join(f"{part:>11}" for part in PARTS) + "   surplus")
    for name, score in sorted(scores.items()):
        rates = [score.rate(part) for part in PARTS]
        cells = " ".join(f"{'–' if r is None else f'{r:.4%}':>11}" for r in rates)
        print(f"{name:<9}{cells}   {dict(score.surplus)}")
    for _, score in sorted(scores.items()):
        for line in score.wrong[:40]:
            print(line)
    return 0


if __name__ == "__main__":
    sys.exit(main())
