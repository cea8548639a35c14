"""Printed names → departments and department types.

Names are resolved by reference data alone: jurisdictions are stripped, aliases are looked up, and a
name that nothing knows becomes a department of its own, marked as not reviewed. Two names are
never merged because they look alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from dutygraph import reference
from dutygraph.model import Department, Division, Naming
from dutygraph.vocab import fold

# Endings by which an unknown name is taken for an organisation when it heads a block.
_ORGANISATION: Final = re.compile(
    r"(?:局|委员会|管委会|工委|办公室|厅|部|部门|单位|站|所|大队|支队|中队|执法队|救援队|中心|公司|"
    r"馆|联合会|协会|总会|红十字会|合作社|供销社|银行|政府|法院|检察院|卫生院|医院|学校|处|社区|"
    r"[县市区旗]委|(?:县|市|区|旗)[\u4e00-\u9fff]{1,8}办|委[\u4e00-\u9fff]{1,6}[办委])$"
)
_VERB: Final = re.compile(r"负责|做好|开展|组织实施|牵头|指导|督促|报送|上报|干部$|全部$|内部$")
_CATCH_ALL: Final = re.compile(
    r"(?:及|和|与|以及|、)?(?:等)?(?P<mark>(?:(?:等|及|以及)?(?:其他|其它|有关|相关|各有关|各相关|各|"
    r"行业主管|县直|县级|市直|区直|负有|职能)[^、，；：]*?|等(?:\d+个)?)(?:部门|单位|机构)(?:（单位）|\(单位\))?)$"
)
_PLAIN_ETC: Final = re.compile(r"等$")
# 牵头部门：A 配合部门：B
_ROLE_LABEL: Final = re.compile(
    r"(?P<role>牵头|主责|主管|责任|主要|承办|配合|协助|协同|参与|参加)(?:部门|单位)(?:（单位）|\(单位\))?\s*[：:]"
)
_ASSISTING: Final = frozenset({"配合", "协助", "协同", "参与", "参加"})
# 县农业农村局（县乡村振兴局）: a body with a second sign at its door.
_SECOND_SIGN: Final = re.compile(r"(?P<name>[^（）()]+)[（(](?P<sign>[^（）()]+)[）)]")
# 区消防救援大队（牵头）
_ROLE_NOTE: Final = re.compile(
    r"[（(](?P<role>牵头|主责|主管|责任|承办|配合|协助|协同|参与)(?:部门|单位)?[）)]$"
)
# 市公安局滨湖分局: a branch of a body above the county.
_BRANCH: Final = re.compile(r"(?P<core>.{2,14}(?:局|委员会|委))(?P<place>[^局]{2,8})分局")
_SEPARATOR: Final = re.compile(r"[、，,；;/\n]|\s{1,}")
_AND: Final = re.compile(r"以及|及|和|与|暨")
_LEVELS: Final = "县市区旗"
_GENERIC_OWN: Final = ("本县", "我县", "县级", "本市", "本区", "全县", "县", "市", "区", "旗")
_GENERIC_UPPER: Final = ("地区", "自治区", "省", "自治州", "州")
# Names of autonomous counties end in those of peoples: 玉龙|纳西族|自治县.
_PEOPLES: Final = [
    "蒙古",
    "回",
    "藏",
    "维吾尔",
    "苗",
    "彝",
    "壮",
    "布依",
    "朝鲜",
    "满",
    "侗",
    "瑶",
    "白",
    "土家",
    "哈尼",
    "哈萨克",
    "傣",
    "黎",
    "傈僳",
    "佤",
    "畲",
    "高山",
    "拉祜",
    "水",
    "东乡",
    "纳西",
    "景颇",
    "柯尔克孜",
    "土",
    "达斡尔",
    "仫佬",
    "羌",
    "布朗",
    "撒拉",
    "毛南",
    "仡佬",
    "锡伯",
    "阿昌",
    "普米",
    "塔吉克",
    "怒",
    "乌孜别克",
    "俄罗斯",
    "鄂温克",
    "德昂",
    "保安",
    "裕固",
    "京",
    "塔塔尔",
    "独龙",
    "鄂伦春",
    "赫哲",
    "门巴",
    "珞巴",
    "基诺",
    "各",
]
_AUTONOMOUS: Final = re.compile(
    rf"(?:(?:{'|'.join(sorted(_PEOPLES, key=len, reverse=True))})族|塔吉克|哈萨克|蒙古|锡伯|柯尔克孜)+"
    r"自治([县州旗])$"
)
_EDGE: Final = " \t\n\u3000。；;，,、：:"
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


@dataclass(frozen=True, slots=True)
class _Form:
    """A known printed form.

    Attributes:
        kind: its type.
        official: the official name that it means; None where it does not tell.
        fallback: the official name that it means where the edition uses none; empty: that of the
            type.
    """

    kind: reference.DepartmentType
    official: str | None
    fallback: str = ""


@dataclass(frozen=True, slots=True)
class _Stripped:
    """A printed name without its own county's prefix.

    Attributes:
        name: what is left.
        own: the prefix of the town's own county was printed.
        party: ``县委``, ``市委`` … where the name is that of a party body.
        elsewhere: the name is that of a body of another jurisdiction and is kept whole.
        foreign: that jurisdiction, where it is known.
    """

    name: str
    own: bool = False
    party: str = ""
    elsewhere: bool = False
    foreign: Division | None = None


def _known_forms() -> dict[str, _Form]:
    forms: dict[str, _Form] = {}
    for kind in reference.department_types().values():
        for name, shorts in kind.names:
            forms[fold(name)] = _Form(kind, name)
            for short in shorts:
                forms[fold(short)] = _Form(kind, name)
        for alias in kind.aliases:
            before = forms.get(fold(alias))
            usual = before.official if before and before.kind is kind else None
            forms[fold(alias)] = _Form(kind, None, usual or "")
    return forms


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
        self.county = next((d for d in town.parents if d.level == "county"), None)
        self._forms = _known_forms()
        self._own_prefixes = self._prefixes(self.county) if self.county else ()
        self._town_names = frozenset(map(fold, self._prefixes(town)))
        self._foreign = self._foreign_prefixes()
        self._party_prefix = _party_prefix(self.county)
        self._official: dict[str, list[str]] = {}
        self._foreign_bodies: dict[str, list[Department]] = {}
        self._ambiguous: dict[str, tuple[str, ...]] = {}
        for cell in cells:
            self._learn(cell)
        self._mention = self._mention_pattern()
        own = "|".join(map(re.escape, self._own_prefixes))
        self._county_names = (
            re.compile(rf"(?:{own})县?[\u4e00-\u9fff]{{2,12}}?(?:局|委员会|监督管理(?=[：:]))")
            if own
            else None
        )

    @staticmethod
    def _prefixes(division: Division) -> tuple[str, ...]:
        forms = {fold(form) for form in reference.divisions().forms(division)}
        for form in tuple(forms):
            # 玉龙纳西族自治县 is also printed 玉龙县, 昆山市 also 昆山.
            plain = _AUTONOMOUS.sub(r"\1", form)
            forms |= {plain, plain[:-1]} if len(plain) >= 3 else set()
        return tuple(sorted(forms, key=lambda form: (-len(form), form)))

    def _foreign_prefixes(self) -> tuple[tuple[str, Division], ...]:
        own = {self.town.code, *((self.county.code,) if self.county else ())}
        table = reference.divisions()
        others = {d.code: d for d in (*table, *self.town.parents) if d.code not in own}
        pairs = [(fold(form), d) for d in others.values() for form in table.forms(d)]
        return tuple(sorted(pairs, key=lambda pair: len(pair[0]), reverse=True))

    def _strip(self, printed: str) -> _Stripped:
        name = fold(printed).strip(_EDGE)
        if name.startswith("共青团") and name.endswith("委"):  # 共青团松棠市委
            return _Stripped("共青团委", own=True)
        for prefix in self._own_prefixes:
            rest = name.removeprefix(prefix)
            if rest == name or not rest:
                continue
            if prefix[-1] in _LEVELS and rest.startswith("委") and not rest.startswith("委员会"):
                return _Stripped(rest[1:] or rest, own=True, party=prefix[-1] + "委")
            return self._strip_party(rest, own=True)
        for prefix, division in self._foreign:
            # A short form such as 自治区 is a prefix only before something that is known.
            rest = name.removeprefix(prefix)
            if rest != name and rest and (len(prefix) > 3 or self._is_known(rest)):
                return _Stripped(name, elsewhere=True, foreign=division)
        for prefix in _GENERIC_UPPER:
            rest = name.removeprefix(prefix)
            if rest != name and self._is_known(rest):
                return _Stripped(name, elsewhere=True, foreign=self._upper())
        party = self._strip_party(name)
        if party.party:
            return party
        if self._branch_core(name):
            own = self.county if self.county and name[0] == self.county.name[-1] else None
            return _Stripped(name, elsewhere=True, foreign=own or self._upper())
        for prefix in _GENERIC_OWN:
            rest = name.removeprefix(prefix)
            if rest != name and self._is_known(rest):
                if prefix in ("市", "本市") and self._below_a_city():
                    return _Stripped(name, elsewhere=True, foreign=self._upper())
                return _Stripped(rest, own=True)
        # An unknown body of the county: 市轨道交通局 in a town of a county-level city.
        level = self.county.name[-1] if self.county else ""
        if level and name.startswith(level) and len(name) >= 5 and _ORGANISATION.search(name[1:]):
            return _Stripped(name[1:], own=True)
        return _Stripped(name)

    def _branch_core(self, name: str) -> str:
        """Known kind of a local branch of a body above: of 市公安局滨湖分局, 某市滨湖生态环境局."""
        branch = _BRANCH.fullmatch(name)
        if branch:
            core = branch["core"]
            for start in range(min(len(core) - 2, 8)):
                if self._is_known(core[start:]):
                    return core[start:]
        for place in self._own_prefixes:
            before, found, core = name.partition(place)
            if found and before.endswith(("市", "州", "地区")) and self._is_known(core):
                return core
        return ""

    def _upper(self) -> Division | None:
        """The division above the county."""
        return next((d for d in self.town.parents if d.level == "prefecture"), None) or next(
            (d for d in self.town.parents if d.level == "province"), None
        )

    def _below_a_city(self) -> bool:
        """True where 市 means the city above the county: in its districts and counties."""
        upper = self._upper()
        return (
            self.county is not None
            and self.county.name[-1] != "市"
            and upper is not None
            and upper.name.endswith("市")
        )

    def _strip_party(self, name: str, *, own: bool = False) -> _Stripped:
        for level in _LEVELS:
            prefix = level + "委"
            if name.startswith(prefix) and not name.startswith(prefix + "员会"):
                rest = name.removeprefix(prefix)
                return _Stripped(rest, own=True, party=prefix) if rest else _Stripped(name)
        for level in _LEVELS if own else "":  # 塔什库尔干 + 县公安局
            rest = name.removeprefix(level)
            if rest != name and self._is_known(rest):
                return _Stripped(rest, own=True)
        form = self._forms.get(name)
        if form is not None and form.kind.party and self._party_prefix:
            return _Stripped(name, own=own, party=self._party_prefix)
        return _Stripped(name, own=own)

    def _is_known(self, name: str) -> bool:
        return name in self._forms

    def _learn(self, cell: str) -> None:
        for token in self._tokens(_ROLE_LABEL.sub("、", cell)):
            stripped = self._strip(self._first_sign(_ROLE_NOTE.sub("", token)))
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

    def _foreign_department(self, stripped: _Stripped) -> Department:
        division = stripped.foreign
        core = stripped.name
        for prefix, _ in self._foreign:
            core = core.removeprefix(prefix)
        for prefix in self._own_prefixes:
            core = core.replace(prefix, "")
        core = core.removesuffix("分局")
        form = self._forms.get(core) or self._forms.get(self._branch_core(stripped.name))
        form = form or self._forms.get(core.lstrip("市"))
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
        stripped = self._strip(printed)
        county = self.county.code if self.county else ""
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
        prefix = (stripped.party or self._party_prefix) if kind.party else ""
        return Department(prefix + official, kind.key, county)

    def ambiguous(self) -> dict[str, tuple[str, ...]]:
        """Short forms met so far that may mean several official names of the edition."""
        return dict(self._ambiguous)

    def is_known(self, printed: str) -> bool:
        """True for a name that the reference data knows, with or without a jurisdiction."""
        stripped = self._strip(printed)
        if stripped.elsewhere:
            return bool(self._foreign_department(stripped).type)
        return self._is_known(stripped.name)

    def _first_sign(self, name: str) -> str:
        """The name before a bracket that holds another name of the same body."""
        found = _SECOND_SIGN.fullmatch(name)
        if found and self.is_known(found["name"]) and _ORGANISATION.search(found["sign"]):
            return found["name"]
        return name

    def is_town(self, label: str) -> bool:
        """True for a heading that means the town itself (镇级, 乡镇, its own name)."""
        folded = fold(label).strip(_EDGE)
        return folded in self._town_names or _TOWN_WORDS.fullmatch(folded) is not None

    def _tokens(self, text: str) -> Iterator[str]:
        for part in _SEPARATOR.split(text):
            part = _PLAIN_ETC.sub("", part.strip(_EDGE)) or part.strip(_EDGE)
            if part:
                yield from self._split_and(part)

    def _split_and(self, part: str) -> Iterator[str]:
        """Cut A及B at a conjunction whose left and right are names, but 住房和城乡建设局 not."""
        if not self.is_known(part):
            for found in _AND.finditer(part):
                left, right = part[: found.start()], part[found.end() :]
                if left and right and self.is_known(left):
                    rest = list(self._split_and(right))
                    if all(self.is_known(r) or _ORGANISATION.search(r) for r in rest):
                        yield left
                        yield from rest
                        return
        yield part

    def read_names(self, text: str) -> Names:
        """Departments that a department column, a receiving cell or a heading names.

        Args:
            text: the printed text, without layout tags.

        Returns:
            The departments, each once, with their printed forms, and the catch-all.
        """
        labels = list(_ROLE_LABEL.finditer(text))
        if labels:
            return self._read_roles(text, labels)
        text = text.strip(_EDGE)
        catch_all = ""
        found = _CATCH_ALL.search(text)
        if found and not self.is_known(text):
            # 等 belongs to the mark as it is printed.
            start = found.start("mark")
            if text[start - 1 : start] == "等":
                start -= 1
            catch_all = text[start:]
            text = text[: found.start()].strip(_EDGE)
        namings: dict[Department, Naming] = {}
        for token in self._tokens(text):
            note = _ROLE_NOTE.search(token)
            name = self._first_sign(token[: note.start()] if note else token)
            department = self.resolve(name)
            role = "assist" if note and note["role"] in _ASSISTING else "lead"
            namings.setdefault(department, Naming(department, name, role))
        return Names(tuple(namings.values()), catch_all)

    def _read_roles(self, text: str, labels: list[re.Match[str]]) -> Names:
        """Names of a cell that says who leads and who assists."""
        namings: dict[Department, Naming] = {}
        catch_alls: list[str] = []
        before = self.read_names(text[: labels[0].start()])
        for naming in before.namings:
            namings.setdefault(naming.department, naming)
        for label, following in zip(labels, [*labels[1:], None], strict=True):
            end = following.start() if following else len(text)
            part = self.read_names(text[label.end() : end])
            role = "assist" if label["role"] in _ASSISTING else "lead"
            for naming in part.namings:
                named = Naming(naming.department, naming.surface, role)
                namings.setdefault(naming.department, named)
            catch_alls += filter(None, [part.catch_all])
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
            if len(name) > 30 or not _ORGANISATION.search(name) or _VERB.search(name):
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
        own = "|".join(map(re.escape, (*self._own_prefixes, "县", "市", "区")))
        bodies = [body for group in self._foreign_bodies.values() for body in group]
        foreign = "|".join(re.escape(body.name) for body in bodies)
        alternatives = [foreign] if foreign else []
        every = "|".join(map(re.escape, (*long_names, *short_names)))
        alternatives += [rf"(?:{own})?[县市区]?委?(?:{'|'.join(map(re.escape, long_names))})"]
        alternatives += [rf"(?:{own})[县市区]?委?(?:{every})"]
        firsts = {form[0] for form in (*self._forms, *self._own_prefixes) if form}
        firsts |= {body.name[0] for body in bodies} | set("县市区委")
        # Most characters begin no name; looking at one character spares trying all the names.
        begins = "".join(map(re.escape, sorted(firsts)))
        return re.compile(rf"(?=[{begins}])(?:{'|'.join(alternatives)})")


def _party_prefix(county: Division | None) -> str:
    """县委, 市委, 区委 or 旗委 by the county's own name; empty where there is no county."""
    if county is None:
        return ""
    last = county.name[-1]
    return (last if last in _LEVELS else "县") + "委"
