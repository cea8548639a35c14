"""The page of a comparison: whole, self-contained, safe, and every number leads to its rows."""

from __future__ import annotations

import base64
import hashlib
import re
import shutil
import subprocess
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pytest
from compared import Row, Written, mappings, match, pairs
from hypothesis import given, settings
from hypothesis import strategies as st
from test_compare_figures import (
    FIRST,
    PAIRS,
    SECOND,
    compared,
    edition_steps,
    lists_table,
    many,
    towns_written,
)
from test_page import leads_nowhere, outline

from dutygraph.compare import page as module
from dutygraph.compare.comparison import Comparison
from dutygraph.compare.differences import differences
from dutygraph.compare.figures import MOST_STEPS, figures_of
from dutygraph.compare.gather import About
from dutygraph.compare.lists import by_category, list_similarity, moves
from dutygraph.compare.page import render_comparison, write_page
from dutygraph.compare.pair_page import pair_context, pieces
from dutygraph.compare.statements import statements
from dutygraph.compare.view import KINDS, entries, groups_in, steps_in
from dutygraph.report.manifest import Folder
from dutygraph.report.write import inline
from dutygraph.table import Column, Table, Value

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
XSS = "<script>alert(1)</script>\"'><img src=x onerror=alert(2)>{{7*7}}"


def comparison(some: Sequence[Written], found: dict[str, Table], lang: str = "zh") -> Comparison:
    abouts = tuple(
        About(one.town, one.division, one.edition, "清单", one.synthetic, "ab" * 32) for one in some
    )
    summary = tuple(statements(found))
    main = "differences" if "differences" in found else "unusual"
    return Comparison(abouts, found, summary, main, "given", lang=lang)


def of_two(lang: str = "zh") -> Comparison:
    found = compared((FIRST, SECOND), pairs(FIRST, SECOND, *PAIRS))
    return comparison((FIRST, SECOND), found, lang)


def of_many(number: int) -> Comparison:
    return comparison(towns_written(number), many(number))


def of_editions(number: int) -> Comparison:
    found = edition_steps(number)
    some = [
        Written(str(row["town"]), str(row["division"]), str(row["edition"]), (), synthetic=True)
        for row in found["lists"]
    ]
    return comparison(some, found)


def mixed() -> Comparison:
    """Two editions of a town and two of another one: steps, editions and towns on one page."""
    later = replace(FIRST, edition="2025-09", rows=FIRST.rows[1:])
    other = replace(SECOND, edition="2025-09", rows=SECOND.rows[:-1])
    some = (FIRST, later, SECOND, other)
    mapped = [(one, f"{row.id} {row.title} exact") for one in some for row in one.rows]
    return comparison(some, compared(some, mappings(*mapped)))


MADE = {
    "two": of_two,
    "three": lambda: of_many(3),
    "thirty": lambda: of_many(30),
    "editions": lambda: of_editions(2),
    "mixed": mixed,
}


def drawn_page(found: Comparison) -> str:
    return render_comparison(found, drawn=inline(figures_of(found.tables), found.lang))


@pytest.fixture(scope="module")
def pages() -> dict[str, str]:
    return {name: drawn_page(make()) for name, make in MADE.items()}


def text_of(page: str) -> str:
    return "".join(outline(page[: page.rindex("<script>")]).text)


@pytest.mark.parametrize("name", MADE)
def test_every_link_leads_somewhere(pages: dict[str, str], name: str) -> None:
    page = pages[name]
    assert leads_nowhere(page) == set()
    ids = outline(page).ids
    assert [one for one, number in Counter(ids).items() if number > 1] == []


@pytest.mark.parametrize("name", MADE)
def test_the_page_needs_nothing_from_elsewhere(pages: dict[str, str], name: str) -> None:
    page = pages[name]
    assert all(address.startswith("#") for address in outline(page).addresses)
    assert "@import" not in page
    assert "url(" not in page
    policy = re.search(r'Content-Security-Policy" content="([^"]*)"', page)
    script = re.search(r"<script>(.*?)</script>", page, re.DOTALL)
    assert policy
    assert script
    digest = base64.b64encode(hashlib.sha256(script[1].encode()).digest()).decode()
    assert policy[1].startswith("default-src 'none'")
    assert f"script-src 'sha256-{digest}'" in policy[1]
    assert page.count("<script") == 1


