"""The report: true, whole, self-contained and safe."""

from __future__ import annotations

import csv
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dutygraph import graph
from dutygraph.errors import DutyGraphError, UnknownNameError
from dutygraph.model import DutyList, ListKind
from dutygraph.report.content import Content, gather
from dutygraph.report.page import render_page
from dutygraph.report.write import write_report
from dutygraph.store import Embedded


@pytest.fixture(scope="module")
def content(packaged: Embedded) -> Content:
    return gather(packaged)


@pytest.fixture(scope="module")
def page(content: Content) -> str:
    return render_page(content, "zh")


class Outline(HTMLParser):
    """Addresses that a page uses, and its text."""

    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.text: list[str] = []

    def handle_starttag(  # noqa: D102
        self, tag: str, attrs: list[tuple[str, str | None]]
    ) -> None:
        self.addresses += [v or "" for k, v in attrs if k in ("src", "href", "action", "data")]

    def handle_data(self, data: str) -> None:  # noqa: D102
        self.text.append(data)


def outline(page: str) -> Outline:
    parser = Outline()
    parser.feed(page)
    return parser


def test_the_page_needs_nothing_from_elsewhere(page: str) -> None:
    for address in outline(page).addresses:
        assert re.fullmatch(r"tables/[a-z-]+\.csv", address), address
    assert "@import" not in page
    assert "url(" not in page


def test_the_page_says_what_the_document_says(page: str) -> None:
    text = "".join(outline(page).text)
    for words in ("121", "102", "43", "266", "农业农村局", "第 25 行", "涉及 39 个部门", "内部、"):
        assert words.strip("、") in text


def test_both_languages_are_there_and_one_is_chosen(content: Content) -> None:
    chinese, english = render_page(content, "zh"), render_page(content, "en")
    assert 'id="lang-zh" checked' in chinese
    assert 'id="lang-en" checked' in english
    for page in (chinese, english):
        assert "哪些部门倚重乡镇" in page
        assert "which departments lean on the town" in page


def test_files(content: Content, tmp_path: Path) -> None:
    paths = write_report(content, tmp_path / "new" / "out")
    assert paths[0].name == "index.html"
    linked = {
        address
        for address in outline(paths[0].read_text(encoding="utf-8")).addresses
        if address.startswith("tables/")
    }
    assert {f"tables/{path.name}" for path in paths[1:]} == linked
    with (tmp_path / "new" / "out" / "tables" / "department-load.csv").open(
        encoding="utf-8"
    ) as file:
        rows = list(csv.DictReader(file))
    assert (
        list(rows[0])[:16]
        == (
            "department department_type system items items_fractional town_duties "
            "town_duties_fractional own_duties joint_duties unattributed_duties lean lean_low lean_high "
            "share taken_back net"
        ).split()
    )
    assert len(rows) == 41


def test_the_same_report_twice(content: Content, tmp_path: Path) -> None:
    first = {p.name: p.read_bytes() for p in write_report(content, tmp_path)}
    assert {p.name: p.read_bytes() for p in write_report(content, tmp_path)} == first


def test_a_folder_that_cannot_be_made(content: Content, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DutyGraphError, match="cannot be made"):
        write_report(content, tmp_path / "file")


def test_an_unknown_town(packaged: Embedded) -> None:
    with pytest.raises(UnknownNameError, match="653131101"):
        gather(packaged, town="昆山市周庄镇")
    with pytest.raises(UnknownNameError, match="2025-07"):
        gather(packaged, edition="1999-01")


def store_of(*lists: DutyList) -> Embedded:
    quads = [quad for one in lists for quad in graph.quads(one)]
    return Embedded.in_memory([*quads, *graph.reference_quads()])


def test_the_newest_of_two_editions_is_taken_and_said_so(real_list: DutyList) -> None:
    with store_of(real_list, replace(real_list, edition="2026-01")) as store:
        content = gather(store)
    assert (content.edition, content.other_editions) == ("2026-01", ("2025-07",))
    assert "2025-07" in render_page(content)


def test_several_towns_and_none_named(real_list: DutyList) -> None:
    other = replace(real_list, town=replace(real_list.town, code="653131102", name="另一镇"))
    with store_of(real_list, other) as store:
        with pytest.raises(UnknownNameError, match="653131102"):
            gather(store)
        assert gather(store, town="653131102").town == "另一镇"


@pytest.mark.parametrize("kind", ListKind)
def test_a_town_with_one_list_only(real_list: DutyList, kind: ListKind) -> None:
    items = tuple(item for item in real_list.items if item.kind is kind)
    with store_of(replace(real_list, items=items, claims=(), findings=())) as store:
        page = render_page(gather(store))
    assert "NaN" not in page
    assert "None" not in "".join(outline(page).text)


HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{ 7*7 }}"


def test_hostile_text_stays_text(real_list: DutyList) -> None:
    finding = replace(real_list.findings[0], quote=HOSTILE, message_zh=HOSTILE, message_en=HOSTILE)
    hostile = replace(
        real_list,
        town=replace(real_list.town, name=HOSTILE),
        title=HOSTILE,
        markings=(HOSTILE,),
        items=tuple(
            replace(item, title=HOSTILE, category=HOSTILE, method=HOSTILE)
            for item in real_list.items
        ),
        findings=(finding,),
        claims=(replace(real_list.claims[0], quote=HOSTILE),),
    )
    with store_of(hostile) as store:
        page = render_page(gather(store))
    assert "<script>alert" not in page
    assert "<img" not in page
    assert "{{ 7*7 }}" in page.replace("&#39;", "'")
