"""The items behind each number: where a click on it leads."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from dutygraph.network.categories import LIST_KINDS, category_name
from dutygraph.network.editions import names
from dutygraph.report.anchors import anchor
from dutygraph.table import Table, Value

KIND_ZH = {"basic": "基本履职", "cooperative": "配合履职", "reclaimed": "上级部门收回"}
KIND_EN = {"basic": "basic", "cooperative": "cooperative", "reclaimed": "reclaimed"}
PARTY_ZH = {"town": "乡镇", "department": "部门", "unattributed": "未明主体"}
PARTY_EN = {"town": "town", "department": "departments", "unattributed": "no party named"}


@dataclass(frozen=True, slots=True)
class Basis:
    """One item that a number rests on.

    Attributes:
        kind: list that the item stands in.
        key: of the item.
        count: duties of it that count; 0 where the item itself is what counts.
    """

    kind: str
    key: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one number rests on.

    Attributes:
        anchor: place in the page.
        zh: what was counted, in Chinese.
        en: in English.
        items: the items, in their order.
    """

    anchor: str
    zh: str
    en: str
    items: tuple[Basis, ...]

    @property
    def total(self) -> int:
        """The number itself: duties where these are counted, else items."""
        return sum(one.count or 1 for one in self.items)


@dataclass(frozen=True, slots=True)
class Group:
    """Evidence about one thing, such as a department.

    Attributes:
        anchor: place in the page.
        zh: the thing, in Chinese.
        en: in English.
        entries: what was counted of it.
    """

    anchor: str
    zh: str
    en: str
    entries: tuple[Evidence, ...]


def evidence(tables: Mapping[str, Table]) -> list[Group]:
    """The items behind the numbers of one edition, in groups.

    Args:
        tables: of the report, by name: ``items``, ``duties``, ``department-load``, ``nodes``,
            ``department-pairs``, ``action-totals`` and ``categories`` are used.

    Returns:
        A group for all lists, one for the parties, one a department, one for the pairs of
        departments, one for categories, one for actions. A number that is 0 has its entry too,
        without items.
    """
    items = list(tables["items"])
    duties = list(tables["duties"])
    load = list(tables["department-load"])
    return [
        _lists(items),
        _parties(duties),
        *_departments(items, duties, load),
        _pairs(list(tables["department-pairs"]), load),
        _categories(items, list(tables["categories"])),
        _actions(duties, list(tables["action-totals"])),
    ]


Row = Mapping[str, Value]


@dataclass(slots=True)
class _Counted:
    """Duties per item, in the order of the items."""

    counts: Counter[tuple[str, str]] = field(default_factory=Counter)

    def add(self, row: Row) -> None:
        self.counts[str(row["list"]), str(row["key"])] += 1

    def bases(self) -> tuple[Basis, ...]:
        return tuple(Basis(kind, key, number) for (kind, key), number in self.counts.items())


def _entry(parts: tuple[str, ...], zh: str, en: str, items: Sequence[Basis]) -> Evidence:
    return Evidence(anchor(*parts), zh, en, tuple(items))


def _bases(rows: Sequence[Row]) -> list[Basis]:
    return [Basis(str(row["list"]), str(row["key"])) for row in rows]


def _lists(items: Sequence[Row]) -> Group:
    entries = [
        _entry(
            ("list", kind),
            f"{KIND_ZH[kind]}事项",
            f"{KIND_EN[kind].capitalize()} items",
            _bases([row for row in items if row["list"] == kind]),
        )
        for kind in LIST_KINDS
    ]
    return Group(anchor("list", "all"), "三张清单", "The three lists", tuple(entries))


def _distinct(duties: Sequence[Row]) -> Iterator[Row]:
    """Each duty once: a joint one has a row for each of its parties."""
    seen: set[tuple[Value, ...]] = set()
    for row in duties:
        place = (row["list"], row["key"], row["side"], row["position"])
        if place not in seen:
            seen.add(place)
            yield row


def _parties(duties: Sequence[Row]) -> Group:
    counted: dict[str, _Counted] = {kind: _Counted() for kind in PARTY_ZH}
    for row in _distinct(duties):
        counted[str(row["party_kind"])].add(row)
    entries = [
        _entry(
            ("party", kind),
            f"配合事项职责：{PARTY_ZH[kind]}",
            f"Duties in cooperative items: {PARTY_EN[kind]}",
            one.bases(),
        )
        for kind, one in counted.items()
    ]
    return Group(anchor("party", "all"), "职责由谁承担", "Who carries the duties", tuple(entries))