@pytest.mark.parametrize("name", MADE)
def test_nothing_is_left_unsaid(pages: dict[str, str], name: str) -> None:
    assert not re.search(r"\bnan\b|None|\{\{|\binf\b", text_of(pages[name]))


def test_both_languages_are_there_and_one_is_chosen() -> None:
    chinese, english = (render_comparison(of_two(lang)) for lang in ("zh", "en"))
    assert 'id="lang-zh" checked' in chinese
    assert 'id="lang-en" checked' in english
    for page in (chinese, english):
        assert "甲镇 与 乙乡：清单比较" in page
        assert "甲镇 and 乙乡: duty lists compared" in page
        assert "每个对应都是一个判断" in page
        assert "Each match is a claim with a confidence" in page
    for one in of_two().summary:
        assert one.zh in text_of(chinese)
        assert one.en in text_of(chinese)


def test_from_a_number_to_the_rows_with_both_places(pages: dict[str, str]) -> None:
    page = pages["two"]
    # One item went from basic 3 (line 103) to cooperative 1 (line 101).
    assert 'href="#moves/basic/cooperative"' in page
    part = page[page.index('id="moves/basic/cooperative"') :]
    part = part[: part.index("</details>")]
    assert "第 103 行" in part
    assert "line 101" in part
    assert "危房<ins>的</ins>排查" in part
    assert "0.75" in part
    assert "改写" in part
    # The number of duties of both leads to the rows that make it up.
    assert re.search(r'href="#list/all/shared">5</a>', page)
    entry = page[page.index('<p id="list/all/shared">') :]
    entry = entry[: entry.index("</p>")]
    assert len(re.findall(r'href="#row/\d+"', entry)) == 5
    row = re.search(r'href="(#row/\d+)">基3→配1</a>', entry)
    assert row
    assert f'<tr id="{row[1][1:]}">' in part


def test_duties_stand_side_by_side(pages: dict[str, str]) -> None:
    page = pages["two"]
    block = page[page.index('<div class="body" id="duties/') :]
    block = block[: block.index("</details>")]
    assert "换主体" in block
    assert block.count("上报线索；") == 2  # of the town, and of 公安局
    assert "乡镇 −1" in page or "乡镇 +" in page


def test_rebounds_are_quoted(pages: dict[str, str]) -> None:
    page = pages["two"]
    part = page[page.index('<h2 id="rebounds">') : page.index('<h2 id="differences">')]
    assert "乡镇继续做好宣传" in part
    assert "养犬管理" in part
    assert "写明" in part
    assert re.search(r'href="#row/\d+"', part)


def test_uncertain_matches_stand_apart(pages: dict[str, str]) -> None:
    part = pages["two"]
    part = part[part.index('id="uncertain"') :]
    part = part[: part.index("</details>")]
    assert "没有把握" in part
    assert "低保核查" in part
    assert "人民调解" in part
    assert "(1)" in text_of(part + "<script>")


@pytest.mark.parametrize("name", MADE)
def test_simulated_lists_are_marked(pages: dict[str, str], name: str) -> None:
    assert "含模拟数据" in pages[name]
    if name == "two":
        assert "乙乡（模拟）" in pages[name]
        assert "甲镇（模拟）" not in pages[name]
    real = replace(SECOND, synthetic=False)
    found = compared((FIRST, real), pairs(FIRST, real, *PAIRS))
    assert "模拟" not in drawn_page(comparison((FIRST, real), found)).replace("标有“模拟”", "")


def test_towns_are_named_with_what_is_unusual(pages: dict[str, str]) -> None:
    page = pages["thirty"]
    part = page[page.index('<div id="town/653100001/unique">') :]
    part = part[: part.index("</table>")]
    assert "独有事项" in part
    assert "第 120 行" in part
    assert "模拟000乡*" in page
    common = page[page.index('id="class/common"') :]
    assert "事项第1" in common[: common.index('id="class/rare"')]


def test_editions_lead_to_their_step(pages: dict[str, str]) -> None:
    page = pages["editions"]
    row = page[page.index('id="edition/653000101/2001-01/2002-01"') :]
    row = row[: row.index("</tr>")]
    assert '<a href="#step/2/only_b">1</a>' in row
    assert '<a href="#step/2/list/all/shared">4</a>' in row
    part = page[page.index('id="step/2/only_b"') :]
    assert "事项7" in part[: part.index("</details>")]


