"""Rows → the tables of a duty list, recognised by the meaning of their header rows."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

from dutygraph import reference
from dutygraph.errors import UnreadableError
from dutygraph.model import ListKind, Place
from dutygraph.numerals import match_enumerator, to_int
from dutygraph.readers.base import Cell, Row
from dutygraph.vocab import fold


class Column(StrEnum):
    """What a column of a duty list holds."""

    NUMBER = "序号"
    CATEGORY = "事项类别"
    TITLE = "事项名称"
    DEPARTMENTS = "对应上级部门"
    ASSISTING = "配合部门"
    DEPARTMENT_DUTIES = "上级部门职责"
    TOWN_DUTIES = "乡镇配合职责"
    RECEIVING = "承接部门"
    METHOD = "工作方式"
    RECEIVING_AND_METHOD = "承接部门及工作方式"


# Tried in this order on the folded header cell; the first that matches tells the column.
_HEADERS: Final = tuple(
    (column, re.compile(pattern))
    for column, pattern in (
        (Column.NUMBER, r"序号|编号|序列号?|项目编号"),
        (Column.RECEIVING_AND_METHOD, r"承接(部门|单位|主体).*(工作)?(方式|措施|办法)"),
        (Column.RECEIVING, r"(上级)?(承接|收回)(部门|单位|主体)(名称|\(单位\))?"),
        (Column.METHOD, r"(承接)?(后)?(工作|办理|履职|承接)(方式|措施|办法)"),
        (
            Column.TOWN_DUTIES,
            (
                r"(乡镇|街道|镇级?|乡|街|苏木|本级|场镇|\(|\)|、)*"
                r"(配合|协助)(履职)?(职责|事项|工作|内容|任务)(职责)?"
            ),
        ),
        (
            Column.DEPARTMENT_DUTIES,
            (
                r"(对应|县级|市级|区级|县直|市直|区直|旗县|上级|主管|牵头|主责|责任|关联|相关|业务|行业)*(部门|单位)"
                r"(\(单位\))?(主要|工作|主责|牵头)?(职责|职责任务|责任)(分工)?"
            ),
        ),
        (
            Column.ASSISTING,
            r"(县级|市级|区级|县直|市直|区直|旗县|上级)?(配合|协助|协同|参与)(部门|单位)(名称|\(单位\))?",
        ),
        (
            Column.DEPARTMENTS,
            (
                r"(对应|县级|市级|区级|县直|市直|区直|旗县|上级|主管|牵头|主责|责任|关联|相关|对口|业务|行业|事项)+(部门|单位)"
                r"(名称|\(单位\))?([/、或及和]?(关联|相关|配合)(单位|部门))?"
            ),
        ),
        (Column.CATEGORY, r"(事项|职责|工作|履职)?(事项)?(类别|类型|分类|大类|领域)(名称)?"),
        (
            Column.TITLE,
            r"(履职|职责|具体|工作|收回|配合)?(事项|职责)(名称|内容|清单)?|具体事项名称",
        ),
    )
)
_LONGEST_HEADER: Final = 40
_REQUIRED: Final[Mapping[ListKind, tuple[Column, ...]]] = {
    ListKind.BASIC: (Column.NUMBER, Column.TITLE),
    ListKind.COOPERATIVE: (
        Column.NUMBER,
        Column.TITLE,
        Column.DEPARTMENTS,
        Column.DEPARTMENT_DUTIES,
        Column.TOWN_DUTIES,
    ),
    ListKind.RECLAIMED: (Column.NUMBER, Column.TITLE, Column.RECEIVING, Column.METHOD),
}
_TITLES: Final[Mapping[ListKind, re.Pattern[str]]] = {
    ListKind.BASIC: re.compile(r"基本履职事项清单?|基本职责清单|基本事项清单"),
    ListKind.COOPERATIVE: re.compile(r"配合履职事项清单?|配合职责清单|配合事项清单"),
    ListKind.RECLAIMED: re.compile(r"收回(履职)?事项清单?|收回清单"),
}
_TITLE_LINE: Final = re.compile(r"^[^，。；：]{2,40}清单?([（(][^（）()]*[）)])?$")
# 一、党的建设（15项）, on a line of its own between the rows.
_SECTION: Final = re.compile(r"(?P<name>[\u4e00-\u9fff]{2,14}?)(?:类|类别)?(?:\(共?\d+[项条]\))?")
_REMARK: Final = re.compile(r"(?:备?注|说明|附件?|填表人|联系人|制表)[：:\d]?")
_PAGE_NUMBER: Final = re.compile(
    r"^[-—–·\s第]*\d{1,4}\s*[-—–·\s页]*$|^第\d+页(共\d+页)?$|^附件?\s*[\d一二三]*$"
)
# 甲县乙镇履职事项清单, on a line of its own.
_SECOND_COVER: Final = re.compile(
    r"(?:镇|乡|街道|苏木)(?:\(街道\))?[^，。]{0,8}(?:履职|职责)[^，。]{0,4}清单"
)
_TITLE_REACH: Final = 2
_ENDS_OPEN: Final = re.compile(r"[^。；;！？!?）)》”]$")


def _headed(department: str, duties: str) -> str:
    """Duties under a heading that names their department."""
    name = " ".join(department.split()).rstrip("：:")
    return f"{name}：\n{duties}"


@dataclass(slots=True)
class ItemRow:
    """One numbered row, its cells by column.

    Attributes:
        number: the integer of its printed number.
        printed: the number as printed.
        cells: text by column; a column that the row lacks is missing.
        place: of its first line.
        continued: places of lines that were joined to it.
        parts: places of further rows beside its merged number cell.
        missing: columns of the header that the row has no cell for.
        notes: header and text of cells in columns that are not part of a duty list, such as
            remarks; an empty header for cells beyond the header row.
    """

    number: int
    printed: str
    cells: dict[Column, Cell]
    place: Place
    continued: list[Place] = field(default_factory=list)
    parts: list[Place] = field(default_factory=list)
    missing: tuple[Column, ...] = ()
    notes: tuple[tuple[str, str], ...] = ()

    def cell(self, column: Column) -> Cell:
        """The cell of a column; an empty one where the row has none."""
        return self.cells.get(column, Cell(""))


@dataclass(slots=True)
class Table:
    """One of the three tables, over all of its pages.

    Attributes:
        kind: which one.
        columns: columns of its first header row, in order; the text of the header where it is none
            of a duty list.
        rows: its rows in printed order.
        place: of the first header row.
        title: the title line above it, as printed; empty where there is none.
    """

    kind: ListKind
    columns: tuple[Column | str, ...]
    rows: list[ItemRow]
    place: Place
    title: str = ""


@dataclass(slots=True)
class Tables:
    """The tables of a document, and what stands around them.

    Attributes:
        by_kind: tables by kind, in printed order.
        before: rows before the first header row (cover, introduction, contents).
        stray: rows between and behind the tables that belong to none of them.
        titles: title lines of tables and pages behind the first header row or right above a
            table, as printed, each once, with the row of the first.
    """

    by_kind: dict[ListKind, Table] = field(default_factory=dict)
    before: list[Row] = field(default_factory=list)
    stray: list[Row] = field(default_factory=list)
    titles: dict[str, Row] = field(default_factory=dict)


def column_of(header: str) -> Column | None:
    """Column that a header cell stands for, or None.

    >>> column_of("镇街 配合职责"), column_of("对应上级部门/关联单位")
    (<Column.TOWN_DUTIES: '乡镇配合职责'>, <Column.DEPARTMENTS: '对应上级部门'>)
    """
    if len(header) > _LONGEST_HEADER:
        return None
    key = fold(header)
    return next((column for column, pattern in _HEADERS if pattern.fullmatch(key)), None)


def title_kind(text: str) -> ListKind | None:
    """Table that a title line announces (基本履职事项清单（公布版）), or None."""
    key = fold(text)
    if not _TITLE_LINE.match(key):
        return None
    return next((kind for kind, pattern in _TITLES.items() if pattern.search(key)), None)


def read_tables(rows: Iterable[Row], where: str) -> Tables:
    """Sort the rows of a document into the tables of a duty list.

    Args:
        rows: rows as their reader gave them.
        where: name of the document, for error messages.

    Raises:
        UnreadableError: there is no table of a duty list, or one lacks a column.
    """
    return _TableReader(where).read(rows)


class _TableReader:
    def __init__(self, where: str) -> None:
        self.where = where
        self.tables = Tables()
        self.table: Table | None = None
        self.columns: tuple[Column | str, ...] = ()
        self.announced: tuple[ListKind, Row] | None = None
        self.since_title = 0
        self.section = ""
        self.reopened = False

    def read(self, rows: Iterable[Row]) -> Tables:
        upper: Row | None = None  # a header row that may go on in the row below
        for row in rows:
            if upper is not None:
                both = self._two_rows(upper, row)
                self._take(both or upper)
                upper = None
                if both is not None:
                    continue
            if self._is_header([cell.text.strip() for cell in row.cells]):
                upper = row
            else:
                self._take(row)
        if upper is not None:
            self._take(upper)
        if not self.tables.by_kind:
            raise UnreadableError(
                "no table of a duty list found",
                where=self.where,
                hint="a table with a header row such as 序号, 事项类别, 事项名称 is expected",
            )
        return self.tables

    def _take(self, row: Row) -> None:
        texts = [cell.text.strip() for cell in row.cells]
        if self._is_header(texts):
            self._open(row, texts)
            return
        filled = [text for text in texts if text]
        if len(filled) > 1 and len(set(filled)) == 1 and to_int(filled[0]) is None:
            filled = filled[:1]  # one cell merged over all columns, its text in each of them
        self.since_title += 1
        if len(filled) == 1:
            kind = title_kind(filled[0])
            if kind is not None:
                self.announced, self.since_title = (kind, row), 0
                if self.table is None:
                    self.tables.before.append(row)
                else:
                    self.tables.titles.setdefault(filled[0], row)
                return
        if self.table is None:
            self.tables.before.append(row)
        elif self._shares_number(row):
            self._add_part(row)
        elif len(row.cells) > 1 and to_int(self._printed_number(texts)) is not None:
            self._add(row, texts)
        elif len(filled) == 1 and _PAGE_NUMBER.match(filled[0]):
            if not self._is_page_number(filled[0]):
                self.tables.stray.append(row)
        elif len(filled) == 1 and self._is_section(filled[0]):
            return
        elif not self._continue(row, texts):
            self.tables.stray.append(row)

    def _is_page_number(self, text: str) -> bool:
        """A number alone on its line, but not that of the next row, which may have been cut."""
        rows = self.table.rows if self.table else []
        return to_int(text) != (rows[-1].number + 1 if rows else 1)

    def _printed_number(self, texts: list[str]) -> str:
        """Text of the number column; empty where the row is too short to have one."""
        index = self.columns.index(Column.NUMBER)
        return texts[index] if index < len(texts) else ""

    def _is_section(self, text: str) -> bool:
        """Take a category that stands on a line of its own between the rows."""
        enumerator = match_enumerator(text)
        found = _SECTION.fullmatch(fold(text[enumerator.end :] if enumerator else text))
        if found is None:
            return False
        known = reference.category_of(found["name"]) is not None
        if not known and (enumerator is None or Column.CATEGORY in self.columns):
            return False
        self.section = found["name"]
        return True

    @staticmethod
    def _is_header(texts: list[str]) -> bool:
        columns = [column_of(text) for text in texts]
        known = sum(column is not None for column in columns)
        return known >= 3 or (known == 2 and (Column.NUMBER in columns or len(columns) == 2))

    @staticmethod
    def _two_rows(upper: Row, lower: Row) -> Row | None:
        """A header that takes two rows (职责分工 over 上级部门职责 and 乡镇配合职责) as one, or None."""
        if len(upper.cells) != len(lower.cells):
            return None
        own = [
            None if cell.covered or not cell.text.strip() else column_of(cell.text.strip())
            for cell in lower.cells
        ]
        spanned = [cell.covered or not cell.text.strip() for cell in lower.cells]
        if not any(spanned) or any(
            column is None and not over for column, over in zip(own, spanned, strict=True)
        ):
            return None
        cells = zip(upper.cells, lower.cells, own, strict=True)
        return Row(tuple(low if column else up for up, low, column in cells), upper.place)

    def _open(self, row: Row, texts: list[str]) -> None:
        columns: list[Column | str] = []
        for text in texts:
            column = column_of(text)
            if column in columns:
                raise UnreadableError(
                    f"two columns are read as {column}",
                    where=f"{self.where}, {row.place}",
                    hint="name each column differently",
                )
            columns.append(column or text)
        kind = self._kind(columns)
        lacking = [
            column
            for column in _REQUIRED[kind]
            if column not in columns
            and not (
                column in (Column.RECEIVING, Column.METHOD)
                and Column.RECEIVING_AND_METHOD in columns
            )
        ]
        if lacking:
            raise UnreadableError(
                f"the {kind} table lacks the column {' and '.join(lacking)}",
                where=f"{self.where}, {row.place}",
                hint="add the column, empty if need be",
            )
        table = self.tables.by_kind.get(kind)
        self.reopened = table is not None
        if table is None:
            table = Table(kind, tuple(columns), [], row.place)
            if self.announced and self.announced[0] is kind:
                title_row = self.announced[1]
                table.title = next(c.text.strip() for c in title_row.cells if c.text.strip())
                self.tables.titles.setdefault(table.title, title_row)
                if self.tables.before and self.tables.before[-1] is title_row:
                    self.tables.before.pop()
            self.tables.by_kind[kind] = table
            self.section = ""
        self.table, self.columns = table, tuple(columns)

    def _kind(self, columns: list[Column | str]) -> ListKind:
        if {Column.RECEIVING, Column.METHOD, Column.RECEIVING_AND_METHOD} & set(columns):
            return ListKind.RECLAIMED
        if {Column.DEPARTMENTS, Column.DEPARTMENT_DUTIES, Column.TOWN_DUTIES} & set(columns):
            return ListKind.COOPERATIVE
        # A cooperative or reclaimed table that lost its own columns must not pass for a basic one.
        # A title counts only right above its table: the table of contents names all of them.
        if self.announced and self.since_title <= _TITLE_REACH:
            return self.announced[0]
        return ListKind.BASIC

    def _add(self, row: Row, texts: list[str]) -> None:
        assert self.table is not None  # noqa: S101 - narrows the type; _take has checked it
        printed = self._printed_number(texts)
        headed = list(zip(self.columns, row.cells, strict=False))
        cells = {column: cell for column, cell in headed if isinstance(column, Column)}
        notes = [(c, cell.text.strip()) for c, cell in headed if not isinstance(c, Column)]
        notes += [("", text) for text in texts[len(self.columns) :]]
        missing = tuple(c for c in self.columns[len(row.cells) :] if isinstance(c, Column))
        item = ItemRow(to_int(printed) or 0, printed, cells, row.place, missing=missing)
        item.notes = tuple(note for note in notes if note[1])
        assisting = cells.pop(Column.ASSISTING, None)
        if assisting is not None and assisting.text.strip():
            leading = item.cell(Column.DEPARTMENTS).text
            text = f"牵头部门：{leading}\n配合部门：{assisting.text}"
            cells[Column.DEPARTMENTS] = Cell(text, None)
        above = self.table.rows[-1] if self.table.rows else None
        category = cells.get(Column.CATEGORY)
        if self.section and (category is None or not category.text.strip()):
            item.cells[Column.CATEGORY] = Cell(self.section, None)
        elif category is not None and not category.text.strip() and above is not None:
            item.cells[Column.CATEGORY] = above.cell(Column.CATEGORY)
        else:
            self.section = ""  # the rows now name their categories themselves
        if above is not None and self.reopened and item.number == 1 and above.number > 1:
            raise self._second_table(row, self.table)
        self.reopened = False
        self.table.rows.append(item)

    def _second_table(self, row: Row, table: Table) -> UnreadableError:
        """The error for a table that begins anew, which names the second cover if there is one."""
        for between in reversed(self.tables.stray):
            text = "".join(cell.text.strip() for cell in between.cells)
            if _SECOND_COVER.search(fold(text)):
                return UnreadableError(
                    f"a second list begins with {text[:40]!r}; the first one's {table.kind} table "
                    f"stands at {table.place}",
                    where=f"{self.where}, {between.place}",
                    hint="give each list a document of its own",
                )
        return UnreadableError(
            f"a second {table.kind} table begins; the first one stands at {table.place}",
            where=f"{self.where}, {row.place}",
            hint="two lists in one document, or does a table lack its own columns?",
        )

    def _shares_number(self, row: Row) -> bool:
        """True for a row under a number cell that was merged downwards: a part of the row above."""
        index = self.columns.index(Column.NUMBER)
        return bool(
            self.table and self.table.rows and index < len(row.cells) and row.cells[index].covered
        )

    def _add_part(self, row: Row) -> None:
        """Join the cells of its own to the item above: a department a row is a usual layout."""
        assert self.table is not None  # noqa: S101 - narrows the type; _shares_number has checked it
        above = self.table.rows[-1]
        own = {
            column: cell
            for column, cell in zip(self.columns, row.cells, strict=False)
            if isinstance(column, Column) and not cell.covered and cell.text.strip()
        }
        duties = own.get(Column.DEPARTMENT_DUTIES)
        department = own.get(Column.DEPARTMENTS)
        if duties is not None and department is not None:
            # Duties beside a department's name are that department's: say so in front of both.
            before = above.cell(Column.DEPARTMENT_DUTIES)
            first = above.cell(Column.DEPARTMENTS).text
            if not above.parts and before.text.strip():
                above.cells[Column.DEPARTMENT_DUTIES] = Cell(_headed(first, before.text), None)
            own[Column.DEPARTMENT_DUTIES] = Cell(_headed(department.text, duties.text), None)
        for column, cell in own.items():
            before = above.cell(column)
            joined = f"{before.text}\n{cell.text}" if before.text.strip() else cell.text
            above.cells[column] = Cell(joined, None)
        above.parts.append(row.place)

    def _continue(self, row: Row, texts: list[str]) -> bool:
        """Join a line that goes on with the row above; False where it is no continuation."""
        if self.table is None or not self.table.rows:
            return False
        above = self.table.rows[-1]
        if above.missing:
            # The row was cut: the line's first cell goes on with the row's last one.
            columns = [self._last_column(above), *above.missing]
        elif len(row.cells) == len(self.columns) and not self._printed_number(texts):
            # A row that runs over a page: only its long cells go on. With a title it is a row of
            # its own whose number is missing.
            columns = [c for c in self.columns if isinstance(c, Column)]
            headed = dict(zip(self.columns, texts, strict=True))
            if len(columns) != len(self.columns) or headed[Column.TITLE]:
                return False
        elif (
            len(row.cells) == 1
            # Titles never end in punctuation, so only a duty or a method can be seen to be open.
            and self._last_column(above) is not Column.TITLE
            and not _REMARK.match(texts[0])
            and _ENDS_OPEN.search(self._last_text(above))
        ):
            columns = [self._last_column(above)]
        else:
            return False
        if len(row.cells) > len(columns):
            return False
        for column, cell in zip(columns, row.cells, strict=False):
            if not cell.text.strip():
                continue
            before = above.cells.get(column)
            if before is None or not before.text.strip():
                above.cells[column] = cell
            else:
                above.cells[column] = Cell(before.text.rstrip() + cell.text.lstrip(), None)
        above.missing = tuple(column for column in above.missing if column not in above.cells)
        above.continued.append(row.place)
        return True

    def _last_column(self, row: ItemRow) -> Column:
        present = [c for c in self.columns if isinstance(c, Column) and c in row.cells]
        return present[-1]

    def _last_text(self, row: ItemRow) -> str:
        return row.cells[self._last_column(row)].text.strip()
