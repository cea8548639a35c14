"""The national table of administrative divisions: codes, parents, names and their printed forms.

Divisions are made only when they are asked for: of some 42,000 a document needs a few.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from typing import Any, Final

from dutygraph.errors import ReferenceDataError
from dutygraph.model import Division
from dutygraph.vocab import fold

HEADER: Final = "code,name,level"
LEVELS: Final = ("province", "prefecture", "county", "town")
_CODE: Final = re.compile(r"[1-9]\d{5}(?:\d{3})?")
_PEOPLES: Final = (
    "蒙古 回 藏 维吾尔 苗 彝 壮 布依 朝鲜 满 侗 瑶 白 土家 哈尼 哈萨克 傣 黎 傈僳 佤 畲 高山 拉祜 水 东乡 纳西 "
    "景颇 柯尔克孜 土 达斡尔 达斡 仫佬 羌 布朗 撒拉 毛南 仡佬 锡伯 阿昌 普米 塔吉克 怒 乌孜别克 俄罗斯 鄂温克 德昂 "
    "保安 裕固 京 塔塔尔 独龙 鄂伦春 赫哲 门巴 珞巴 基诺 各"
).split()
_PEOPLE: Final = "|".join(sorted(_PEOPLES, key=len, reverse=True))
# Some names leave out 族: 塔什库尔干|塔吉克|自治县.
_LONG_PEOPLE: Final = "|".join(people for people in _PEOPLES if len(people) >= 2)
# Names of autonomous divisions end in those of peoples: 玉龙|纳西族|自治县, 管城|回族|区.
_AUTONOMOUS: Final = re.compile(
    rf"(?:(?:(?:{_PEOPLE})族|{_LONG_PEOPLE})+自治(?=[县州旗]$)|(?:(?:{_PEOPLE})族)+(?=区$))"
)
_ETHNIC: Final = re.compile(rf"(?:(?:{_PEOPLE})族|{_LONG_PEOPLE})*(?:(?:{_PEOPLE})|民)族乡$")
_TAIL: Final = re.compile(r"(?:(?<=..)新区|地区|[省市盟县区旗])$")
# 科尔沁左翼中|旗 and 井陉矿|区 are no names.
_WHOLE: Final = re.compile(r"(?:[前后左右中]旗|[矿特]区|自治[区旗]|行政区)$")
_TOWN_TAIL: Final = re.compile(r"(?:街道|苏木|[镇乡])$")


def derived_forms(name: str, level: str) -> tuple[str, ...]:
    """Printed forms that follow from a full name; the name itself is not among them.

    >>> derived_forms("塔什库尔干塔吉克自治县", "county")
    ('塔什库尔干县', '塔什库尔干')
    >>> derived_forms("科克亚尔柯尔克孜族乡", "town")
    ('科克亚尔乡', '科克亚尔民族乡', '科克亚尔')
    """
    if level == "town":
        stem = _ETHNIC.sub("", name)
        if stem != name and stem:
            return tuple(
                f for f in (f"{stem}乡", f"{stem}民族乡", stem) if len(f) > 1 and f != name
            )
        stem = _TOWN_TAIL.sub("", name)
        full = (f"{name}办事处", f"{name}办") if name.endswith("街道") else ()
        return (*full, stem) if len(stem) >= 2 else full
    # Looked for where it can be only: searching all names takes ten times as long.
    autonomous = name.endswith("族区") or "自治" in name
    if autonomous and (found := _AUTONOMOUS.search(name)):
        stem = name[: found.start()]
        # 东乡族自治县 has no name but that of its people.
        return (stem + name[-1], stem) if len(stem) >= 2 else ()
    stem = name if _WHOLE.search(name) else _TAIL.sub("", name)
    return (stem,) if stem != name and len(stem) >= 2 else ()


def _joined(pairs: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Codes by form, several of one form parted by a blank: a list for each would cost more."""
    out: dict[str, str] = {}
    for form, code in pairs:
        out[form] = f"{out[form]} {code}" if form in out else code
    return out


class _Divisions(Mapping[str, Division]):
    """Divisions by code, each made when it is first asked for."""

    def __init__(self, table: DivisionTable) -> None:
        self._table = table
        self._made: dict[str, Division] = {}

    def __getitem__(self, code: str) -> Division:
        found = self._made.get(code)
        if found is None:
            found = self._made[code] = self._table.make(code)
        return found

    def __contains__(self, code: object) -> bool:
        return code in self._table.names

    def __iter__(self) -> Iterator[str]:
        return iter(self._table.names)

    def __len__(self) -> int:
        return len(self._table.names)


