"""Whose body a printed name means: the prefix of its own county is taken off, another one is kept.

The own county's names are known in full. Those of all other provinces, prefectures and counties are
looked up in the division table, and a short form that is no more than a word (和平, 城关) never
counts as one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from dutygraph import reference
from dutygraph.model import Division
from dutygraph.vocab import fold

EDGE: Final = " \t\n\u3000。；;，,、：:"
"""What may stand around a name without being part of it."""
LEVELS: Final = "县市区旗"
# Endings by which an unknown name is taken for an organisation.
ORGANISATION: Final = re.compile(
    r"(?:局|委员会|管委会|工委|办公室|厅|部|部门|单位|站|所|大队|支队|中队|执法队|救援队|中心|公司|"
    r"馆|联合会|协会|总会|红十字会|合作社|供销社|银行|政府|法院|检察院|卫生院|医院|学校|处|社区|"
    r"[县市区旗]委|(?:县|市|区|旗)[\u4e00-\u9fff]{1,8}办|委[\u4e00-\u9fff]{1,6}[办委])$"
)
# 市公安局滨湖分局: a branch of a body above the county.
_BRANCH: Final = re.compile(r"(?P<core>.{2,14}(?:局|委员会|委))(?P<place>[^局]{2,14})分局")
_GENERIC_OWN: Final = ("本县", "我县", "县级", "本市", "本区", "全县", "县", "市", "区", "旗")
_GENERIC_UPPER: Final = {
    "自治区": "province",
    "省": "province",
    "地区": "prefecture",
    "自治州": "prefecture",
    "州": "prefecture",
    "盟": "prefecture",
}
# 省委组织部, 地委宣传部, 自治区党委统战部
_UPPER_PARTY: Final = re.compile(r"(?P<level>省|自治区党|地|州|盟)委(?:员会)?(?P<body>.*)")
_PARTY: Final = re.compile(r"(?:[县市区旗省地州盟]|自治区)?党?委(?:员会)?(?P<body>.*)")
_YOUTH_LEAGUE: Final = re.compile(r"共青团(?P<place>.*?)委(?:员会)?")
# Names with the place in their middle, and the name that is left without it.
_INSIDE: Final = tuple(
    (re.compile(pattern), core)
    for pattern, core in (
        (r"(?:中国共产党|中共)(?P<place>.+)", ""),
        (r"国家税务总局(?P<place>.*?)税务局", "税务局"),
        (
            r"(?:国网|国家电网)(?:.{2,12}?电力(?:有限)?(?:责任)?公司)?(?P<place>.*?)供电(?:分|支)?公司",
            "供电公司",
        ),
        (r"(?:中国)?人民银行(?P<place>.*?)(?:中心支行|支行|分行)", "中国人民银行"),
        (r"国家统计局(?P<place>.*?)调查队", "国家统计局调查队"),
        (
            r"国家金融监督管理总局(?P<place>.*?)(?:监管支局|监管分局)",
            "国家金融监督管理总局监管支局",
        ),
    )
)


@dataclass(frozen=True, slots=True)
class Form:
    """A known printed form of a department type.

    Attributes:
        kind: the type.
        official: the official name that it means; None where it does not tell.
        fallback: the official name that it means where the edition uses none; empty: that of the
            type.
    """

    kind: reference.DepartmentType
    official: str | None
    fallback: str = ""


def known_forms() -> dict[str, Form]:
    """Every form of every department type, by its key."""
    forms: dict[str, Form] = {}
    for kind in reference.department_types().values():
        for name, shorts in kind.names:
            forms[fold(name)] = Form(kind, name)
            for short in shorts:
                forms[fold(short)] = Form(kind, name)
        for alias in kind.aliases:
            before = forms.get(fold(alias))
            usual = before.official if before and before.kind is kind else None
            forms[fold(alias)] = Form(kind, None, usual or "")
    return forms


@dataclass(frozen=True, slots=True)
class Stripped:
    """A printed name without its own county's prefix.

    Attributes:
        name: what is left.
        own: the prefix of the town's own county was printed.
        party: ``县委``, ``市委`` … where the name is that of a party body.
        elsewhere: the name is that of a body of another jurisdiction and is kept whole.
        foreign: that jurisdiction, where it is known.
        core: the known form in such a name; empty where there is none.
    """

    name: str
    own: bool = False
    party: str = ""
    elsewhere: bool = False
    foreign: Division | None = None
    core: str = ""


class Jurisdictions:
    """Tells bodies of a town's own county from those of other divisions.

    Args:
        town: the town, with the divisions above it.

    Attributes:
        county: the division next above the town: its county, or a city without counties.
        forms: the known forms of department types.
        own_prefixes: printed forms of the county's name, longest first.
        party_prefix: 县委, 市委, 区委 or 旗委 by the county's own name; empty without a county.
    """

    def __init__(self, town: Division) -> None:
        self.town = town
        self.forms = known_forms()
        self._table = reference.divisions()
        self._stripped: dict[str, Stripped] = {}  # a list prints the same few names over and over
        levels = {division.level: division for division in reversed(town.parents)}
        self.county = levels.get("county") or levels.get("prefecture")
        above = [d for d in town.parents if self.county is not None and d != self.county]
        self._prefecture = next((d for d in above if d.level == "prefecture"), None)
        self._province = levels.get("province")
        self.own_prefixes = self._prefixes(self.county) if self.county else ()
        self.party_prefix = ""
        if self.county is not None:
            last = self.county.name[-1]
            self.party_prefix = (last if last in LEVELS else "县") + "委"
        own = (town, self.county)
        self._upper_forms = tuple(
            form for d in (self._prefecture, self._province) if d for form in self._prefixes(d)
        )
        self._own_codes = frozenset(d.code for d in own if d is not None)
        # Divisions above the town that the table lacks.
        unlisted = [d for d in above if d.code not in self._table.names]
        pairs = [(fold(form), d) for d in unlisted for form in self._table.forms(d)]
        self._above = sorted(pairs, key=lambda pair: len(pair[0]), reverse=True)

    def _prefixes(self, division: Division) -> tuple[str, ...]:
        forms = {fold(form) for form in self._table.forms(division)}
        return tuple(sorted(forms, key=lambda form: (-len(form), form)))

    @property
    def upper(self) -> Division | None:
        """The division next above the county."""
        return self._prefecture or self._province

    def town_forms(self) -> frozenset[str]:
        """Printed forms of the town's own name."""
        return frozenset(self._prefixes(self.town))

    def is_word(self, form: str) -> bool:
        """True for a short form that is a word of the language too."""
        return form in self._table.words

    def below_a_city(self) -> bool:
        """True where 市 means the city above the county: in its districts and counties."""
        return (
            self.county is not None
            and self.county.name[-1] != "市"
            and self.upper is not None
            and self.upper.name.endswith("市")
        )

    def strip(self, printed: str) -> Stripped:
        """Take the prefix of the own county off a printed name, or find whose body it is."""
        found = self._stripped.get(printed)
        if found is None:
            found = self._stripped[printed] = self._strip(printed)
        return found

    def _strip(self, printed: str) -> Stripped:
        name = fold(printed).strip(EDGE)
        body = self._without_head(name)
        if body in self.forms:
            return self._bare(body, own=False)
        return (
            self._youth_league(body)
            or self._own(body)
            or self._other(name, body)
            or self._above_it(name, body)
            or self._generic(name, body)
            or Stripped(name)
        )

    def _without_head(self, name: str) -> str:
        """A name with the place at its head: 国家税务总局|昆山市|税务局 gives 昆山市税务局."""
        for pattern, core in _INSIDE if name[:1] in ("中", "国", "人") else ():
            if found := pattern.fullmatch(name):
                return found["place"] + core
        return name

    def _bare(self, name: str, *, own: bool) -> Stripped:
        form = self.forms.get(name)
        party = self.party_prefix if form is not None and form.kind.party else ""
        return Stripped(name, own=own, party=party)

    def _youth_league(self, body: str) -> Stripped | None:
        found = _YOUTH_LEAGUE.fullmatch(body)
        if found is None:
            return None
        place = found["place"].removesuffix("地")  # 共青团喀什地委
        for form, codes in self._table.prefixes(place + "委"):
            if form == place and not self._own_codes & set(codes):
                foreign = self._table.nearest(codes, self.town)
                return Stripped(body, elsewhere=True, foreign=foreign, core="共青团委")
        return Stripped("共青团委", own=True)

    def _own(self, body: str) -> Stripped | None:
        """A body of the own county whose name is printed (塔什库尔干县公安局)."""
        for prefix in self.own_prefixes:
            # 昆山市场监督管理局 is 昆山 + 市场监督管理局, although 昆山市 is longer.
            if (rest := body.removeprefix(prefix)) != body and rest in self.forms:
                return self._bare(rest, own=True)
        for prefix in self.own_prefixes:
            rest = body.removeprefix(prefix)
            if rest == body or not rest:
                continue
            if any(body.startswith(form) for form in self._upper_forms if len(form) > len(prefix)):
                continue  # 临夏回族自治州… is not of 临夏市
            if prefix[-1] not in LEVELS and not self._follows_short(prefix, rest):
                continue
            level = prefix[-1] if prefix[-1] in LEVELS else ""
            return self._own_rest(rest, level)
        return None

    def _follows_short(self, prefix: str, rest: str) -> bool:
        """True where what follows a short form shows that it is the county's."""
        if self.core(rest):
            return True
        return len(prefix) > 2 and not self.is_word(prefix) and bool(ORGANISATION.search(rest))

    def _own_rest(self, rest: str, level: str) -> Stripped:
        party = (level + "委") if level else self.party_prefix
        if core := self._branch_core(rest):  # 东莞市公安局虎门分局 is called 市公安局虎门分局 too
            mark = self.party_prefix[0]
            return Stripped(mark + rest, elsewhere=True, foreign=self.county, core=core)
        if level and rest in ("委", "委员会"):
            return Stripped(party, own=True)
        if level and rest.startswith("委员会") and self._is_party(rest[3:]):
            return Stripped(rest[3:], own=True, party=party)
        if level and rest.startswith("委") and not rest.startswith("委员会"):
            return Stripped(rest[1:], own=True, party=party)
        if found := self._party_body(rest, own=True):
            return found
        for mark in LEVELS:  # 塔什库尔干 + 县公安局
            if rest[0] == mark and rest[1:] in self.forms:
                return Stripped(rest[1:], own=True)
        if self._is_unknown_body(rest):
            return Stripped(rest[1:], own=True)
        return self._bare(rest, own=True)

    def _is_party(self, name: str) -> bool:
        form = self.forms.get(name)
        return form is not None and form.kind.party

    def _party_body(self, name: str, *, own: bool = False) -> Stripped | None:
        """A party body without a county (县委组织部, 县委员会组织部, 市委宣传部)."""
        for level in LEVELS:
            party = level + "委"
            rest = name.removeprefix(party)
            if rest == name:
                continue
            if rest.startswith("员会"):
                if not self._is_party(rest[2:]):
                    return Stripped(party, own=True) if rest == "员会" else None
                rest = rest[2:]
            if not own and level == "市" and self.below_a_city():
                core = rest if rest in self.forms else party
                return Stripped(name, elsewhere=True, foreign=self.upper, core=core)
            return Stripped(rest, own=True, party=party) if rest else Stripped(name)
        return None

    def core(self, name: str) -> str:
        """The known form that a name is without a generic prefix or a place; empty if none."""
        if not name or name in self.forms:
            return name
        found = _PARTY.fullmatch(name)
        if found and (not found["body"] or self._is_party(found["body"])):
            return found["body"] or "县委"
        if name[0] in LEVELS and name[1:] in self.forms:
            return name[1:]
        if branch := self._branch_core(name):
            return branch
        if name[-1] == "厅" and f"{name[:-1]}局" in self.forms:  # of a province
            return f"{name[:-1]}局"
        for prefix in self.own_prefixes:
            if name.startswith(prefix) and name[len(prefix) :] in self.forms:
                return name[len(prefix) :]
        for form, _ in self._table.prefixes(name):
            if name[len(form) :] in self.forms and not self.is_word(form):
                return name[len(form) :]
        return ""

    def _branch_core(self, name: str) -> str:
        """Known kind of a local branch of a body above: of 市公安局滨湖分局, 某市滨湖生态环境局."""
        branch = _BRANCH.fullmatch(name)
        if branch:
            core = branch["core"]
            for start in range(min(len(core) - 2, 8)):
                if core[start:] in self.forms:
                    return core[start:]
        for place in self.own_prefixes:
            before, found, core = name.partition(place)
            if found and before.endswith(("市", "州", "地区")) and core in self.forms:
                return core
        return ""

    def _other(self, name: str, body: str) -> Stripped | None:
        """A body of another division whose name is printed (岳普湖县供电公司)."""
        for form, division in self._above:
            rest = body.removeprefix(form)
            if rest == body or not rest or self.is_word(form):
                continue
            core = self.core(rest)
            if core or len(form) > 3:
                return Stripped(name, elsewhere=True, foreign=division, core=core)
        for form, codes in self._table.prefixes(body):
            others = [code for code in codes if code not in self._own_codes]
            rest = body[len(form) :]
            core = self.core(rest)
            if others and self._is_prefix(form, others, rest, core):
                foreign = self._table.nearest(others, self.town)
                return Stripped(name, elsewhere=True, foreign=foreign, core=core)
        return None

    def _is_prefix(self, form: str, codes: list[str], rest: str, core: str) -> bool:
        """True where the form of a division before the rest of a name means that division."""
        distance = min(self._table.distance(code, self.town) for code in codes)
        full = any(self._table.is_full(form, code) for code in codes)
        if self.is_word(form):
            # 城区 is a district only where there is one near by.
            return bool(core) and distance <= 1 and full
        if full:
            if self.is_word(form[:-1]):  # 新城区管委会 may be of any new town
                return bool(core)
            sure = distance <= 2 or (len(form) > 3 and len(codes) == 1)
            return bool(core) or (len(form) > 2 and sure and bool(ORGANISATION.search(rest)))
        if rest[0] in LEVELS:  # 海州|县教育局 is of no 海州区
            return False
        return bool(core) and (distance <= 1 or (len(form) > 2 and len(codes) == 1))

    def _above_it(self, name: str, body: str) -> Stripped | None:
        """A body of the prefecture or the province that is not named (地区教育局, 省委组织部)."""
        for prefix, level in _GENERIC_UPPER.items():
            rest = body.removeprefix(prefix)
            if rest != body and (core := self.core(rest)):
                foreign = self._province if level == "province" else self.upper
                return Stripped(name, elsewhere=True, foreign=foreign, core=core)
        party = _UPPER_PARTY.fullmatch(body)
        if party and self._is_party(party["body"]):
            high = party["level"] in ("省", "自治区党")
            foreign = self._province if high else self.upper
            return Stripped(name, elsewhere=True, foreign=foreign, core=party["body"])
        return None

    def _generic(self, name: str, body: str) -> Stripped | None:
        """A body whose division is said by its level only (县公安局, 市公安局滨湖分局)."""
        if found := self._party_body(body):
            return found
        if core := self._branch_core(body):
            own = self.county if self.county and body[0] == self.county.name[-1] else None
            return Stripped(name, elsewhere=True, foreign=own or self.upper, core=core)
        for prefix in _GENERIC_OWN:
            rest = body.removeprefix(prefix)
            if rest != body and rest in self.forms:
                if prefix in ("市", "本市") and self.below_a_city():
                    return Stripped(name, elsewhere=True, foreign=self.upper, core=rest)
                return Stripped(rest, own=True)
        return Stripped(body[1:], own=True) if self._is_unknown_body(body) else None

    def _is_unknown_body(self, name: str) -> bool:
        """True for an unknown body of the county: 市轨道交通局 in a county-level city."""
        level = self.county.name[-1] if self.county else ""
        return (
            bool(level)
            and name.startswith(level)
            and len(name) >= 5
            and ORGANISATION.search(name[1:]) is not None
        )
