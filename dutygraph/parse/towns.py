"""Which town a document is of: what its cover names, what its file name adds, what the caller says.

A listed town is taken only where it is the one listed town that fits everything that is printed.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Final

from dutygraph import reference
from dutygraph.catalogue import finding
from dutygraph.divisions import DivisionTable
from dutygraph.errors import UnreadableError
from dutygraph.model import Division, Finding, Place
from dutygraph.vocab import fold

_PLAIN: Final = r"(?:基本)?(?:履行职责|履职|职责)事项(?:清单)?"
_SHORT: Final = r"(?:履职|职责)清单"
LIST_NAME: Final = re.compile(rf"(?:乡镇(?:[（(]街道[）)])?)?{_PLAIN}|{_SHORT}")
"""What the list calls itself; the town's name stands before it."""
# 三乡镇|履职事项清单: the 乡镇 before the list's name may be the end of the town's.
_LATER_LIST_NAME: Final = re.compile(f"{_PLAIN}|{_SHORT}")
_LETTER: Final = r"(?:[^\W\d_]|×)"
_CUT: Final = re.compile(
    r"[^\w×]|[\d_]|中国共产党|中共|关于|印发|公布|发布(?!依)|附件|人民政府|党工委|党委|办事处|(?<!管理)委员会"
)
_TOWN: Final = (
    rf"(?P<town>{_LETTER}{{1,14}}?(?:街道(?:办事处)?|民族乡|镇|乡|苏木|区公所|农场|林场|牧场|渔场|团场|(?<=[一二三四五六七八九十])团|管委会|"
    r"管理委员会|开发区|园区|管理区))$"
)
_COUNTY: Final = rf"(?P<county>{_LETTER}{{1,14}}?(?:自治县|自治旗|县|市|区|旗))?"
_PREFECTURE: Final = rf"(?P<prefecture>{_LETTER}{{2,9}}?(?:自治州|地区|盟|市|州))?"
_PROVINCE: Final = rf"(?P<province>{_LETTER}{{2,8}}?(?:省|自治区)|(?:北京|上海|天津|重庆)市)?"
_BELOW: Final = {
    "": re.compile(_PROVINCE + _PREFECTURE + _COUNTY + _TOWN),
    "province": re.compile(_PREFECTURE + _COUNTY + _TOWN),
    "prefecture": re.compile(_COUNTY + _TOWN),
    "county": re.compile(_TOWN),
}
# Words for towns in general: 示例县乡镇履职事项清单 is of no town.
_ANY_TOWN: Final = re.compile(r"(?:各|全|本|我|乡|镇|街道|村|社区)+")
_TOWNS: Final = re.compile(r"(?:各|全)?(?:乡镇|镇街|镇乡)$")
_LONGEST: Final = 60
_CODE: Final = re.compile(r"(?<!\d)\d{9}(?!\d)")
_EXTENSION: Final = re.compile(r"\.[0-9A-Za-z]{1,5}$")
_CODE_DIGITS: Final = 9
_SHOWN: Final = 5


@dataclass(frozen=True, slots=True)
class TownReading:
    """What a cover says about the town, with the help of the file name.

    Attributes:
        town: the town: listed, or with a key made of its names; None where nothing names one.
        candidates: listed towns that fit what is printed; more than one where it is not said which.
        exact: True where the county is named too.
        by_file_name: True where the file name decided.
        other: the town or county that the file name names instead, if it contradicts the cover.
        above: by each piece of the cover that names only divisions above a town, which it can mean.
    """

    town: Division | None = None
    candidates: tuple[Division, ...] = ()
    exact: bool = False
    by_file_name: bool = False
    other: Division | None = None
    above: tuple[tuple[Division, ...], ...] = ()


def find_town(title: str) -> Division | None:
    """The town that a cover title names, or None.

    A town of the national table is taken only where it is the one town there that fits the whole
    title, so that towns of one name are never confused. Another gets a key made of its printed
    chain of names behind ``x-``, with those divisions above it that the table has.

    >>> find_town("新疆维吾尔自治区喀什地区塔什库尔干塔吉克自治县塔吉克阿巴提镇履职事项清单").code
    '653131101'
    >>> find_town("新疆喀什塔县塔吉克阿巴提镇履职事项清单").code
    '653131101'
    >>> find_town("城关镇履职事项清单").code  # there are 82 of that name
    'x-城关镇'
    """
    return read_town(title).town


