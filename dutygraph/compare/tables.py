"""The tables of a comparison: their names, what they hold, their columns."""

from __future__ import annotations

from typing import Final

from dutygraph.compare.comparison import LISTS_COLUMNS
from dutygraph.compare.concepts import CONCEPT_COLUMNS, PRESENCE_COLUMNS
from dutygraph.compare.differences import DIFFERENCE_COLUMNS, DUTY_COLUMNS
from dutygraph.compare.lists import CATEGORY_COLUMNS, LIST_COLUMNS, MOVE_COLUMNS, TYPE_COLUMNS
from dutygraph.compare.rebounds import REBOUND_COLUMNS
from dutygraph.compare.steps import STEP_COLUMNS
from dutygraph.compare.towns import MATRIX_COLUMNS, ORDER_COLUMNS
from dutygraph.compare.unusual import DEVIATION_COLUMNS, ITEM_COLUMNS, UNUSUAL_COLUMNS
from dutygraph.report.statements import STATEMENT_COLUMNS
from dutygraph.table import Column

TABLES: Final[tuple[tuple[str, str, tuple[Column, ...]], ...]] = (
    ("lists", "The lists that were compared.", LISTS_COLUMNS),
    ("differences", "Two lists, item by item.", DIFFERENCE_COLUMNS),
    ("duty-differences", "Two lists, duty by duty, in items that are cooperative in both.", DUTY_COLUMNS),
    ("list-similarity", "How alike two lists are, table by table.", LIST_COLUMNS),
    ("by-category", "The same for each category, and how far its departments lean on the town.", CATEGORY_COLUMNS),
    ("by-department-type", "The same for each department type.", TYPE_COLUMNS),
    ("moves", "Rows of differences by list kind in both lists.", MOVE_COLUMNS),
    ("editions", "What became of the duties from edition to edition.", STEP_COLUMNS),
    ("concepts", "Many towns: how common each duty concept is, and in which list.", CONCEPT_COLUMNS),
    ("presence", "Many towns: which town has which concept.", PRESENCE_COLUMNS),
    ("town-matrix", "Many towns: how alike each two are by concepts.", MATRIX_COLUMNS),
    ("town-order", "Many towns: neighbours and clusters.", ORDER_COLUMNS),
    ("unusual", "Many towns: how unusual each is.", UNUSUAL_COLUMNS),
    ("unusual-items", "Many towns: what is unusual, item by item.", ITEM_COLUMNS),
    ("category-deviations", "Many towns: each category against the median town.", DEVIATION_COLUMNS),
    ("type-deviations", "Many towns: each department type against the median town.", DEVIATION_COLUMNS),
    ("rebounds", "Work that was taken back and is the town's again.", REBOUND_COLUMNS),
    ("statements", "The summary in words.", STATEMENT_COLUMNS),
)  # fmt: skip
"""Name, meaning and columns of every table, in the order of `Comparison.tables`."""
