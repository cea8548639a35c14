"""Every kind of finding: its code, its weight, and what it says in Chinese and English.

A message says what is wrong and what to do; ``{…}`` is filled in from the document. docs/findings.md
is made from this table.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from dutygraph.model import Finding, ListKind, Place, Severity


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of finding: weight, and message templates."""

    severity: Severity
    zh: str
    en: str


_V, _W, _I = Severity.VIOLATION, Severity.WARNING, Severity.INFO

KINDS: Final[dict[str, Kind]] = {
    # the document as a whole
    "control-character": Kind(
        _W,
        "文中有控制字符 {what}，已去除；请核对原文件。",
        "The text holds control characters {what}, which were removed; check the original file.",
    ),
    "invisible-character": Kind(
        _I,
        "文中有不可见字符 {what}，原样保留，比对名称时忽略。",
        "The text holds invisible characters {what}; they are kept and ignored in comparing names.",
    ),
    "page-without-text": Kind(
        _W,
        "第 {what} 页是图片，没有文字，未能读入；请先做文字识别（OCR）。",
        "Page {what} is a picture without text and was not read; run text recognition (OCR) first.",
    ),
    "row-over-pages": Kind(
        _I,
        "此行跨页，已并为一行；请核对。",
        "This row runs over the end of a page and was put together; check it.",
    ),
    "radical-character": Kind(
        _I,
        "文中的部首字符（{what}）已换成对应的汉字，这是制作 PDF 的程序造成的。",
        "Radical characters ({what}), which the program that made the PDF wrote for Han characters, "
        "were replaced by these.",
    ),
    "unmapped-character": Kind(
        _W,
        "此处有字符未注明是什么字，无法读出；请对照原件。",
        "The font does not say what some characters here are; compare the original.",
    ),
    "page-unfinished": Kind(
        _V,
        "网页没有写完就中断了，后面的内容可能缺失；请重新下载。",
        "The web page breaks off unfinished, so that content may be missing; fetch it again.",
    ),
    "page-header": Kind(
        _I,
        "页眉或页脚的文字未当作正文：{what}",
        "Text of a page header or footer was not taken for text of the list: {what}",
    ),
    "hidden-text": Kind(
        _W,
        "有看不见的文字，未读入：{what}",
        "There is hidden text, which was not read: {what}",
    ),
    "hidden-sheet": Kind(
        _W,
        "工作表“{what}”是隐藏的，已读入；请核对是否应当读入。",
        "The sheet “{what}” is hidden and was read; check whether it should be.",
    ),
    "hidden-cells": Kind(
        _W,
        "有隐藏的行或列，已读入：{what}；请核对是否应当读入。",
        "There are hidden rows or columns, which were read: {what}; check whether they should be.",
    ),
    "error-cell": Kind(
        _W,
        "单元格的公式出错：{what}；请更正。",
        "The formula of a cell failed: {what}; correct it.",
    ),
    "formula-without-value": Kind(
        _W,
        "单元格有公式而没有算出的值，按空白读入：{what}；请用 Excel 打开并保存。",
        "A cell has a formula without a computed value and was read as empty: {what}; open and save "
        "it in Excel.",
    ),
    "span-clamped": Kind(
        _W,
        "单元格合并的范围超出表格，已按表格截止：{what}",
        "A merged cell reaches beyond its table and was cut at its end: {what}",
    ),
    "embedded-document": Kind(
        _W,
        "文件中嵌有另一个对象，未打开：{what}",
        "Another object is embedded in the document and was not opened: {what}",
    ),
    "division-unlisted": Kind(
        _W,
        "行政区划表中没有“{name}”，暂用名称作标识；请补入 divisions.yaml 或用 --division 指定代码。",
        "“{name}” is not in the division table, so its name serves as identifier; add it to "
        "divisions.yaml or give its code with --division.",
    ),
    "town-unknown": Kind(
        _V,
        "封面没有写明乡镇，暂以文件摘要作标识；请用 --division 指定代码或省市县镇全称。",
        "The cover names no town, so the digest of the document serves as identifier; give its "
        "code or its full names with --division.",
    ),
    "town-ambiguous": Kind(
        _V,
        "叫“{name}”的乡镇有 {count} 个：{towns}。封面没有写明是哪一个，暂用名称作标识；请用 --division 指定代码。",
        "There are {count} towns called “{name}”: {towns}. The cover does not say which, so the name "
        "serves as identifier; give its code with --division.",
    ),
    "town-contradiction": Kind(
        _W,
        "乡镇的两种说法不一：采用的是“{taken}”，另一处是“{other}”；请核对。",
        "The town is said to be two different ones: “{taken}” was taken, but it also says “{other}”; "
        "check which is right.",
    ),
    "town-from-file-name": Kind(
        _I,
        "封面没有写全乡镇及所在县，按文件名“{file}”认定为“{town}”；请核对。",
        "The cover does not name the town and its county, and by the file name “{file}” it is "
        "“{town}”; check it.",
    ),
    "edition-undated": Kind(
        _W,
        "封面没有日期，版次记为 undated；请用 --edition 指定，例如 2025-07。",
        "The cover states no date, so the edition is “undated”; give one with --edition, "
        "for example 2025-07.",
    ),
    "edition-from-publishing-date": Kind(
        _I,
        "封面没有日期，版次取自网页的发布时间，记为 {edition}；请核对，或用 --edition 指定。",
        "The cover states no date, so the edition {edition} is the date of publishing that the page "
        "gives; check it, or give one with --edition.",
    ),
    "table-missing": Kind(
        _W,
        "文件中没有{list_zh}清单；请确认文件是否完整。",
        "The document has no {list} table; check that it is complete.",
    ),
    "table-empty": Kind(
        _V,
        "{list_zh}清单只有表头，没有事项；请补齐。",
        "The {list} table has a header but no items; complete it.",
    ),
    "stray-text": Kind(
        _W,
        "此行在表格之间，但不属于任何事项，未录入；请核对是否断行。",
        "This line stands among the tables but belongs to no item and was not entered; check "
        "whether a row was broken.",
    ),
    # rows
    "row-cut": Kind(
        _V,
        "此行缺少“{columns}”，可能被截断；请按原件补齐。",
        "This row has no cell for {columns} and may have been cut; complete it from the original.",
    ),
    "row-continued": Kind(
        _I,
        "此行分在多行（{places}），已按顺序合并；请核对。",
        "This row runs over several lines ({places}), which were joined in order; check it.",
    ),
    "row-without-title": Kind(
        _V,
        "此行没有事项名称；请按原件补齐。",
        "This row has no title; complete it from the original.",
    ),
    "item-number-repeated": Kind(
        _W,
        "序号 {number} 重复，两行都已录入，后一行标识为 {key}；请更正序号。",
        "Number {number} stands twice; both rows were entered, the later one as {key}; correct "
        "the number.",
    ),
    "item-number-skipped": Kind(
        _W,
        "序号由 {before} 跳到 {number}；请核对是否漏行。",
        "The numbers go from {before} to {number}; check whether rows are missing.",
    ),
    "item-number-restarted": Kind(
        _W,
        "序号由 {before} 退回到 {number}；请更正序号。",
        "The numbers go back from {before} to {number}; correct them.",
    ),
    "category-missing": Kind(
        _W,
        "此行没有事项类别；请补填。",
        "This row has no category; fill it in.",
    ),
    "category-unknown": Kind(
        _W,
        "参考数据中没有类别“{name}”；请补入 categories.yaml。",
        "The category “{name}” is not in the reference data; add it to categories.yaml.",
    ),
    "layout-tags": Kind(
        _I,
        "单元格里残留排版标签 {what}，已按排版处理，不作文字。",
        "Layout tags {what} were left in the cell; they are read as layout, not as text.",
    ),
    "conversion-residue": Kind(
        _W,
        "文中夹有英文残留“{what}”，应为“{fix}”；请按原件更正。",
        "The text holds a left-over “{what}”, which should be “{fix}”; correct it from the "
        "original.",
    ),
    "text-unfinished": Kind(
        _W,
        "单元格末尾没有句末标点，文字可能被截断；请核对。",
        "The cell does not end in punctuation and may have been cut; check it.",
    ),
    "text-ends-in-separator": Kind(
        _I,
        "单元格以“{what}”结尾，后面可能还有内容；请核对。",
        "The cell ends in “{what}”, so something may be missing behind it; check it.",
    ),
    "row-repeats-row": Kind(
        _W,
        "与第 {other} 项的{part_zh}几乎相同；请核对是否误抄。",
        "Its {part} is nearly the same as that of item {other}; check whether it was copied by "
        "mistake.",
    ),
    # duties and departments
    "duty-number-skipped": Kind(
        _W,
        "职责编号应为 {expected}，实为 {number}；请核对是否漏条。",
        "The duty should be number {expected} but is {number}; check whether one is missing.",
    ),
    "duty-number-repeated": Kind(
        _W,
        "职责编号应为 {expected}，实为 {number}；请更正编号。",
        "The duty should be number {expected} but is {number}; correct the number.",
    ),
    "duty-empty": Kind(
        _W,
        "职责编号 {number} 后面没有文字；请按原件补齐或删去编号。",
        "Nothing stands behind the number {number} of a duty; complete it from the original, or "
        "delete the number.",
    ),
    "duties-missing": Kind(
        _W,
        "“{column}”为空；请按原件补齐。",
        "The column “{column}” is empty; complete it from the original.",
    ),
    "cell-says-nothing": Kind(
        _I,
        "“{column}”只写了“{quote}”，按没有内容录入；请核对。",
        "“{column}” only says “{quote}”, which was read as nothing; check it.",
    ),
    "phase-without-duties": Kind(
        _I,
        "小标题“{quote}”下没有职责；请核对是否漏写。",
        "No duty stands under the heading “{quote}”; check whether some are missing.",
    ),
    "departments-missing": Kind(
        _W,
        "没有写明部门；请按原件补齐。",
        "No department is named; complete it from the original.",
    ),
    "department-not-listed": Kind(
        _W,
        "“{name}”有职责，但“对应上级部门”没有列出；请补列或更正职责的主体。",
        "“{name}” has duties but is not named for the item; name it, or correct whose duties "
        "they are.",
    ),
    "department-without-duties": Kind(
        _W,
        "“{name}”列为对应上级部门，但没有写它的职责；请补写或删去。",
        "“{name}” is named for the item but has no duties; write them, or do not name it.",
    ),
    "duties-unattributed": Kind(
        _W,
        "列有 {count} 个部门，但有 {duties} 条职责没有写明由谁承担；请写明主体。",
        "{count} departments are named, but for {duties} duties it is not said who carries them; "
        "say so.",
    ),
    "department-unreviewed": Kind(
        _W,
        "参考数据中没有部门“{name}”，已另立；请补入 department-types.yaml。",
        "The department “{name}” is not in the reference data and became one of its own; add it "
        "to department-types.yaml.",
    ),
    "department-name-unknown": Kind(
        _I,
        "文中的部门名称“{name}”无法识别，可能写错；请核对。",
        "The department name “{name}” in the text is not known and may be misspelt; check it.",
    ),
    "alias-ambiguous": Kind(
        _W,
        "“{name}”可能指 {what} 中的任何一个，未作合并；请写全称。",
        "“{name}” may mean any of {what} and was not merged with one; write the full name.",
    ),
    "method-missing": Kind(
        _W,
        "没有写明工作方式；请按原件补齐。",
        "No method is given; complete it from the original.",
    ),
    "method-label-repeated": Kind(
        _W,
        "“工作方式”出现 {count} 次；请合并为一处。",
        "The label 工作方式 stands {count} times; keep one.",
    ),
    "method-names-other-department": Kind(
        _W,
        "工作方式中写到“{name}”，但它不是承接部门；请补列或更正。",
        "The method names “{name}”, which is not a receiving department; name it as one, or "
        "correct the method.",
    ),
    "method-mentions-other-department": Kind(
        _I,
        "工作方式的行文提到“{name}”，但它不是承接部门；请核对它是否也参与。",
        "The running text of the method mentions “{name}”, which is not a receiving department; "
        "check whether it takes part.",
    ),
    "method-repeats-title": Kind(
        _I,
        "工作方式只是重复事项名称，没有说明怎样做；请补写。",
        "The method only repeats the title and does not say how the work is done; add it.",
    ),
    "receiving-department-without-work": Kind(
        _I,
        "“{name}”列为承接部门，但工作方式按部门分写时没有写到它；请补写。",
        "“{name}” is a receiving department, but the method, which is written by department, "
        "does not name it; add its part.",
    ),
    # what the document says of itself
    "claim-mismatch": Kind(
        _W,
        "文中称“{quote}”，实际为 {counted}；请更正其中一处。",
        "The document says “{quote}”, but {counted} were counted; correct one of the two.",
    ),
    "list-incomplete": Kind(
        _V,
        "文中处处都说{list_zh}不少于 {claimed} 项，表中只有 {counted} 项；文件可能不完整，请核对原件。",
        "Wherever the document counts its {list} items it says {claimed} or more, but the table has "
        "{counted}; it may be incomplete, check the original.",
    ),
    "claims-contradict": Kind(
        _W,
        "文中两处说法不一：{first} 与 {second}；请统一。",
        "The document contradicts itself: {first} and {second}; make them agree.",
    ),
    "category-spelt-differently": Kind(
        _W,
        "说明中写作“{stated}”，表中写作“{printed}”；请统一。",
        "The introduction spells it “{stated}”, the table “{printed}”; make them agree.",
    ),
    "category-not-in-table": Kind(
        _W,
        "说明列出类别“{stated}”，{list_zh}表中没有；请核对。",
        "The introduction lists the category “{stated}”, which the {list} table does not have; "
        "check it.",
    ),
    "category-not-in-introduction": Kind(
        _W,
        "{list_zh}表中有类别“{printed}”，说明没有列出；请核对。",
        "The {list} table has the category “{printed}”, which the introduction does not list; "
        "check it.",
    ),
}