@lru_cache(maxsize=1000)
def read_town(title: str, hint: str = "") -> TownReading:
    """What a cover title says about the town.

    Args:
        title: title of the cover, in one line.
        hint: file name, with its folders; it counts only where the cover names no county or no
            town.
    """
    table = reference.divisions()
    key = fold(title)
    cover = _read(table, _pieces(key, LIST_NAME))
    if cover.town is None or not cover.candidates:
        later = _read(table, _pieces(key, _LATER_LIST_NAME))
        cover = later if later.candidates else cover
    return _with_hint(table, cover, hint) if hint else cover


def _pieces(key: str, list_name: re.Pattern[str]) -> list[str]:
    """The parts of a title or a path that can name divisions."""
    parts = _CUT.split(list_name.sub("，", key))
    parts = [part.removesuffix("办") if part.endswith("街道办") else part for part in parts]
    return [part for part in parts if 1 < len(part) <= _LONGEST]


def _read(table: DivisionTable, pieces: Iterable[str]) -> TownReading:
    above: list[tuple[Division, ...]] = []
    named: dict[str, tuple[Division, ...]] = {}
    for piece in pieces:
        if fits := table.towns(piece):
            named[piece] = fits
        elif uppers := table.uppers(_TOWNS.sub("", piece)):
            # 新华 alone may be any word.
            if any(table.is_full(_TOWNS.sub("", piece), d.code) for d in uppers):
                above.append(uppers)
        elif _unlisted(table, piece):
            named[piece] = ()
    if not named:
        return TownReading(above=tuple(above))
    # Two pieces that name a town name the same one, or it is not said which.
    listed = [frozenset(fits) for fits in named.values() if fits]
    common = frozenset.intersection(*listed) or frozenset.union(*listed) if listed else frozenset()
    fits = tuple(sorted((t for t in common if _agrees(t, above)), key=lambda t: t.code))
    piece = next((one for one, found in named.items() if found), next(iter(named)))
    town = fits[0] if len(fits) == 1 else _unlisted(table, piece)
    exact = any(d.level == "county" for group in above for d in group) or (
        all(_states_county(table, piece, one) for one in fits)
        if fits
        else town is not None and any(d.level == "county" for d in town.parents)
    )
    return TownReading(town, fits, exact=exact, above=tuple(above))


def _agrees(town: Division, above: Iterable[Sequence[Division]]) -> bool:
    """True where a town is below one division of each group."""
    codes = {d.code for d in (town, *town.parents)}
    return all(any(d.code in codes for d in group) for group in above)


def _states_county(table: DivisionTable, piece: str, town: Division) -> bool:
    """True where a chain of names holds that of the division next above the town."""
    beyond = [d.code for d in town.parents[1:]]
    heads = [piece.removesuffix(form) for form in table.forms(town) if piece.endswith(form)]
    return not any(table.consumes(head, beyond) for head in heads)


def _unlisted(table: DivisionTable, piece: str) -> Division | None:
    """A town that is not taken from the table, by the chain of names that a piece prints."""
    for end in range(len(piece) - 2, 0, -1):
        found = table.uppers(piece[:end])
        below = _BELOW[found[0].level].fullmatch(piece[end:]) if len(found) == 1 else None
        if below is None or _ANY_TOWN.fullmatch(below["town"]):
            continue
        groups = below.groupdict()
        # 海南|新镇 and 昆山|新镇 may each be one name; 海南|示例县新镇 and 昆山市|新镇 are not.
        if table.is_full(piece[:end], found[0].code) or (
            piece[:end] not in table.forms(found[0])
            if found[0].level == "county"
            else groups["county"]
        ):
            return _chained(groups, (found[0], *found[0].parents))
    alone = _BELOW[""].fullmatch(piece)
    if alone is None or _ANY_TOWN.fullmatch(alone["town"]):
        return None
    return _chained(alone.groupdict(), ())


def _chained(groups: dict[str, str | None], listed: tuple[Division, ...]) -> Division:
    """A town below listed divisions, whose key is the chain of all their names."""
    names = {level: groups.get(level) for level in ("province", "prefecture", "county")}
    if not names["county"]:
        # A city before the town and nothing between them is of county level (昆山市周庄镇).
        names["county"], names["prefecture"] = names["prefecture"], None
    parents = [replace(one, parents=()) for one in listed]
    chain = "x-" + "".join(one.name for one in reversed(listed))
    for level, name in names.items():
        if name:
            chain += name
            parents.insert(0, Division(chain, name, level, ""))
    town = str(groups["town"]).removesuffix("办事处")
    return Division(chain + town, town, "town", "", tuple(parents))