def test_statements_lead_to_their_own_step(pages: dict[str, str]) -> None:
    found = mixed()
    page = pages["mixed"]
    for one in found.summary:
        line = page[page.index(one.zh) :]
        address = re.search(r'<a class="soft" href="([^"]*)"', line)
        assert address
        if "2025-01" in one.zh and one.table == "list-similarity":
            assert address[1].startswith("#step/1/")
        if "2025-03" in one.zh and one.table == "list-similarity":
            assert address[1].startswith("#step/2/")


@pytest.mark.parametrize("name", ["two", "three", "mixed"])
def test_it_works_without_any_of_the_tables(name: str) -> None:
    whole = MADE[name]()
    for lacking in whole.tables:
        some = {key: table for key, table in whole.tables.items() if key != lacking}
        page = drawn_page(replace(whole, tables=some))
        # What the summary rests on may be what is lacking.
        nowhere = leads_nowhere(drawn_page(replace(whole, tables=some, summary=())))
        assert nowhere == set(), lacking
        assert "findings-in-words" in page
    assert leads_nowhere(drawn_page(replace(whole, tables={}, summary=()))) == set()


def test_nothing_differs() -> None:
    rows = [row for row in FIRST.rows if row.id[0] == "b"]
    a = Written("甲镇", "653000101", "2025-01", rows)
    b = Written("丙镇", "653000103", "2025-01", rows)
    found = compared((a, b), pairs(a, b, *(f"{row.id} {row.id} exact" for row in rows)))
    page = drawn_page(comparison((a, b), found))
    text = text_of(page)
    for words in (
        *("没有换清单的事项。", "没有收回后又回到乡镇的工作", "两份清单都没有涉及部门。"),
        "两份清单没有共同的配合事项，或其职责条目没有不同。",
    ):
        assert words in text
    assert 'id="figure-types"' not in page
    assert leads_nowhere(page) == set()


def hostile(found: Comparison) -> Comparison:
    """Every text that comes from a document replaced by one that would be a program."""
    texts = {
        *("title", "category", "departments", "party", "text", "label", "name", "quote", "method"),
        *("town", "split_detail", "departments_added", "place", "department_type", "name_en"),
    }

    def value(column: Column, old: Value) -> Value:
        name = re.sub(r"_(a|b|to|en)$", "", column.name)
        return f"{XSS}{old}" if isinstance(old, str) and old and name in texts else old

    tables = {
        name: Table(
            name,
            one.columns,
            [
                tuple(value(column, cell) for column, cell in zip(one.columns, row, strict=True))
                for row in one.rows
            ],
        )
        for name, one in found.tables.items()
    }
    lists = tuple(replace(one, town=XSS + one.town, title=XSS) for one in found.lists)
    summary = tuple(replace(one, zh=XSS + one.zh, en=XSS + one.en) for one in found.summary)
    return replace(found, tables=tables, lists=lists, summary=summary, warnings=(XSS,))


@pytest.mark.parametrize("name", ["two", "three", "mixed"])
def test_texts_of_documents_are_no_program(name: str) -> None:
    page = drawn_page(hostile(MADE[name]()))
    assert page.count("<script") == 1
    assert "<img" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page  # not worked out
    assert 'onerror=alert(2)>"' not in page
    parsed = outline(page)
    assert leads_nowhere(page) == set()
    assert all(address.startswith("#") for address in parsed.addresses)


def test_pieces_of_a_text() -> None:
    assert pieces(None) == []
    assert pieces('[["equal","甲"],["delete","<b>"]]') == [("equal", "甲"), ("delete", "<b>")]


ITEM = st.sampled_from(["b1", "b2", "c1", "c2", "r1", "r2"])
PAIR = st.tuples(ITEM, ITEM, st.sampled_from(["exact", "broader", "narrower", "uncertain"]))