class DivisionTable:
    """The divisions of the country, by code and by name.

    A *chain* is a division's name behind those of divisions above it, as covers print it: any of
    them may be left out, and each may stand in another form (新疆喀什塔县塔吉克阿巴提镇).

    Args:
        names: full name by code.
        facts: by code what else is known: ``en``, ``short``.
        scheme: who coded it (see `Division`).
        agency_zh: name of that agency.
        words: short forms that are words of the language too (和平).

    Attributes:
        divisions: every division by code.
    """

    def __init__(
        self,
        names: Mapping[str, str],
        facts: Mapping[str, Mapping[str, Any]],
        *,
        scheme: str = "mca",
        agency_zh: str = "",
        words: Sequence[str] = (),
    ) -> None:
        self.names = names
        self.scheme = scheme
        self.agency_zh = agency_zh
        self.words = frozenset(words)
        self.divisions: Mapping[str, Division] = _Divisions(self)
        self._facts = facts
        self._forms: dict[str, tuple[str, ...]] = {}
        self._singles: dict[str, Division] = {}

    def __iter__(self) -> Iterator[Division]:
        return iter(self.divisions.values())

    def __len__(self) -> int:
        return len(self.names)

    @classmethod
    def from_text(cls, text: str, overlay: Mapping[str, Any], where: str = "") -> DivisionTable:
        """The table from the text of divisions.csv and the contents of divisions.yaml.

        Args:
            text: lines ``code,name,level`` behind a header.
            overlay: ``scheme``, ``agency``, ``divisions`` (facts by code) and ``words``.
            where: name of the table's file, for messages.

        Raises:
            ReferenceDataError: the text is no such table, or the overlay speaks of a division that
                the table lacks without giving its name.
            KeyError, TypeError, AttributeError: the overlay lacks a key or has another make-up.
        """
        # One split of the whole text: a loop over its lines takes three times as long.
        cells = text.replace("\r", "").replace("\n", ",").split(",")
        sound = cells[:3] == HEADER.split(",") and len(cells) % 3 == 1 and not cells[-1]
        if not sound or not set(cells[5::3]) <= {*LEVELS}:
            raise ReferenceDataError(
                "is no division table", where=where, hint="run data/reference/make_divisions.py"
            )
        names = dict(zip(cells[3:-1:3], cells[4::3], strict=True))
        for code, facts in overlay["divisions"].items():
            if code in names:
                continue
            if not facts.get("name") or not _CODE.fullmatch(code):
                raise ReferenceDataError(
                    f"{code} is not in divisions.csv and has no name",
                    where="divisions.yaml",
                    hint="correct the code, or add name:",
                )
            names[code] = facts["name"]
        return cls(
            names,
            overlay["divisions"],
            scheme=overlay["scheme"],
            agency_zh=overlay["agency"]["zh"],
            words=overlay["words"].split(),
        )

    @staticmethod
    def level(code: str) -> str:
        """Level of a division, which its code tells."""
        if len(code) == 9:
            return "town"
        if code.endswith("0000"):
            return "province"
        return "prefecture" if code.endswith("00") else "county"

    def above(self, code: str) -> tuple[str, ...]:
        """Codes of the divisions above one, nearest first.

        A county may be directly under its province (济源市), a town under a city without counties
        (东莞市).
        """
        places = (code[:6], f"{code[:4]}00", f"{code[:2]}0000")
        return tuple(c for c in dict.fromkeys(places) if c != code and c in self.names)

    def make(self, code: str) -> Division:
        """A division with the divisions above it.

        Raises:
            KeyError: there is no such code.
        """
        return self._make(code, tuple(map(self._single, self.above(code))))

    def _single(self, code: str) -> Division:
        """A division as it stands among the parents of another."""
        found = self._singles.get(code)
        if found is None:
            found = self._singles[code] = self._make(code, ())
        return found

    def _make(self, code: str, parents: tuple[Division, ...]) -> Division:
        return Division(
            code=code,
            name=self.names[code],
            level=self.level(code),
            scheme=self.scheme,
            parents=parents,
            name_en=self._facts.get(code, {}).get("en", ""),
        )

    def of_level(self, level: str) -> Iterator[Division]:
        """Divisions of one level, in the order of their codes; none for an unknown level."""
        return (self.divisions[code] for code in self.names if self.level(code) == level)

    def children(self, code: str = "") -> tuple[Division, ...]:
        """Divisions directly below one, in the order of their codes; without a code, the provinces.

        A code that the table does not have gives none.
        """
        start = code.removesuffix("00").removesuffix("00")
        return tuple(
            self.divisions[c]
            for c in self.names
            if c.startswith(start) and self.above(c)[:1] == ((code,) if code else ())
        )

    def forms(self, division: Division) -> tuple[str, ...]:
        """Printed forms of a division's name, listed or not, the full one first."""
        if division.code in self.names:
            return self._forms_of(division.code)
        return (division.name, *derived_forms(division.name, division.level))

    def is_full(self, form: str, code: str) -> bool:
        """True for a form, or a chain, that ends in the division's level.

        塔县 does, and 伊犁州, but 苏州 for 苏州市 does not.
        """
        return form[-1:] == self.names[code][-1]

    def _forms_of(self, code: str) -> tuple[str, ...]:
        forms = self._forms.get(code)
        if forms is None:
            name = self.names[code]
            short = self._facts.get(code, {}).get("short", ())
            every = (name, *short, *derived_forms(name, self.level(code)))
            forms = self._forms[code] = tuple(dict.fromkeys(every))
        return forms

    @cached_property
    def _uppers(self) -> Mapping[str, str]:
        """Codes of provinces, prefectures and counties by every form of their names."""
        pairs = [(form, c) for c in self.names if len(c) == 6 for form in self._forms_of(c)]
        return _joined(pairs)

    @cached_property
    def _towns(self) -> Mapping[str, str]:
        """Codes of towns by name, and for 民族乡 by the names without that of the people."""
        pairs = []
        for code, name in self.names.items():
            if len(code) == 9:
                # What this Python's Unicode does not know is missing from folded names.
                pairs.append((name if name.isprintable() else fold(name), code))
                if name.endswith("族乡"):
                    forms = derived_forms(name, "town")
                    pairs += [(form, code) for form in forms if form.endswith("乡")]
        return _joined(pairs)

    def named(self, name: str) -> tuple[Division, ...]:
        """Divisions of any level that a printed name without those above can mean.

        >>> from dutygraph import reference
        >>> [d.code for d in reference.divisions().named("朝阳区")]
        ['110105', '220104']
        """
        codes = f"{self._uppers.get(name, '')} {self._towns.get(name, '')}".split()
        return tuple(self.divisions[code] for code in codes)

    def towns(self, chain: str) -> tuple[Division, ...]:
        """Towns that a printed chain of names can mean, by code; none where it names none.

        >>> from dutygraph import reference
        >>> [d.code for d in reference.divisions().towns("新疆喀什塔县塔吉克阿巴提镇")]
        ['653131101']
        """
        return self._fitting(chain, self._towns)

    def uppers(self, chain: str) -> tuple[Division, ...]:
        """Provinces, prefectures and counties that a printed chain of names can mean, by code."""
        return self._fitting(chain, self._uppers)

    def _fitting(self, chain: str, index: Mapping[str, str]) -> tuple[Division, ...]:
        found = {
            code
            for start in range(len(chain) - 1)
            for code in index.get(chain[start:], "").split()
            if self.consumes(chain[:start], self.above(code))
        }
        return tuple(self.divisions[code] for code in sorted(found))

    def consumes(self, chain: str, codes: Sequence[str]) -> bool:
        """True where a text is made of forms of these divisions, the last one first, with gaps."""
        if not chain:
            return True
        return any(
            self.consumes(chain.removeprefix(form), codes[:at])
            for at in range(len(codes) - 1, -1, -1)
            for form in self._forms_of(codes[at])
            if chain.startswith(form)
        )

    def prefixes(self, name: str) -> Iterator[tuple[str, list[str]]]:
        """Forms of provinces, prefectures and counties that a name begins with, longest first.

        Each comes with the codes of the divisions that it can mean. The whole name is no prefix.
        """
        for end in range(min(len(name) - 1, self._longest), 1, -1):
            if codes := self._uppers.get(name[:end]):
                yield name[:end], codes.split()

    @cached_property
    def _longest(self) -> int:
        return max(map(len, self._uppers), default=0)

    @staticmethod
    def distance(code: str, home: Division) -> int:
        """How far a division is from a town: 0 above it, 1 in its prefecture, 2 province, 3 beyond.

        A town with no listed division above it is far from all of them.
        """
        chain = [d.code for d in (home, *home.parents) if d.code.isdigit()]
        if code in chain:
            return 0
        anchor = chain[0] if chain else ""
        if not anchor.endswith("0000") and anchor[:4] == code[:4]:
            return 1
        return 2 if anchor[:2] == code[:2] else 3

    def nearest(self, codes: Sequence[str], home: Division) -> Division | None:
        """The nearest to a town of several divisions of one name; None where two are as near."""
        ranked = sorted((self.distance(code, home), code) for code in codes)
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return self.divisions[ranked[0][1]]