def _with_hint(table: DivisionTable, cover: TownReading, hint: str) -> TownReading:
    """A reading completed by a file name where the cover leaves the town or its county open."""
    if cover.exact and cover.town is not None and len(cover.candidates) < 2:
        return cover
    said = _read_path(table, hint)
    if cover.town is None and not cover.candidates:
        fits = tuple(town for town in said.candidates if _agrees(town, cover.above))
        if fits:
            town = fits[0] if len(fits) == 1 else said.town
            return replace(said, town=town, candidates=fits, by_file_name=True, above=cover.above)
        # A name that no listed county confirms is no town: a path holds all kinds of words.
        county = _county(said)
        known = county is not None and _agrees(county, cover.above)
        return replace(cover, town=said.town, by_file_name=True) if known and said.town else cover
    if len(cover.candidates) == 1:
        return replace(cover, other=_against(said, cover.candidates[0]))
    fits = tuple(one for one in cover.candidates if _supports(said, one))
    if len(fits) == 1:
        return replace(cover, town=fits[0], candidates=fits, by_file_name=True)
    county = _county(said)
    if fits or cover.town is None or county is None or said.candidates:
        return cover
    if not _agrees(county, [(d,) for d in cover.town.parents if d.scheme]):
        return replace(cover, other=county)
    placed = _chained({"town": cover.town.name}, (county, *county.parents))
    return replace(cover, town=placed, candidates=(), by_file_name=True)


def _county(said: TownReading) -> Division | None:
    """The one listed county that a file name names, if it names no town that is elsewhere."""
    groups = [one for one in said.above if all(d.level == "county" for d in one)]
    if said.town is not None and not said.candidates:
        groups.append(tuple(d for d in said.town.parents if d.level == "county" and d.scheme))
    counties = {d.code for group in groups for d in group}
    return reference.divisions().divisions[counties.pop()] if len(counties) == 1 else None


def _read_path(table: DivisionTable, path: str) -> TownReading:
    """What a path says: a code of a town, or names in the file name and its folders."""
    parts = re.split(r"[\\/]", path)
    parts[-1] = _EXTENSION.sub("", parts[-1])
    codes = {code for code in _CODE.findall(path) if code in table.divisions}
    if len(codes) == 1:
        town = table.divisions[codes.pop()]
        return TownReading(town, (town,), exact=True)
    # The file name first, then with the folder around it, and so on.
    tries = [
        [piece for part in parts[start:] for piece in _pieces(fold(part), list_name)]
        for start in range(len(parts) - 1, -1, -1)
        for list_name in (LIST_NAME, _LATER_LIST_NAME)
    ]
    readings = [_read(table, pieces) for pieces in tries]
    whole = readings[-2]
    for pieces, said in zip(tries, readings, strict=True):
        if len(said.candidates) == 1:
            # A folder may name another county than that of the one town of this name.
            agrees = _agrees(said.candidates[0], whole.above)
            return said if agrees else TownReading(above=whole.above)
        # 江苏/苏州/昆山/巴城镇.docx: folders may hold the chain, link by link.
        fits = table.towns("".join(pieces))
        if len(fits) == 1:
            return TownReading(fits[0], fits, exact=True)
    return whole


def _supports(said: TownReading, town: Division) -> bool:
    """True where a file name names a town, or only divisions that are above it."""
    if said.candidates:
        return town in said.candidates
    return said.town is None and bool(said.above) and _agrees(town, said.above)


def _against(said: TownReading, town: Division) -> Division | None:
    """What a file name names instead of a town; None where it does not contradict it."""
    if said.candidates:
        return said.candidates[0] if town not in said.candidates else None
    county = _county(said)
    return county if county is not None and not _agrees(town, [(county,)]) else None


