"""Printed names → departments and department types.

Names are resolved by reference data alone: jurisdictions are stripped, aliases are looked up, and a
name that nothing knows becomes a department of its own, marked as not reviewed. Two names are
never merged because they look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from dutygraph.jurisdictions import EDGE, ORGANISATION, Jurisdictions, Stripped
from dutygraph.model import Department, Division, Naming
from dutygraph.namelists import (
    is_catch_all,
    role_note,
    roles,
    split_catch_all,
    tokens,
    without_roles,
)
from dutygraph.vocab import fold

_VERB: Final = re.compile(r"负责|做好|开展|组织实施|牵头|指导|督促|报送|上报|干部$|全部$|内部$")
# 县农业农村局（县乡村振兴局）: a body with a second sign at its door.
_SECOND_SIGN: Final = re.compile(r"(?P<name>[^（）()]+)[（(](?P<sign>[^（）()]+)[）)]")
_TOWN_WORDS: Final = re.compile(
    r"(?:乡镇|镇级|镇街|街道|镇乡|乡级|本镇|本乡|本街道|镇村两级|镇村|镇|乡|村级)"
    r"(?:（街道）|\(街道\))?(?:人民政府|政府|党委|办事处|党工委)?(?:配合职责|职责)?"
)


@dataclass(frozen=True, slots=True)
class Names:
    """What a cell or a heading names.

    Attributes:
        namings: departments in printed order, each once.
        catch_all: the catch-all that stands with them (等其他负有安全监管职责的部门), or empty.
    """

    namings: tuple[Naming, ...] = ()
    catch_all: str = ""

    @property
    def departments(self) -> tuple[Department, ...]:
        """The departments, without the printed forms."""
        return tuple(naming.department for naming in self.namings)


class Directory:
    """Resolves the names printed in one edition.

    A short form that does not tell which official name it means (文旅局) is read as the one
    official name of its type that the edition uses (文化体育广播电视和旅游局), so the directory
    first learns the names that stand in the department columns.

    Args:
        town: the town, with its county and the divisions above.
        cells: texts of all department columns of the edition.
    """

    def __init__(self, town: Division, cells: Iterable[str] = ()) -> None:
        self.town = town
        self._places = Jurisdictions(town)
        self._forms = self._places.forms
        self._town_forms = self._places.town_forms()
        self._official: dict[str, list[str]] = {}
        self._foreign_bodies: dict[str, list[Department]] = {}
        self._ambiguous: dict[str, tuple[str, ...]] = {}
        for cell in cells:
            self._learn(cell)
        self._own = [p for p in self._places.own_prefixes if not self._places.is_word(p)]
        self._mention = self._mention_pattern()
        own = "|".join(map(re.escape, self._own))
        self._county_names = (
            re.compile(rf"(?:{own})县?[\u4e00-\u9fff]{{2,12}}?(?:局|委员会|监督管理(?=[：:]))")
            if own
            else None
        )

    def _learn(self, cell: str) -> None:
        for token in tokens(without_roles(cell), self.is_known):
            stripped = self._places.strip(self._first_sign(role_note(token)[0]))
            if stripped.elsewhere:
                department = self._foreign_department(stripped)
                bodies = self._foreign_bodies.setdefault(department.type, [])
                if department.type and department not in bodies:
                    bodies.append(department)
                continue
            form = self._forms.get(stripped.name)
            if form is not None and form.official is not None:
                used = self._official.setdefault(form.kind.key, [])
                if form.official not in used:
                    used.append(form.official)

    def _foreign_department(self, stripped: Stripped) -> Department:
        division = stripped.foreign
        form = self._forms.get(stripped.core)
        return Department(
            name=stripped.name,
            type=form.kind.key if form else "",
            jurisdiction=division.code if division else "",
            reviewed=form is not None,
        )

    def resolve(self, printed: str) -> Department:
        """The department that one printed name means.

        An unknown name gives a department of its own with ``reviewed`` False.
        """
        stripped = self._places.strip(printed)
        county = self._places.county.code if self._places.county else ""
        if stripped.elsewhere:
            # 盟生态环境局某旗分局 leaves out the place of the one body that the list names in full.
            whole = {
                body
                for bodies in self._foreign_bodies.values()
                for body in bodies
                if body.name.endswith(stripped.name)
            }
            return whole.pop() if len(whole) == 1 else self._foreign_department(stripped)
        form = self._forms.get(stripped.name)
        if form is None:
            return Department(stripped.party + stripped.name, "", county, reviewed=False)
        kind = form.kind
        short = form.official is None
        if (short or not stripped.own) and kind.system in ("vertical-branch", "enterprise"):
            # 供电公司 without a county, or 县生态环境分局, means the one such body of the list.
            bodies = self._foreign_bodies.get(kind.key, [])
            if len(bodies) == 1 and kind.key not in self._official:
                return bodies[0]
        used = self._official.get(kind.key, [])
        official = form.official
        if official is None:
            official = used[0] if len(used) == 1 else form.fallback or kind.zh
            if len(used) > 1:
                self._ambiguous.setdefault(stripped.name, tuple(used))
        prefix = (stripped.party or self._places.party_prefix) if kind.party else ""
        return Department(prefix + official, kind.key, county)

    def ambiguous(self) -> dict[str, tuple[str, ...]]:
        """Short forms met so far that may mean several official names of the edition."""
        return dict(self._ambiguous)

    def is_known(self, printed: str) -> bool:
        """True for a name that the reference data knows, with or without a jurisdiction."""
        stripped = self._places.strip(printed)
        return (stripped.core if stripped.elsewhere else stripped.name) in self._forms

    def _first_sign(self, name: str) -> str:
        """The name before a bracket that holds another name of the same body."""
        found = _SECOND_SIGN.fullmatch(name)
        if found and self.is_known(found["name"]) and ORGANISATION.search(found["sign"]):
            return found["name"]
        return name

    def is_town(self, label: str) -> bool:
        """True for a heading that means the town itself (镇级, 乡镇, its own name)."""
        folded = fold(label).strip(EDGE)
        return folded in self._town_forms or _TOWN_WORDS.fullmatch(folded) is not None

    def read_names(self, text: str) -> Names:
        """Departments that a department column, a receiving cell or a heading names.

        Args:
            text: the printed text, without layout tags.

        Returns:
            The departments, each once, with their printed forms and roles, and the catch-alls.
        """
        namings: dict[Department, Naming] = {}
        catch_alls: dict[str, None] = {}
        for role, part in roles(text):
            listed = part.strip(EDGE)
            rest, mark = split_catch_all(listed)
            if mark and not self.is_known(listed):
                listed = rest
            else:
                mark = ""
            for token in tokens(listed, self.is_known):
                name, noted = role_note(token)
                if is_catch_all(name) and not self.is_known(name):
                    catch_alls.setdefault(name)
                    continue
                name = self._first_sign(name)
                department = self.resolve(name)
                said = "assist" if "assist" in (role, noted) else "lead"
                namings.setdefault(department, Naming(department, name, said))
            if mark:
                catch_alls.setdefault(mark)
        return Names(tuple(namings.values()), "、".join(catch_alls))

    def read_heading(self, label: str) -> Names | None:
        """Parties that a heading names; None where the label is not that of a party.

        Every part has to be a known name or to end like an organisation.
        """
        if label.startswith(("配合", "协助", "会同", "按照", "根据", "向", "对", "由")):
            return None
        names = self.read_names(label)
        for naming in names.namings:
            if naming.department.reviewed:
                continue
            name = naming.surface
            if len(name) > 30 or not ORGANISATION.search(name) or _VERB.search(name):
                return None
        return names if names.namings or names.catch_all else None

    def leading_name(self, text: str) -> tuple[str, Department] | None:
        """The known name that a text begins with, as printed, and its department."""
        found = self._mention.match(text)
        return (found.group(), self.resolve(found.group())) if found else None

    def mentions(self, text: str) -> list[tuple[int, str, Department]]:
        """Known names inside a running text: offset, printed form and department."""
        return [
            (found.start(), found.group(), self.resolve(found.group()))
            for found in self._mention.finditer(text)
        ]

    def unresolved_mentions(self, text: str) -> list[tuple[int, str]]:
        """Names in running text that carry the county's name but are not known (offset, name)."""
        if self._county_names is None:
            return []
        doubtful = [
            (found.start(), found.group())
            for found in self._county_names.finditer(text)
            if not self.is_known(found.group())
        ]
        if not doubtful:
            return []
        known = [found.span() for found in self._mention.finditer(text)]
        return [
            (offset, name)
            for offset, name in doubtful
            if not any(start <= offset < end for start, end in known)
        ]

    def _mention_pattern(self) -> re.Pattern[str]:
        """Known names, the longest first; short forms only behind a jurisdiction or 县委.

        Bare two-letter forms (人大, 编办, 办) would be found inside other words.
        """
        long_names = sorted((n for n in self._forms if len(n) >= 3), key=len, reverse=True)
        short_names = sorted((n for n in self._forms if 2 <= len(n) < 3), key=len, reverse=True)
        own = "|".join(map(re.escape, (*self._own, "县", "市", "区")))
        bodies = [body for group in self._foreign_bodies.values() for body in group]
        foreign = "|".join(re.escape(body.name) for body in bodies)
        alternatives = [foreign] if foreign else []
        every = "|".join(map(re.escape, (*long_names, *short_names)))
        alternatives += [rf"(?:{own})?[县市区]?委?(?:{'|'.join(map(re.escape, long_names))})"]
        alternatives += [rf"(?:{own})[县市区]?委?(?:{every})"]
        firsts = {form[0] for form in (*self._forms, *self._own) if form}
        firsts |= {body.name[0] for body in bodies} | set("县市区委")
        # Most characters begin no name; looking at one character spares trying all the names.
        begins = "".join(map(re.escape, sorted(firsts)))
        return re.compile(rf"(?=[{begins}])(?:{'|'.join(alternatives)})")
