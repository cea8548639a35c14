"""Planted faults: each is really there, in the raw text of the document, and nowhere else."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Any

import pytest

from dutygraph.catalogue import KINDS
from dutygraph.numerals import to_int
from dutygraph.simulate import Rates, simulate
from dutygraph.simulate.documents import LIST_NAMES, laid_out
from dutygraph.simulate.faults import FAULTS
from dutygraph.simulate.writers import FORMATS

SEED = 21
TOWNS = 16


class Text:
    """A text document as rows of cells, split at tabs and by nothing else."""

    def __init__(self, faulty: Any, chosen: Any) -> None:
        document = laid_out(faulty)
        self.content = faulty.content
        self.planted = faulty.planted
        self.raw = chosen.write(document).decode(document.encoding)
        self.before = "\n".join(p.text for p in document.before)
        self.rows = defaultdict(list)
        which = ""
        for line in self.raw.splitlines():
            cells = line.split("\t")
            if "序号" in cells:
                text = "".join(cells)
                which = (
                    "reclaimed"
                    if "承接" in text
                    else "cooperative"
                    if "配合职责" in text
                    else "basic"
                )
            elif which and len(cells) > 1:
                self.rows[which].append(cells)

    def numbers(self, which: Any) -> Any:
        """Numbers of the rows of a list, in printed order."""
        out = []
        for cells in self.rows[which]:
            number = to_int(cells[self.column(which)]) if len(cells) > 1 else None
            if number is not None:
                out.append(number)
        return out

    def column(self, which: Any) -> Any:
        """Index of the number column."""
        return 1 if self.content.style.category == "left" else 0

    def row(self, planted: Any) -> Any:
        """The row of the item that a finding is about."""
        found = [i for i in self.content.of(planted.which) if i.key == planted.key]
        assert len(found) == 1
        place = self.content.of(planted.which).index(found[0])
        numbered = [
            c for c in self.rows[planted.which] if to_int(c[self.column(planted.which)]) is not None
        ]
        return found[0], numbered[place]


@pytest.fixture(scope="module")
def texts() -> Any:
    corpus = simulate(TOWNS, seed=SEED, rates=Rates(faults=1))
    return [Text(*made[0]) for made in corpus.by_town()]


def of(texts: Any, fault: Any) -> Any:
    """Documents that have a fault, with its first finding."""
    out = []
    for text in texts:
        found = [one for one in text.planted if one.fault == fault]
        if found:
            out.append((text, found))
    assert out, fault
    return out


def test_there_are_many_kinds_and_their_findings_exist() -> None:
    assert len(FAULTS) >= 25
    for fault in FAULTS.values():
        assert set(fault.findings.split()) <= set(KINDS)
        assert fault.not_in <= set(FORMATS)


def test_every_kind_is_planted_and_gives_the_findings_that_it_names(texts: Any) -> None:
    given = defaultdict(set)
    for text in texts:
        for one in text.planted:
            given[one.fault].add(one.finding)
    assert {name: set(f.findings.split()) for name, f in FAULTS.items()} == dict(given)


def test_no_faults_where_none_are_wanted() -> None:
    corpus = simulate(4, seed=SEED, rates=Rates(faults=0))
    assert len(corpus.truth_table("faults")) == 0
    assert set(corpus.truth_table("lists").column("faults")) == {""}


def test_formats_that_cannot_hold_a_fault_have_none_of_it() -> None:
    for name in FORMATS:
        rows = simulate(3, seed=SEED, rates=Rates(faults=1)).truth_table("faults", name)
        kinds = set(rows.column("fault"))
        assert ("row-cut" in kinds) == (name in ("text", "tsv", "csv"))
        assert ("control-character" in kinds) == (name in ("text", "tsv", "csv"))
        assert ("row-broken" in kinds) == (name == "text")


def test_chances_are_kept() -> None:
    corpus = simulate(200, seed=SEED, rates=Rates(faults=0.2))
    counts = Counter(name for row in corpus.truth_table("lists") for name in row["faults"].split())
    # 200 documents, a chance of one in five: 40, and rarely further off than 3.5 standard
    # deviations of 5.7. These find a place in every document.
    for name in (
        "rows-lost",
        "method-missing",
        "layout-tags",
        "title-missing",
        "claim-departments",
    ):
        assert abs(counts[name] - 40) < 20


def test_numbers(texts: Any) -> None:
    for text, found in of(texts, "number-skipped"):
        (one,) = found
        assert int(one.key) - 1 not in text.numbers(one.which)
        assert int(one.key) in text.numbers(one.which)
    for text, found in of(texts, "number-repeated"):
        (one,) = found
        number = int(one.key.removesuffix("-2"))
        assert text.numbers(one.which).count(number) == 2
    for text, found in of(texts, "numbers-swapped"):
        first, second, third = found
        numbers = text.numbers(first.which)
        place = numbers.index(int(first.key))
        assert numbers[place : place + 3] == [int(first.key), int(second.key), int(third.key)]
        assert int(first.key) > int(second.key)


def test_lost_rows(texts: Any) -> None:
    for text, found in of(texts, "rows-lost"):
        claimed = int(next(one.quote for one in found if one.finding == "claim-mismatch"))
        counts = {which: len(text.content.of(which)) for which in LIST_NAMES}
        lost = [which for which in counts if f"共有{_name(which)}{claimed}项" in text.before]
        if not lost:  # counted in Han numerals
            assert text.content.style.counts == "一"
            continue
        assert any(counts[which] < claimed for which in lost)


def _name(which: Any) -> Any:
    return LIST_NAMES[which].removesuffix("清单")


def test_rows_that_are_cut_broken_or_repeated(texts: Any) -> None:
    for text, found in of(texts, "row-cut"):
        _, row = text.row(found[0])
        others = [c for c in text.rows[found[0].which] if len(c) > len(row)]
        assert others
        assert row[-1] == found[0].quote
    for text, found in of(texts, "row-broken"):
        item, row = text.row(found[0])
        last = re.sub(r"\s", "", item.side("town")[-1].text)
        assert not re.sub(r"\s", "", row[-1]).endswith(last)
        rest = [c[-1] for c in text.rows[found[0].which] if not any(c[:-1]) and c[-1]]
        assert any(re.sub(r"\s", "", row[-1] + r).endswith(last) for r in rest)
    for text, found in of(texts, "row-repeated"):
        item, row = text.row(found[0])
        cells = [c for c in row if c == item.title]
        assert cells
        titles = [c for r in text.rows[item.which] for c in r if c == item.title]
        assert len(titles) >= 2


def test_departments(texts: Any) -> None:
    for text, found in of(texts, "department-not-listed"):
        item, _ = text.row(found[0])
        heads = {party for duty in item.duties for party in duty.parties}
        assert heads - set(item.departments)
        assert found[0].quote in text.raw
    for text, found in of(texts, "department-without-duties"):
        item, row = text.row(found[0])
        heads = {party for duty in item.duties for party in duty.parties}
        assert set(item.departments) - heads
        assert sum(found[0].quote in cell for cell in row) >= 1
    for text, found in of(texts, "departments-missing"):
        item, row = text.row(found[0])
        assert item.named == []
        assert row[row.index(item.title) + 1].strip() == ""
    for text, found in of(texts, "department-misspelt"):
        _, row = text.row(found[0])
        assert re.search("屈局|管里局|委负会|剖部", "".join(row))
    for text, found in of(texts, "method-of-others"):
        item, row = text.row(found[0])
        assert f"{found[0].quote}：" in "".join(row)
        assert found[0].quote not in [named.printed for named in item.named]
    for text, found in of(texts, "duties-unattributed"):
        item, row = text.row(found[0])
        assert len(item.named) > 1
        assert not any(duty.parties for duty in item.duties)
        assert not any(f"{named.heading}：" in "".join(row) for named in item.named)


def test_texts(texts: Any) -> None:
    for text, found in of(texts, "conversion-residue"):
        _, row = text.row(found[0])
        assert " and " in "".join(row)
    for text, found in of(texts, "layout-tags"):
        _, row = text.row(found[0])
        assert sum("<p>" in cell for cell in row) >= 2
    for text, found in of(texts, "unfinished"):
        item, _ = text.row(found[0])
        assert item.side("town")[-1].text[-1] not in "。；"
        assert found[0].quote in text.raw
    for text, found in of(texts, "ends-in-separator"):
        _, row = text.row(found[0])
        assert any(cell.rstrip().endswith("；") for cell in row)
    for text, found in of(texts, "label-repeated"):
        _, row = text.row(found[0])
        assert "".join(row).count("工作方式：") == 2
    for text, found in of(texts, "method-missing"):
        item, row = text.row(found[0])
        assert item.method == ""
        assert len(row[-1]) < 60 or "工作方式" not in row[-1] or row[-1].endswith("工作方式：")
    for text, found in of(texts, "duties-missing"):
        item, row = text.row(found[0])
        assert item.side("town") == []
        assert "" in [cell.strip() for cell in row]
    for text, found in of(texts, "title-missing"):
        item, row = text.row(found[0])
        assert item.title == ""
        assert "" in row
    for text, _ in of(texts, "control-character"):
        assert text.raw.count("\x07") == 1
    for text, _ in of(texts, "invisible-character"):
        assert text.raw.count("\u200b") == 1


def test_numbers_of_duties(texts: Any) -> None:
    for fault, pattern in (
        ("duty-number-skipped", lambda n: [n[0], n[1] - n[0]] == [1, 2]),
        ("duty-number-repeated", lambda n: n[:2] == [1, 1]),
        ("duty-number-empty", lambda n: n == list(range(1, len(n) + 1))),
    ):
        for text, found in of(texts, fault):
            item, row = text.row(found[0])
            cell = row[-1] or row[-2]
            numbers = [int(a or b) for a, b in re.findall(r"(?<!\d)(\d)[.、](?!\d)|（(\d)）", cell)]
            assert pattern(numbers), (fault, cell)
            extra = 1 if fault == "duty-number-empty" else 0
            assert len(numbers) == len(item.side("town")) + extra


def test_what_the_document_says_of_itself(texts: Any) -> None:
    for text, found in of(texts, "claim"):
        wrong = int(found[0].quote)
        counts = {which: len(text.content.of(which)) for which in LIST_NAMES}
        if text.content.style.counts == "1":
            assert any(
                f"共有{_name(which)}{wrong}项" in text.before and counts[which] != wrong
                for which in LIST_NAMES
            )
    for text, found in of(texts, "claim-departments"):
        if text.content.style.counts == "1":
            assert f"涉及{found[0].quote}个部门" in text.before
    for text, found in of(texts, "category-spelt"):
        assert found[0].quote in text.before
        assert found[0].quote not in {item.category for item in text.content.items}
    for text, found in of(texts, "category-misprinted"):
        item, _ = text.row(found[0])
        assert item.category == found[0].quote
        assert item.category in text.raw