def town_of(
    title: str, place: Place, *, division: str = "", hint: str = "", where: str, digest: str
) -> tuple[Division, list[Finding]]:
    """The town of a document, and what is doubtful about it.

    Args:
        title: title of the cover.
        place: of the title.
        division: what the caller says: a code, or the printed chain of names; it goes before all.
        hint: file name with its folders; see `read_town`.
        where: name of the document, for errors.
        digest: of the document, the key of a town that nothing names.

    Raises:
        UnreadableError: *division* is the code or the name of no town, or of several.
    """
    if division:
        table = reference.divisions()
        given = table.divisions.get(division)
        if given is not None and given.level == "town" and _names(table, title, given):
            return given, []  # the usual case, which needs no search
        cover = read_town(title)
        town = _given(division, cover, where)
        if not _contradicts(cover, town):
            return town, _unlisted_finding(town, place, title)
        named = cover.candidates if len(cover.candidates) == 1 else (cover.town,)
        rest = (*cover.candidates, *(group[0] for group in cover.above), town)
        other = next(one for one in (*named, *rest) if one is not None)
        return town, [
            *_unlisted_finding(town, place, title),
            finding("town-contradiction", place, title, taken=_said(town), other=_said(other)),
        ]
    read = read_town(title, hint)
    if read.town is None and len(read.candidates) < 2:
        county = _county(read)
        above = (county, *county.parents) if county else ()
        parents = tuple(replace(one, parents=()) for one in above)
        nameless = Division(f"x-{digest[:12]}", "未知乡镇", "town", "", parents)
        return nameless, [finding("town-unknown", place, title)]
    town = read.town or Division(
        f"x-{read.candidates[0].name}", read.candidates[0].name, "town", ""
    )
    findings = []
    if len(read.candidates) > 1:
        shown = "、".join(map(_said, read.candidates[:_SHOWN]))
        etc = "……" if len(read.candidates) > _SHOWN else ""
        facts = {"name": town.name, "count": len(read.candidates), "towns": shown + etc}
        findings.append(finding("town-ambiguous", place, title, facts=facts))
    else:
        findings += _unlisted_finding(town, place, title)
        if read.by_file_name:
            facts = {"file": hint, "town": _said(town)}
            findings.append(finding("town-from-file-name", place, title, facts=facts))
    if read.other is not None:
        facts = {"taken": _said(town), "other": _said(read.other)}
        findings.append(finding("town-contradiction", place, title, facts=facts))
    return town, findings


def _names(table: DivisionTable, title: str, town: Division) -> bool:
    """True where a cover title is the name of a town, behind those of divisions above it."""
    codes = [d.code for d in town.parents]
    pieces = _pieces(fold(title), LIST_NAME)
    head = pieces[0].removesuffix(town.name) if len(pieces) == 1 else ""
    return len(pieces) == 1 and head != pieces[0] and table.consumes(head, codes)


def _unlisted_finding(town: Division, place: Place, title: str) -> list[Finding]:
    if not town.code.startswith("x-"):
        return []
    return [finding("division-unlisted", place, title, name=town.name)]


def _said(division: Division) -> str:
    """A division with those above it and its code, for messages."""
    chain = "".join(d.name for d in (*reversed(division.parents), division))
    return f"{chain}（{division.code}）" if division.scheme else chain


def _given(division: str, cover: TownReading, where: str) -> Division:
    """The town that the caller means."""
    table = reference.divisions()
    if division in table.divisions:
        listed = table.divisions[division]
        if listed.level != "town":
            raise UnreadableError(
                f"division {division} is a {listed.level}, not a town", where=where
            )
        return listed
    if division.isdigit() and len(division) != _CODE_DIGITS:
        raise UnreadableError(
            f"division code {division} has {len(division)} digits, not nine",
            where=where,
            hint="codes of the Ministry of Civil Affairs have nine, those of the Bureau of "
            "Statistics twelve",
        )
    if division.isdigit():
        if cover.town is None:
            raise UnreadableError(
                f"division {division} is not in the division table and the cover names no town",
                where=where,
                hint="add it to data/reference/divisions.yaml",
            )
        # The code is the user's word; the names are the cover's.
        return replace(cover.town, code=division, scheme=table.scheme)
    named = read_town(division)
    if len(named.candidates) > 1:
        raise UnreadableError(
            f"{division!r} may be any of {len(named.candidates)} towns: "
            + ", ".join(map(_said, named.candidates[:_SHOWN])),
            where=where,
            hint="give the code, or the names of its county and city too",
        )
    if named.town is None:
        raise UnreadableError(
            f"{division!r} is neither a division code nor the name of a town",
            where=where,
            hint="for example 653131101",
        )
    return named.town


def _contradicts(cover: TownReading, town: Division) -> bool:
    """True where a cover cannot mean a town."""
    counties = [d.code for d in town.parents if d.level == "county" and d.scheme]
    if town.scheme and counties and not town.code.startswith(counties[0]):
        return True
    if cover.candidates:
        return town.code not in {one.code for one in cover.candidates}
    if cover.above and not _agrees(town, cover.above):
        return True
    if cover.town is None or cover.town.code == town.code:
        return False
    names = {d.name for d in (town, *town.parents)}
    return not {d.name for d in (cover.town, *cover.town.parents)} <= names
