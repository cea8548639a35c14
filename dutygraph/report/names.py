"""What departments and categories are called in a figure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from dutygraph.network.pinyin import pinyin
from dutygraph.table import Table


@dataclass(frozen=True, slots=True)
class Names:
    """Names of one edition in either language.

    Attributes:
        town: name of the town.
        edition: its edition.
        departments: English names of departments.
        categories: English names of categories.
    """

    town: str
    edition: str
    departments: Mapping[str, str]
    categories: Mapping[str, str]

    def department(self, name: str, lang: str) -> str:
        """A department's name; in English its type, else its transcription."""
        return name if lang == "zh" else self.departments.get(name) or pinyin(name)

    def category(self, name: str, lang: str) -> str:
        """A category's name; in English as it is where it has no English one."""
        if not name:
            return "（无类别）" if lang == "zh" else "no category"
        return name if lang == "zh" else self.categories.get(name) or name

    def subtitle(self) -> str:
        """Whose figure it is."""
        return f"{self.town} {self.edition}".strip()


def names_of(tables: Mapping[str, Table]) -> Names:
    """Names from the tables ``department-load``, ``nodes`` and ``categories``.

    Departments that share an English name (two of one type) get their Chinese one behind it.
    """
    load, nodes, categories = (_rows(tables, n) for n in ("department-load", "nodes", "categories"))
    english = {str(row["department"]): str(row["department_type_en"] or "") for row in load}
    for row in nodes:
        english[str(row["label"])] = str(row["label_en"] or row["label_pinyin"] or "")
    often = Counter(english.values())
    departments = {
        name: f"{words} ({name})" if words and often[words] > 1 else words
        for name, words in english.items()
    }
    any_row: Mapping[str, Any] = next(iter([*load, *categories]), {})
    return Names(
        town=str(any_row.get("town") or ""),
        edition=str(any_row.get("edition") or ""),
        departments=departments,
        categories={str(r["category"] or ""): str(r["category_en"] or "") for r in categories},
    )


def _rows(tables: Mapping[str, Table], name: str) -> list[dict[str, Any]]:
    return list(tables[name]) if name in tables else []