_COLUMNS = (
    ("items", "配合事项", "cooperative items"),
    ("town", "乡镇职责", "duties of the town"),
    ("own", "自身职责", "own duties"),
    ("joint", "共同职责", "joint duties"),
    ("unattributed", "未明主体的职责", "duties without a party"),
    ("reclaimed", "收回事项", "items taken back"),
)


def _departments(
    items: Sequence[Row], duties: Sequence[Row], load: Sequence[Row]
) -> Iterator[Group]:
    found: dict[str, dict[str, list[Basis]]] = defaultdict(lambda: defaultdict(list))
    cells: dict[str, dict[str, list[Basis]]] = defaultdict(lambda: defaultdict(list))
    named: dict[str, tuple[str, ...]] = {}
    for row in items:
        basis = Basis(str(row["list"]), str(row["key"]))
        for name in names(row["departments"]):
            if basis.kind == "reclaimed":
                found[name]["reclaimed"].append(basis)
            elif basis.kind == "cooperative":
                named[basis.key] = names(row["departments"])
                found[name]["items"].append(basis)
                cells[name][category_name(row["category"])].append(basis)
    counted: dict[tuple[str, str], _Counted] = defaultdict(_Counted)
    for row in duties:
        kind, attribution = row["party_kind"], row["attribution"]
        if kind == "department":
            part = "joint" if attribution == "joint" else "own"
            counted[str(row["party"]), part].add(row)
        else:
            for name in named.get(str(row["key"]), ()):
                counted[name, str(kind)].add(row)
    for (name, part), one in counted.items():
        found[name][part] = list(one.bases())
    for row in load:
        name = str(row["department"])
        english = str(row["department_type_en"] or name)
        entries = [
            _entry(
                ("department", name, part), f"{name}：{zh}", f"{english}: {en}", found[name][part]
            )
            for part, zh, en in _COLUMNS
        ]
        entries += [
            _entry(
                ("cell", name, category), f"{name} × {category}", f"{english} × {category}", bases
            )
            for category, bases in cells[name].items()
        ]
        yield Group(anchor("department", name), name, english, tuple(entries))


def _pairs(pairs: Sequence[Row], load: Sequence[Row]) -> Group:
    english = {str(r["department"]): str(r["department_type_en"] or "") for r in load}
    entries: list[Evidence] = []
    for row in pairs:
        a, b = str(row["department_a"]), str(row["department_b"])
        bases = [Basis("cooperative", key) for key in str(row["item_keys"]).split()]
        label = f"{english.get(a) or a} – {english.get(b) or b}"
        entries.append(_entry(("pair", a, b), f"{a}–{b}", label, bases))
    return Group(anchor("pair", "all"), "共同对应的事项", "Items in common", tuple(entries))


def _categories(items: Sequence[Row], categories: Sequence[Row]) -> Group:
    found: dict[tuple[str, str], list[Basis]] = defaultdict(list)
    for row in items:
        place = (category_name(row["category"]), str(row["list"]))
        found[place].append(Basis(str(row["list"]), str(row["key"])))
    entries: list[Evidence] = []
    for row in categories:
        category = str(row["category"] or "")
        for kind in LIST_KINDS:
            entry = _entry(
                ("category", category, kind),
                f"{category or '（无类别）'}：{KIND_ZH[kind]}",
                f"{row['category_en'] or category or 'no category'}: {KIND_EN[kind]}",
                found[category, kind],
            )
            entries.append(entry)
    return Group(anchor("category", "all"), "事项类别", "Categories", tuple(entries))


def _actions(duties: Sequence[Row], actions: Sequence[Row]) -> Group:
    labels = {
        str(row["action"]): (str(row["action_zh"] or ""), str(row["action_en"] or ""))
        for row in actions
    }
    found: dict[tuple[str, str], _Counted] = defaultdict(_Counted)
    for row in _distinct(duties):
        for code in dict.fromkeys(str(row["actions"] or "").split()) or ("",):
            found[str(row["party_kind"]), code].add(row)
    entries: list[Evidence] = []
    for code, (zh, en) in sorted(labels.items()):
        for kind in PARTY_ZH:
            entry = _entry(
                ("action", kind, code),
                f"{PARTY_ZH[kind]}：{zh or '未识别动作'}",
                f"{PARTY_EN[kind]}: {en or 'no action recognised'}",
                found[kind, code].bases(),
            )
            entries.append(entry)
    return Group(anchor("action", "all"), "职责动作", "Actions", tuple(entries))
