"""What is doubtful in a list as a whole, or in the printed text of its rows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Final

from dutygraph import reference
from dutygraph.catalogue import finding
from dutygraph.departments import Directory
from dutygraph.model import Claim, Finding, Item, ListKind, Place, Side
from dutygraph.parse.claims import Statement
from dutygraph.parse.items import category_cell, receiving_cells
from dutygraph.parse.layout import clean, says_nothing
from dutygraph.parse.lines import flat
from dutygraph.parse.tables import Column, ItemRow, Table
from dutygraph.vocab import fold

_RESIDUE: Final = re.compile(r"(?<=[\u4e00-\u9fff]) ?\b(and|or|of|the)\b ?(?=[\u4e00-\u9fff])")
_RESIDUE_FIX: Final = {"and": "和", "or": "或", "of": "的", "the": ""}
_FINISHED: Final = tuple("。！？!?.”）)》；;")
_SHINGLE: Final = 4
_SAME_SHARE: Final = 0.85
_HABIT_SHARE: Final = 0.1
_SHORTEST: Final = 16
_SHORTEST_SAME: Final = 4


def numbering_findings(table: Table, keys: Sequence[str]) -> Iterable[Finding]:
    """Numbers of a table that repeat, skip or go back."""
    before = 0
    seen: dict[int, ItemRow] = {}
    for row, key in zip(table.rows, keys, strict=True):
        facts = {"number": row.number, "before": before, "key": key}
        if row.number in seen:
            first = seen[row.number]
            yield finding(
                "item-number-repeated",
                row.place,
                _title(row),
                other_place=first.place,
                other_quote=_title(first),
                list_kind=table.kind,
                item=key,
                facts=facts,
            )
        elif row.number <= before:
            code = "item-number-restarted"
            yield finding(code, row.place, _title(row), list_kind=table.kind, item=key, facts=facts)
        elif row.number > before + 1:
            code = "item-number-skipped"
            yield finding(code, row.place, _title(row), list_kind=table.kind, item=key, facts=facts)
        seen.setdefault(row.number, row)
        before = row.number


def _title(row: ItemRow) -> str:
    return flat(clean(row.cell(Column.TITLE).text).text)


def row_findings(row: ItemRow, kind: ListKind, key: str) -> Iterable[Finding]:
    """What is wrong with the printed text of one row, apart from what it says."""

    def doubt(code: str, quote: str, **facts: object) -> Finding:
        return finding(code, row.place, quote, list_kind=kind, item=key, facts=facts)

    if row.missing:
        yield doubt("row-cut", _title(row), columns="、".join(row.missing))
    if row.continued:
        places = ", ".join(map(str, [row.place, *row.continued]))
        yield doubt("row-continued", _title(row), places=places)
    if not _title(row) and Column.TITLE not in row.missing:
        yield doubt("row-without-title", row.printed)
    category = category_cell(row)
    if Column.CATEGORY in row.cells and not category:
        yield doubt("category-missing", _title(row))
    if category and fold(category) not in reference.category_forms():
        yield doubt("category-unknown", category, name=category)
    tags: dict[str, None] = {}
    for column, cell in row.cells.items():
        text = clean(cell.text)
        tags.update(dict.fromkeys(re.sub(r"\s.*", "", tag).strip("<>/") for tag in text.tags))
        for found in _RESIDUE.finditer(text.text):
            start, end = max(0, found.start() - 6), found.end() + 6
            word = found[1]
            quote = text.text[start:end].strip()
            yield doubt("conversion-residue", quote, what=word, fix=_RESIDUE_FIX[word])
        if column in _METHODS and says_nothing(receiving_cells(row)[1]):
            continue
        if column in (Column.DEPARTMENT_DUTIES, Column.TOWN_DUTIES, *_METHODS):
            yield from _ending(text.text.strip(), doubt)
    if tags:
        yield doubt("layout-tags", _title(row), what="、".join(f"<{tag}>" for tag in tags))


_METHODS: Final = (Column.METHOD, Column.RECEIVING_AND_METHOD)


def _ending(text: str, doubt: Callable[..., Finding]) -> Iterable[Finding]:
    if (
        not text
        or says_nothing(text)
        or (text.endswith(_FINISHED) and not text.endswith(("；", ";")))
    ):
        return
    quote = text[-24:]
    if text.endswith(("；", ";", "，", "、", "：")):
        yield doubt("text-ends-in-separator", quote, what=text[-1])
    else:
        yield doubt("text-unfinished", quote)


def without_habits(findings: Sequence[Finding], items: Sequence[Item]) -> list[Finding]:
    """Leave out what is a habit of the whole document: cells that never end in a full stop."""
    cells = sum(2 * (i.kind is ListKind.COOPERATIVE) + bool(i.method) for i in items)
    habits = {
        code
        for code in ("text-unfinished", "text-ends-in-separator")
        if sum(f.code == code for f in findings) > _HABIT_SHARE * cells
    }
    return [f for f in findings if f.code not in habits]


def repeated_rows(items: Sequence[Item]) -> Iterable[Finding]:
    """Rows whose title, method or duties are nearly those of another row of the same list."""
    for kind in ListKind:
        group = [item for item in items if item.kind is kind]
        parts: list[tuple[str, str, list[tuple[Item, str]]]] = [
            ("title", "事项名称", [(i, i.title) for i in group])
        ]
        if kind is ListKind.RECLAIMED:
            parts.append(("method", "工作方式", [(i, i.method) for i in group]))
        if kind is ListKind.COOPERATIVE:
            for side, zh in ((Side.DEPARTMENT, "上级部门职责"), (Side.TOWN, "乡镇配合职责")):
                texts = [(i, "".join(d.text for d in i.duties if d.side is side)) for i in group]
                parts.append((f"{side} duties", zh, texts))
        for part, part_zh, texts in parts:
            for first, second, quote, other_quote in _near_pairs(texts):
                yield finding(
                    "row-repeats-row",
                    second.place,
                    quote,
                    other_place=first.place,
                    other_quote=other_quote,
                    list_kind=kind,
                    item=second.key,
                    part=part,
                    part_zh=part_zh,
                    other=first.number,
                )


def _near_pairs(
    texts: Iterable[tuple[Item, str]],
) -> Iterable[tuple[Item, Item, str, str]]:
    """Pairs of texts that are nearly the same: Jaccard index of their character 4-grams of at least `_SAME_SHARE`."""
    seen: list[tuple[Item, str, frozenset[str], int]] = []
    short: dict[str, tuple[Item, str]] = {}
    for item, text in texts:
        key = fold(text)
        if len(key) < _SHORTEST:
            # Short texts are alike by chance, but not the same.
            if len(key) >= _SHORTEST_SAME and key in short:
                yield short[key][0], item, text, short[key][1]
            short.setdefault(key, (item, text))
            continue
        grams = frozenset(key[i : i + _SHINGLE] for i in range(len(key) - _SHINGLE + 1))
        size = len(grams)
        # Sets that differ too much in size cannot be alike; that spares most comparisons.
        low, high = _SAME_SHARE * size, size / _SAME_SHARE
        for other, other_text, other_grams, other_size in seen:
            if low <= other_size <= high:
                shared = len(grams & other_grams)
                if shared >= _SAME_SHARE * (size + other_size - shared):
                    yield other, item, text, other_text
        seen.append((item, text, grams, size))


def category_findings(
    statements: Iterable[Statement], tables: Mapping[ListKind, Table]
) -> Iterable[Finding]:
    """Categories that the introduction and a table do not share, or spell differently."""
    for statement in statements:
        if not statement.names or not statement.subject.endswith(" categories"):
            continue
        kind = ListKind(statement.subject.split()[0])
        table = tables.get(kind)
        if table is None:
            continue
        printed: dict[str, ItemRow] = {}
        for row in table.rows:
            printed.setdefault(category_cell(row), row)
        stated = {fold(name): name for name in statement.names}
        keys = {fold(name): name for name in printed if name}
        forms = reference.category_forms()
        missing = [stated[key] for key in stated if key not in keys]
        surplus = [keys[key] for key in keys if key not in stated]
        for name in missing:
            category = forms.get(fold(name))
            twin = next((s for s in surplus if category and forms.get(fold(s)) is category), None)
            if twin is not None:
                surplus.remove(twin)
                yield finding(
                    "category-spelt-differently",
                    statement.place,
                    name,
                    other_place=printed[twin].place,
                    other_quote=twin,
                    list_kind=kind,
                    stated=name,
                    printed=twin,
                )
            else:
                yield finding(
                    "category-not-in-table", statement.place, name, list_kind=kind, stated=name
                )
        for name in surplus:
            yield finding(
                "category-not-in-introduction",
                printed[name].place,
                name,
                other_place=statement.place,
                other_quote=statement.quote,
                list_kind=kind,
                printed=name,
            )


def count(subject: str, items: Sequence[Item]) -> int:
    """Number that a claim's subject has in the tables.

    Args:
        subject: ``all items``, ``basic items``, ``cooperative categories``, ``reclaimed
            departments`` …
        items: of all tables.
    """
    which, _, what = subject.partition(" ")
    chosen = [i for i in items if which == "all" or i.kind == which]
    if what == "categories":
        return len({fold(i.category) for i in chosen if i.category})
    if what == "departments":
        return len({d for i in chosen for d in i.departments})
    return len(chosen)


def claim_findings(claims: Sequence[Claim], tables: Mapping[ListKind, Table]) -> Iterable[Finding]:
    """Claims that differ from what was counted, and claims that contradict each other."""
    for claim in claims:
        if claim.claimed != claim.counted:
            other_place, other_quote = _counted_at(claim, tables)
            yield finding(
                "claim-mismatch",
                claim.place,
                claim.quote,
                other_place=other_place,
                other_quote=other_quote,
                counted=claim.counted,
            )
    for kind in ListKind:
        stated = [claim for claim in claims if claim.subject == f"{kind} items"]
        smallest = min(stated, key=lambda claim: claim.claimed, default=None)
        if smallest is not None and smallest.claimed > smallest.counted:
            other_place, other_quote = _counted_at(smallest, tables)
            yield finding(
                "list-incomplete",
                smallest.place,
                smallest.quote,
                other_place=other_place,
                other_quote=other_quote,
                list_kind=kind,
                claimed=smallest.claimed,
                counted=smallest.counted,
            )
    first: dict[str, Claim] = {}
    for claim in claims:
        before = first.setdefault(claim.subject, claim)
        if before.claimed != claim.claimed:
            yield finding(
                "claims-contradict",
                before.place,
                before.quote,
                other_place=claim.place,
                other_quote=claim.quote,
                first=before.claimed,
                second=claim.claimed,
            )


def _counted_at(claim: Claim, tables: Mapping[ListKind, Table]) -> tuple[Place | None, str]:
    """Where a claim's number can be counted: the table, from its header to its last row."""
    kind = claim.subject.split()[0]
    table = tables.get(ListKind(kind)) if kind in set(ListKind) else None
    if table is None or not table.rows:
        return None, ""
    first, last = table.rows[0], table.rows[-1]
    return table.place, f"{table.title} {first.printed}–{last.printed}".strip()


def name_findings(items: Sequence[Item], directory: Directory) -> Iterable[Finding]:
    """Departments that no reference data knows, and names in running text that it does not."""
    reported: set[object] = set()
    for item in items:
        for split in item.splits:
            department = split.department
            if department is None or department.reviewed or department in reported:
                continue
            reported.add(department)
            yield finding(
                "department-unreviewed",
                item.place,
                split.surfaces[0],
                list_kind=item.kind,
                item=item.key,
                name=department.name,
            )
        texts = [*(duty.text for duty in item.duties), item.method]
        for text in texts:
            for _, name in directory.unresolved_mentions(text):
                if (item.key, name) not in reported:
                    reported.add((item.key, name))
                    yield finding(
                        "department-name-unknown",
                        item.place,
                        name,
                        list_kind=item.kind,
                        item=item.key,
                        name=name,
                    )
    for name, choices in directory.ambiguous().items():
        holder = next(
            (i for i in items if any(name in fold(s) for p in i.splits for s in p.surfaces)), None
        )
        if holder is not None:  # else it stands only in running text, where nothing is attributed
            yield finding(
                "alias-ambiguous",
                holder.place,
                name,
                list_kind=holder.kind,
                item=holder.key,
                name=name,
                what="、".join(choices),
            )
