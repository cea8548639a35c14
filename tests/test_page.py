"""The page: whole, self-contained, safe, and every number leads somewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from html.parser import HTMLParser
from urllib.parse import unquote

import pytest
from hand import store_of

from dutygraph.model import Attribution, DutyList, Item, ListKind
from dutygraph.report.content import Content, gather
from dutygraph.report.page import render_markdown, render_page
from dutygraph.store import Embedded


class Outline(HTMLParser):
    """Addresses, ids and text of a page."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.ids: list[str] = []
        self.text: list[str] = []

    def handle_starttag(  # noqa: D102
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        for key, value in attrs:
            if key in ("src", "href", "xlink:href", "action", "data"):
                self.addresses.append(value or "")
            elif key == "id":
                self.ids.append(value or "")

    def handle_data(self, data: str) -> None:  # noqa: D102
        self.text.append(data)


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    return parser


def leads_nowhere(page: str) -> set[str]:
    """Links into the page that find nothing there."""
    parsed = outline(page)
    inside = {unquote(a[1:]) for a in parsed.addresses if a.startswith("#")}
    return inside - set(parsed.ids)


@pytest.fixture(scope="module")
def content(packaged: Embedded) -> Content:
    return gather(packaged)


@pytest.fixture(scope="module")
def page(content: Content) -> str:
    return render_page(content, "zh")


def test_every_link_leads_somewhere(page: str) -> None:
    assert leads_nowhere(page) == set()
    ids = outline(page).ids
    assert len(ids) == len(set(ids))


def test_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    assert all(address.startswith("#") for address in outline(page).addresses)
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_says_what_the_document_says(page: str) -> None:
    text = "".join(outline(page).text)
    for words in ("121", "102", "43", "266", "农业农村局", "第 25 行", "涉及 39 个部门", "内部"):
        assert words in text


def test_from_a_number_to_the_quoted_line_in_two_clicks(page: str) -> None:
    # 司法局 has 8 duties of its own, all in item 27, whose first duty of it stands on line 441.
    row = page.index('href="#department/%E5%8F%B8%E6%B3%95%E5%B1%80/own">8</a>')
    assert row > 0
    basis = page[page.index('<p id="department/司法局/own">') :]
    assert 'href="#item/cooperative/27"' in basis[: basis.index("</p>")]
    item = page[page.index('id="item/cooperative/27"') :]
    item = item[: item.index("</details>")]
    assert re.search(r"第 \d+ 行.*<q[^>]*>", item)


def test_both_languages_are_there_and_one_is_chosen(content: Content) -> None:
    chinese, english = render_page(content, "zh"), render_page(content, "en")
    assert 'id="lang-zh" checked' in chinese
    assert 'id="lang-en" checked' in english
    for page in (chinese, english):
        assert "哪些部门倚重乡镇" in page
        assert "which departments lean on the town" in page


def without_party(item: Item) -> Item:
    """The item with duties that nobody is named for."""
    duties = tuple(
        replace(duty, attribution=Attribution.UNATTRIBUTED)
        if duty.side.value == "department"
        else duty
        for duty in item.duties
    )
    splits = tuple(
        split if split.department is None else replace(split, duties=()) for split in item.splits
    )
    return replace(item, duties=duties, splits=splits)


def unusual(real: DutyList) -> Iterator[tuple[str, tuple[Item, ...]]]:
    cooperative = [item for item in real.items if item.kind is ListKind.COOPERATIVE]
    for kind in ListKind:
        yield f"only {kind}", tuple(item for item in real.items if item.kind is kind)
    yield "one item", (cooperative[0],)
    alone = [item for item in cooperative if [d.name for d in item.departments] == ["司法局"]]
    yield "one department", tuple(alone)
    yield "unattributed", tuple(without_party(item) for item in cooperative)


CASES = [f"only {kind}" for kind in ListKind]
CASES += ["one item", "one department", "unattributed"]


@pytest.mark.parametrize("case", CASES)
def test_unusual_lists(real_list: DutyList, case: str) -> None:
    items = dict(unusual(real_list))[case]
    assert items
    with store_of(replace(real_list, items=items, claims=(), findings=())) as store:
        content = gather(store)
    for lang in ("zh", "en"):
        page = render_page(content, lang)
        text = "".join(outline(page[: page.rindex("<script>")]).text)
        assert not re.search(r"\bnan\b|None", text)
        assert leads_nowhere(page) == set()
        assert "None" not in render_markdown(content, lang)
    load = list(content.tables["department-load"])
    if case == "unattributed":
        assert all(row["own_duties"] == 0 for row in load)
        assert {row["lean"] for row in load if row["town_duties"]} == {1.0}
        assert any(float(row["lean_low"] or 0) < 1 for row in load)


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}|`*"


def test_hostile_text_stays_text(real_list: DutyList) -> None:
    finding = replace(real_list.findings[0], quote=HOSTILE, message_zh=HOSTILE, message_en=HOSTILE)
    hostile = replace(
        real_list,
        town=replace(real_list.town, name=HOSTILE),
        title=HOSTILE,
        markings=(HOSTILE,),
        items=tuple(
            replace(
                item,
                title=HOSTILE,
                category=HOSTILE,
                method=HOSTILE,
                duties=tuple(replace(duty, text=HOSTILE) for duty in item.duties),
            )
            for item in real_list.items
        ),
        findings=(finding,),
        claims=(replace(real_list.claims[0], quote=HOSTILE),),
    )
    with store_of(hostile) as store:
        content = gather(store)
    page = render_page(content)
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "{{ 7*7 }}" in page.replace("&#39;", "'")
    assert leads_nowhere(page) == set()
    markdown = render_markdown(content)
    assert "<script>" not in markdown.replace("\\<", "")
    assert "<img" not in markdown.replace("\\<", "")


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_markdown(content: Content, lang: str) -> None:
    text = render_markdown(content, lang)
    tables = [line for line in text.splitlines() if line.startswith("|")]
    rows = [line for line in tables if "农业农村局" in line and "| 13 |" in line]
    assert len(rows) == 1
    # The columns of each table are as many in each row.
    block: list[str] = []
    for line in [*text.splitlines(), ""]:
        if line.startswith("|"):
            block.append(line)
        elif block:
            assert len({len(re.findall(r"(?<!\\)\|", one)) for one in block}) == 1, block[0]
            block = []
    assert "## 指标" in text if lang == "zh" else "## Measures" in text