@settings(max_examples=60, deadline=None)
@given(st.lists(PAIR, max_size=7, unique_by=lambda pair: pair[:2]), st.lists(ITEM, unique=True))
def test_what_a_number_leads_to_is_what_was_counted(
    found: list[tuple[str, str, str]], others: list[str]
) -> None:
    """However items are joined, the entries have the totals of the tables, and each row is shown."""
    duties = (("乡镇", "做；"), ("公安局", "管；"))
    a, b = (
        Written(
            f"{n}镇",
            f"65300030{n}",
            "2025-01",
            [
                Row(
                    f"{kind}{k}",
                    f"事项{kind}{k}",
                    "甲类" if (f"{kind}{k}" in others) == (n == 1) else "乙类",
                    "公安局" if kind != "b" else "",
                    duties[: k + n - 1] if kind == "c" else (),
                )
                for kind in "bcr"
                for k in (1, 2)
            ],
        )
        for n in (1, 2)
    )
    matched = match(a, b, *(" ".join(pair) for pair in found))
    table = differences(matched)
    rows = list(table)
    groups = groups_in(rows)
    assert sorted(number for group in groups for number in group.rows) == list(range(len(rows)))
    names = (
        "items_a",
        "items_b",
        "shared",
        "uncertain",
        "only_a",
        "only_b",
        "moved_out",
        "moved_in",
    )
    for counted in list_similarity(matched):
        kind = counted["list"]
        entry = entries(
            rows,
            groups,
            lambda row, kind=kind: kind in ("all", row["list_a"]),
            lambda row, kind=kind: kind in ("all", row["list_b"]),
        )
        for name in names:
            assert (entry[name].total if name in entry else 0) == counted[name], (kind, name)
    for counted in by_category(matched):
        category = counted["category"]
        entry = entries(
            rows,
            groups,
            lambda row, category=category: row["category_a"] == category,
            lambda row, category=category: row["category_b"] == category,
        )
        for name in names:
            assert (entry[name].total if name in entry else 0) == counted[name], (category, name)
        for side in "ab":
            town = entry[f"town_{side}"].total if f"town_{side}" in entry else 0
            assert town == counted[f"town_duties_{side}"]
    (step,) = steps_in({"differences": table, "moves": moves(table)})
    context = pair_context(step)
    shown = [row for one in (*context["moves"], *context["groups"]) for row in one["rows"]]
    assert sorted(row["id"] for row in shown if row["id"]) == sorted(
        f"row/{number + 1}" for number in range(len(rows))
    )


def test_departments_lead_to_their_items() -> None:
    """With the types of departments in the table, each number of a type leads to its rows."""
    found = of_two()
    table = found.tables["differences"]
    # Here departments are their own types.
    typed = Table(
        table.name,
        (*table.columns, Column("types_a"), Column("types_b")),
        [(*row.values(), row["departments_a"], row["departments_b"]) for row in table],
    )
    page = render_comparison(replace(found, tables=found.tables | {"differences": typed}))
    assert leads_nowhere(page) == set()
    place = page.index('<p id="type/公安局/items_b">')
    assert "配2" in page[place : page.index("</p>", place)]
    for row in found.tables["by-department-type"]:
        name = str(row["department_type"])
        for part in ("items_a", "items_b", "shared", "only_a", "taken_back_b"):
            entry = re.search(rf'<p id="type/{name}/{part}">.*?<b>(\d+)</b>', page)
            assert int(entry[1] if entry else 0) == row[part], (name, part)


def test_writing(tmp_path: Path) -> None:
    found = of_two()
    out = Folder(tmp_path)
    written = write_page(found, out)
    assert written.page == tmp_path / "index.html"
    page = written.page.read_text(encoding="utf-8")
    figures = {"shared", "moves", "categories", "types"}
    assert {path.stem for path in (tmp_path / "figures").glob("*.svg")} == figures
    assert "模拟" in (tmp_path / "figures/moves.svg").read_text(encoding="utf-8")
    assert "../index.html#moves/" in (tmp_path / "figures/moves.svg").read_text(encoding="utf-8")
    paths = {output.path for output in out.outputs}
    assert {"index.html", "figures/moves.svg"} <= paths
    files = {a for a in outline(page).addresses if not a.startswith("#")}
    assert {f"tables/{name}.csv" for name in found.tables} <= files
    assert all((tmp_path / one).exists() for one in files if one.startswith("figures/"))
    assert not (tmp_path / "steps").exists()
    again = Folder(tmp_path)
    write_page(found, again)
    assert again.outputs == out.outputs  # the same bytes


