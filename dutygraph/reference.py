"""The reference data a researcher can edit: department types, categories, divisions, actions.

Each file of data/reference/ is read once, checked, and turned into plain frozen data.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from dutygraph import resources
from dutygraph.divisions import DivisionTable
from dutygraph.errors import ReferenceDataError
from dutygraph.vocab import fold

_Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

SYSTEMS = (
    "party",
    "government",
    "congress",
    "cppcc",
    "judicial",
    "mass-organisation",
    "vertical-branch",
    "public-institution",
    "enterprise",
)


@dataclass(frozen=True, slots=True)
class DepartmentType:
    """County-independent kind of a department.

    Attributes:
        key: stable identifier.
        zh, en: label.
        system: one of `SYSTEMS`.
        party: True for a body of the party committee, whose canonical name keeps 县委, 市委 or 区委.
        names: official names, *zh* first, each with the short forms that can only mean it.
        aliases: short forms that do not tell which official name is meant.
    """

    key: str
    zh: str
    en: str
    system: str
    party: bool
    names: tuple[tuple[str, tuple[str, ...]], ...]
    aliases: tuple[str, ...]

    @property
    def forms(self) -> tuple[str, ...]:
        """Every form but *zh*, in the order of the file."""
        out: list[str] = []
        for name, shorts in self.names:
            out += [name, *shorts]
        return tuple(form for form in [*out, *self.aliases] if form != self.zh)


@dataclass(frozen=True, slots=True)
class Category:
    """A category of items, with its other printed forms."""

    key: str
    zh: str
    en: str
    variants: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """The action lexicon: terms by action code, and the words around them."""

    terms: Mapping[str, str]
    light: frozenset[str]
    inner: frozenset[str]
    weak: frozenset[str]
    skip: frozenset[str]
    examples: frozenset[str]
    first: frozenset[str]
    last: frozenset[str]
    joiners: frozenset[str]
    links: frozenset[str]
    nothing: frozenset[str]


def load_yaml(path: Path) -> Any:
    """Contents of a YAML file.

    Raises:
        ReferenceDataError: it cannot be read, or is not YAML.
    """
    try:
        return parse_yaml(path.read_bytes(), str(path))
    except OSError as error:
        raise ReferenceDataError(f"cannot be read: {error}", where=str(path)) from error


def parse_yaml(data: bytes, where: str) -> Any:
    """Contents of YAML given as bytes.

    Args:
        data: the bytes.
        where: name of the file, for messages.

    Raises:
        ReferenceDataError: they are not UTF-8 or not YAML.
    """
    try:
        return yaml.load(data.decode("utf-8"), Loader=_Loader)  # a safe loader
    except UnicodeDecodeError as error:
        raise ReferenceDataError(f"cannot be read: {error}", where=where) from error
    except yaml.YAMLError as error:
        problem = " ".join(str(error).split())
        raise ReferenceDataError(f"is not valid YAML: {problem}", where=where) from error


def _entries(name: str, *required: str) -> list[dict[str, Any]]:
    path = resources.folder("data") / "reference" / name
    loaded = load_yaml(path)
    if not isinstance(loaded, list):
        raise ReferenceDataError("must be a list of entries", where=str(path))
    for number, entry in enumerate(loaded, 1):
        missing = [key for key in required if not isinstance(entry, dict) or not entry.get(key)]
        if missing:
            raise ReferenceDataError(
                f"entry {number} lacks {', '.join(missing)}", where=str(path), hint="add it"
            )
    keys = [entry["key"] for entry in loaded]
    twice = sorted({key for key in keys if keys.count(key) > 1})
    if twice:
        raise ReferenceDataError(f"key {twice[0]} stands twice", where=str(path))
    return loaded


@cache
def department_types() -> Mapping[str, DepartmentType]:
    """Department types by key, in the order of the file.

    Raises:
        ReferenceDataError: the file is broken, names an unknown system, or gives one name to two
            types.
    """
    out: dict[str, DepartmentType] = {}
    owner: dict[str, str] = {}
    for entry in _entries("department-types.yaml", "key", "zh", "en", "system"):
        key, system = entry["key"], entry["system"]
        if system not in SYSTEMS:
            raise ReferenceDataError(
                f"{key}: unknown system {system!r}",
                where="department-types.yaml",
                hint="one of " + ", ".join(SYSTEMS),
            )
        names = {entry["zh"]: (), **{n: tuple(s) for n, s in (entry.get("names") or {}).items()}}
        kind = DepartmentType(
            key=key,
            zh=entry["zh"],
            en=entry["en"],
            system=system,
            party=bool(entry.get("party")),
            names=tuple(names.items()),
            aliases=tuple(entry.get("aliases") or ()),
        )
        for form in (kind.zh, *kind.forms):
            if owner.setdefault(fold(form), key) != key:
                raise ReferenceDataError(
                    f"{form} stands under {owner[fold(form)]} and under {key}",
                    where="department-types.yaml",
                )
        out[key] = kind
    return out


@cache
def categories() -> Mapping[str, Category]:
    """Categories by key, in the order of the file."""
    return {
        e["key"]: Category(e["key"], e["zh"], e["en"], tuple(e.get("variants") or ()))
        for e in _entries("categories.yaml", "key", "zh", "en")
    }


@cache
def category_forms() -> Mapping[str, Category]:
    """Category by folded printed form, variants included."""
    return {
        fold(form): category
        for category in categories().values()
        for form in (*category.variants, category.zh)
    }


def category_of(printed: str) -> Category | None:
    """The category that a printed form means, or None."""
    return category_forms().get(fold(printed))


_WORD_LISTS = "light inner weak skip examples first last joiners links nothing".split()


@cache
def lexicon() -> Lexicon:
    """The action lexicon.

    Raises:
        ReferenceDataError: the file is broken, or one term stands under two actions.
    """
    path = resources.folder("data") / "reference" / "actions.yaml"
    loaded = load_yaml(path)
    try:
        terms: dict[str, str] = {}
        for action, words in loaded["actions"].items():
            for word in words:
                if terms.setdefault(word, action) != action:
                    raise ReferenceDataError(
                        f"{word} stands under {terms[word]} and under {action}", where=str(path)
                    )
        return Lexicon(
            terms=terms,
            **{name: frozenset(loaded[name]) for name in _WORD_LISTS},
        )
    except (KeyError, TypeError, AttributeError) as error:
        raise ReferenceDataError(
            f"lacks or misuses {error}", where=str(path), hint="see the comment at its top"
        ) from error


@cache
def divisions() -> DivisionTable:
    """The national division table.

    Raises:
        ReferenceDataError: one of its two files is missing or broken.
    """
    folder = resources.folder("data") / "reference"
    overlay, table = folder / "divisions.yaml", folder / "divisions.csv"
    try:
        text = table.read_bytes().decode("utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ReferenceDataError(f"cannot be read: {error}", where=str(table)) from error
    try:
        return DivisionTable.from_text(text, load_yaml(overlay), str(table))
    except (KeyError, TypeError, AttributeError) as error:
        raise ReferenceDataError(f"lacks or misuses {error}", where=str(overlay)) from error
