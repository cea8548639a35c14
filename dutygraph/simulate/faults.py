"""Faults planted into documents, each with the findings that a reader has to report.

Each kind of fault is planted with the chance `Rates.faults`, at most once in a document, where the
document has a place for it. The truth is that of the document with its faults: an item that was
left out is none of its items.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from dutygraph.simulate import row_faults as rows
from dutygraph.simulate import text_faults as texts
from dutygraph.simulate.chance import chance
from dutygraph.simulate.planting import Faulty, Planter
from dutygraph.simulate.printing import ListText
from dutygraph.simulate.rates import Rates

# Rows of these formats always have all their cells, and XML holds no control characters.
_XML: Final = frozenset({"html", "docx", "xlsx", "pdf"})
_BUT_TEXT: Final = _XML | {"tsv", "csv"}


@dataclass(frozen=True, slots=True)
class Fault:
    """A kind of fault.

    Attributes:
        name: of it.
        plant: plants it where the document has a place for it.
        findings: codes of the findings that it gives, by blanks; a document may lack some.
        not_in: formats that cannot hold it.
    """

    name: str
    plant: Callable[[Planter], None]
    findings: str
    not_in: frozenset[str] = frozenset()


def plant(seed: int, content: ListText, rates: Rates, file_format: str) -> Faulty:
    """Plant faults into a document.

    Args:
        seed: of the corpus.
        content: the document's content; it is changed.
        rates: how often.
        file_format: some formats cannot hold every fault.
    """
    faulty = Faulty(content)
    place, order = content.place.number, content.plan.order
    for name, fault in FAULTS.items():
        random = chance(seed, "fault", place, order, name)
        if random.random() < rates.faults and file_format not in fault.not_in:
            fault.plant(Planter(faulty, random, _used(faulty)))
    return faulty


def _used(faulty: Faulty) -> set[int]:
    keys = {(one.which, one.key) for one in faulty.planted}
    return {id(item) for item in faulty.content.items if (item.which, item.key) in keys}


FAULTS: Final[Mapping[str, Fault]] = {
    one.name: one
    for one in (
        Fault("rows-lost", rows.rows_lost, "list-incomplete claim-mismatch"),
        Fault("number-skipped", rows.number_skipped, "item-number-skipped"),
        Fault("number-repeated", rows.number_repeated, "item-number-repeated"),
        Fault("numbers-swapped", rows.numbers_swapped, "item-number-skipped item-number-restarted"),
        Fault("row-cut", rows.row_cut, "row-cut", _XML),
        Fault("row-broken", rows.row_broken, "row-continued", _BUT_TEXT),
        Fault("row-repeated", rows.row_repeated, "row-repeats-row"),
        Fault("department-not-listed", rows.department_not_listed, "department-not-listed"),
        Fault(
            "department-without-duties", rows.department_without_duties, "department-without-duties"
        ),
        Fault("departments-missing", rows.departments_missing, "departments-missing"),
        Fault("duties-unattributed", rows.duties_unattributed, "duties-unattributed"),
        Fault(
            "department-misspelt",
            rows.department_misspelt,
            "department-unreviewed department-name-unknown",
        ),
        Fault("method-of-others", rows.method_of_others, "method-names-other-department"),
        Fault("method-missing", texts.method_missing, "method-missing"),
        Fault("label-repeated", texts.label_repeated, "method-label-repeated"),
        Fault("duties-missing", texts.town_duties_missing, "duties-missing"),
        Fault("conversion-residue", texts.residue, "conversion-residue"),
        Fault("layout-tags", texts.tags, "layout-tags"),
        Fault("unfinished", texts.unfinished, "text-unfinished"),
        Fault("ends-in-separator", texts.ends_in_separator, "text-ends-in-separator"),
        Fault(
            "duty-number-skipped",
            texts.duty_number("skipped", "duty-number-skipped"),
            "duty-number-skipped",
        ),
        Fault(
            "duty-number-repeated",
            texts.duty_number("repeated", "duty-number-repeated"),
            "duty-number-repeated",
        ),
        Fault("duty-number-empty", texts.duty_number("empty", "duty-empty"), "duty-empty"),
        Fault("invisible-character", texts.invisible, "invisible-character"),
        Fault("control-character", texts.control, "control-character", _XML),
        Fault("title-missing", texts.title_missing, "row-without-title"),
        Fault("category-misprinted", texts.category_misprinted, "category-unknown"),
        Fault("category-spelt", texts.category_spelt, "category-spelt-differently"),
        Fault("claim", texts.claim, "claim-mismatch claims-contradict"),
        Fault("claim-departments", texts.claim_departments, "claim-mismatch"),
    )
}
"""Kinds of faults, in the order in which they are planted."""