def test_many_steps_have_pages_of_their_own(tmp_path: Path) -> None:
    found = of_editions(MOST_STEPS + 2)
    write_page(found, Folder(tmp_path))
    page = (tmp_path / "index.html").read_text(encoding="utf-8")
    steps = sorted((tmp_path / "steps").glob("*.html"))
    assert steps[0].name == "653000101-2000-01-2001-01.html"
    assert len(steps) == MOST_STEPS + 2
    assert leads_nowhere(page) == set()
    ids = {one.name: set(outline(one.read_text(encoding="utf-8")).ids) for one in steps}
    links = [urlsplit(a) for a in outline(page).addresses if a.startswith("steps/")]
    assert links
    for link in links:
        assert not link.fragment or unquote(link.fragment) in ids[Path(link.path).name]
    for one in steps:
        text = one.read_text(encoding="utf-8")
        assert leads_nowhere(text) == set()
        assert 'href="../index.html"' in text
        assert 'id="figure-shared"' in text
        assert "含模拟数据" in text
    assert "figure-shared" not in page
    # A sentence about one step leads to its page.
    line = page[page.index("2003-01 版与甲镇 2004-01 版分清单") :] if "分清单" in page else page
    assert re.search(r'href="steps/653000101-20', line)


def test_templates_are_part_of_the_package() -> None:
    folder = Path(module.__file__).parent / "templates"
    names = {path.name for path in folder.iterdir()}
    assert {
        "compare.html.j2",
        "compare_pair.html.j2",
        "compare_towns.html.j2",
        "compare.css",
    } <= names
    assert KINDS[0][0] == "basic"


def browse(page: str, folder: Path, width: int, script: str) -> str:
    path = folder / "page.html"
    path.write_text(
        re.sub(r"<meta http-equiv[^>]*>", "", page) + script if script else page, "utf-8"
    )
    command = [
        str(CHROMIUM),
        *"--headless --no-sandbox --disable-gpu --no-first-run --disable-quic".split(),
        *"--disable-background-networking --disable-component-update --disable-sync".split(),
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},1600",
        "--virtual-time-budget=5000",
        "--dump-dom",
        path.as_uri(),
    ]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
def test_the_policy_lets_the_script_of_the_page_run(pages: dict[str, str], tmp_path: Path) -> None:
    assert "<th><button" not in pages["two"]
    assert "<th><button" in browse(pages["two"], tmp_path, 1280, "")
    other = pages["two"].replace("</main>", "<script>document.title = 'x'</script></main>")
    assert "<title>x</title>" not in browse(other, tmp_path, 1280, "")


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")
@pytest.mark.parametrize("width", [1280, 500])
@pytest.mark.parametrize("name", ["two", "thirty"])
def test_in_a_browser(pages: dict[str, str], name: str, width: int, tmp_path: Path) -> None:
    """The page does not scroll sideways, nothing is cut off, and a link opens what it leads to."""
    target = "list/all/shared" if name == "two" else "town/653100001/unique"
    probe = f"""
<script>
addEventListener("load", function () {{
  location.hash = "#{target}";
  setTimeout(function () {{
    var svgs = Array.from(document.querySelectorAll("figure.chart svg")).filter(function (s) {{ return s.getBoundingClientRect().width; }});
    var cut = svgs.filter(function (svg) {{
      var box = svg.getBoundingClientRect();
      return Array.from(svg.querySelectorAll("text")).some(function (t) {{
        var r = t.getBoundingClientRect();
        return r.width && (r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1);
      }});
    }}).map(function (svg) {{ return svg.closest("figure").id; }});
    var place = document.getElementById("{target}");
    var out = document.createElement("pre");
    out.id = "probe";
    out.textContent = [
      document.documentElement.scrollWidth - document.documentElement.clientWidth,
      place.closest("details").open, cut.join(","), svgs.length,
      performance.getEntriesByType("resource").length].join(" ");
    document.body.appendChild(out);
  }}, 300);
}});
</script>
"""
    shown = browse(pages[name], tmp_path, width, probe)
    found = re.search(r'<pre id="probe">(.*?)</pre>', shown)
    assert found
    figures = 4 if name == "two" else 7
    assert found[1] == f"0 true  {figures} 0"


def test_lists_are_told_apart_in_headings() -> None:
    """Two editions of a town are named by edition, two towns of one name by their codes."""
    same = replace(SECOND, town="甲镇")
    found = compared((FIRST, same), pairs(FIRST, same, *PAIRS))
    (step,) = steps_in(found)
    assert (step.a.zh, step.b.zh) == ("甲镇（653000101）", "甲镇（653000102）（模拟）")
    later = replace(SECOND, town="甲镇", division="653000101")
    found = compared((FIRST, later), pairs(FIRST, later, *PAIRS))
    (step,) = steps_in(found)
    assert (step.a.zh, step.b.en) == ("2025-01 版", "2025-03 (simulated)")
    assert step.title("en") == "甲镇 2025-01 → 2025-03"
    assert steps_in({"lists": lists_table((FIRST,))}) == []