LIST_ZH: Final = {
    ListKind.BASIC: "基本履职事项",
    ListKind.COOPERATIVE: "配合履职事项",
    ListKind.RECLAIMED: "上级部门收回事项",
}
"""Chinese names of the three tables."""


def finding(
    code: str,
    place: Place,
    quote: str = "",
    *,
    other_place: Place | None = None,
    other_quote: str = "",
    list_kind: ListKind | None = None,
    item: str = "",
    facts: Mapping[str, object] | None = None,
    **more: object,
) -> Finding:
    """A finding of one kind, its messages filled in.

    Args:
        code: its kind, a key of `KINDS`.
        place: where.
        quote: the source text that it is about.
        other_place: the second place, where two contradict each other.
        other_quote: the text there.
        list_kind: table of the item concerned.
        item: key of the item concerned.
        facts: what its messages are filled in with.
        **more: further facts.

    Raises:
        KeyError: there is no such kind, or a fact that its message needs is missing.
    """
    kind = KINDS[code]
    filling = {"quote": quote, **(facts or {}), **more}
    if list_kind is not None:
        filling = {"list": str(list_kind), "list_zh": LIST_ZH[list_kind], **filling}
    return Finding(
        code=code,
        severity=kind.severity,
        message_zh=kind.zh.format(**filling),
        message_en=kind.en.format(**filling),
        place=place,
        quote=quote,
        other_place=other_place,
        other_quote=other_quote,
        list_kind=list_kind,
        item=item,
    )
