"""Simulated documents: marked, the same bytes each time, readable by other programs, and true.

Nothing here uses the program's own readers: what a document holds is looked up in its raw text, or
with a library that has nothing to do with ours.
"""

from __future__ import annotations

import csv
import hashlib
import io
import re
from collections import defaultdict
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from dutygraph.cli.simulation import simulate as command
from dutygraph.errors import UnknownNameError, UsageError
from dutygraph.simulate import Rates, simulate
from dutygraph.simulate.documents import SIMULATED, laid_out
from dutygraph.simulate.introduction import NOTICE
from dutygraph.simulate.offices import canonical
from dutygraph.simulate.styles import style
from dutygraph.simulate.writers import FORMATS

ALL = tuple(FORMATS)
BLANK = re.compile(r"\s+")


def bare(text: str) -> str:
    """Text without white space, which a format may add or take away."""
    return BLANK.sub("", text)


def decoded(document, data: bytes) -> str:
    encoding = {"utf-16": "utf-16"}.get(document.encoding, document.encoding)
    return data.decode(encoding)


@pytest.fixture(scope="module")
def corpus() -> Any:
    return simulate(14, seed=11, rates=Rates(faults=0))


@pytest.fixture(scope="module")
def folder(tmp_path_factory: Any) -> Any:
    target = tmp_path_factory.mktemp("simulated")
    simulate(14, seed=11, editions=1).write(target / "corpus", "mixed")
    return target / "corpus"


def truth_by_item(made: Any) -> Any:
    """Truth by document, list and key: title, category, departments, method, duties."""
    return {
        (faulty.content.document, item.which, item.key): item
        for town in made
        for faulty, _ in town
        for item in faulty.content.items
    }


# Text: every duty of the truth stands in its row, in its order, and nothing else does.

MARKS = (
    r"牵头部门|配合部门|（牵头）|主要职责|职责|等部门|等相关部门|等有关单位|等其他负有监管职责的部门|"
    r"承接部门|工作方式|第[一二三四五六七八九十]+，|[一二三四五六七八九十]+是|[①-⑳]|（\d+）|\d+[.、]|"
    r"[、，；：/。]"
)


@pytest.mark.parametrize("name", ["text", "csv"])
def test_rows_hold_what_the_truth_says_and_nothing_else(corpus: Any, name: Any) -> None:
    duties = 0
    for town in corpus.by_town(name):
        for faulty, chosen in town:
            document = laid_out(faulty)
            text = decoded(document, chosen.write(document))
            lines = text.splitlines() if name == "text" else None
            rows = [line.split("\t") for line in lines] if lines else csv.reader(io.StringIO(text))
            items = {
                bare(item.title): item for item in faulty.content.items
            }  # titles are unique but for towns that hold a duty twice
            found = 0
            for row in rows:
                item = next((items[bare(c)] for c in row if bare(c) in items), None)
                if item is None or len(row) < 2:
                    continue
                found += 1
                cells = [bare(cell) for cell in row]
                rest = "".join(cells[cells.index(bare(item.title)) + 1 :])
                position = 0
                for duty in item.duties:
                    at = rest.find(bare(duty.text), position)
                    assert at >= 0, (item.key, duty.text, rest)
                    rest = rest[:at] + rest[at + len(bare(duty.text)) :]
                    position = at
                    duties += 1
                rest = rest.replace(bare(item.method), "") if item.method else rest
                names = {bare(form) for n in item.named for form in (n.printed, n.heading)}
                for form in sorted(names, key=len, reverse=True):
                    rest = rest.replace(form, "")
                for duty in item.duties:
                    rest = rest.replace(duty.phase, "") if duty.phase else rest
                assert re.sub(MARKS, "", rest) == "", (item.key, rest)
            assert found == len(faulty.content.items)
    assert duties > 8000


def test_rows_of_text_have_the_number_and_the_category_of_the_truth(corpus: Any) -> None:
    for town in corpus.by_town("text"):
        for faulty, chosen in town:
            look = faulty.content.style
            document = laid_out(faulty)
            lines = decoded(document, chosen.write(document)).splitlines()
            if look.category != "repeated" or look.numbers != "1":
                continue
            for item in faulty.content.items:
                row = [str(item.number), item.category, item.title]
                row = [cell for cell in row if cell]
                assert any(line.split("\t")[: len(row)] == row for line in lines)


def test_departments_of_the_truth_are_those_that_are_printed(corpus: Any) -> None:
    for town in corpus.by_town():
        for faulty, _ in town:
            level = faulty.content.place.level
            for item in faulty.content.items:
                for named in item.named:
                    office = named.name.removeprefix(f"{level}委")
                    if named.printed.endswith(office):
                        continue
                    # else it is the Youth League, an older name, or a short form of one that a
                    # department column before has printed in full
                    bodies = faulty.content.offices
                    forms = [*bodies.shorts(named.type), bodies.office(named.type)]
                    league = named.name == "团委"
                    assert league or any(named.printed.endswith(form) for form in forms)


def test_a_short_form_comes_behind_the_full_name() -> None:
    made = simulate(6, seed=2, rates=Rates(faults=0, abbreviated=1)).by_town()
    shortened = 0
    for town in made:
        for faulty, _ in town:
            seen = set()
            for item in faulty.content.items:
                for named in item.named:
                    whole = faulty.content.offices.printed(named.type, faulty.content.style.prefix)
                    if named.printed != whole:
                        assert named.name in seen
                        shortened += 1
                    seen.add(named.name)
    assert shortened > 100


def test_claims_of_the_introduction_are_right_without_faults(corpus: Any) -> None:
    for town in corpus.by_town():
        for faulty, _ in town:
            if faulty.content.style.counts != "1":
                continue
            text = "".join(p.text for p in laid_out(faulty).before)
            counts = {
                which: len(faulty.content.of(which))
                for which in ("basic", "cooperative", "reclaimed")
            }
            assert f"共梳理履职事项{sum(counts.values())}项" in text
            assert f"基本履职事项{counts['basic']}项" in text
            assert f"共有配合履职事项{counts['cooperative']}项" in text
            departments = {d for i in faulty.content.of("cooperative") for d in i.departments}
            assert f"涉及{len(departments)}个部门（单位）" in text


def test_a_department_of_a_later_edition_has_its_new_name() -> None:
    corpus = simulate(6, seed=3, editions=3, rates=Rates(faults=0, abbreviated=0, reforms=1))
    texts = {}
    for town in corpus.by_town():
        for faulty, chosen in town:
            document = laid_out(faulty)
            key = faulty.content.place.division, faulty.content.plan.date
            texts[key] = decoded(document, chosen.write(document))
    checked = 0
    for row in corpus.truth_table("department-changes"):
        earlier = max(d for w, d in texts if w == row["division"] and d < row["edition"])
        assert row["old"] in texts[row["division"], earlier]
        assert row["old"] not in texts[row["division"], row["edition"]]
        checked += canonical(row["old"]) != row["new"]
    assert checked


# All formats.


@pytest.mark.parametrize("name", ALL)
def test_the_same_bytes_each_time(corpus: Any, name: Any) -> None:
    first, second = (
        [chosen.write(document) for document, chosen in list(corpus.documents(name))[:2]]
        for _ in range(2)
    )
    assert [hashlib.sha256(data).digest() for data in first] == [
        hashlib.sha256(data).digest() for data in second
    ]


def texts_of(name: str, data: bytes, document) -> list[str]:
    """Texts of the cells and paragraphs of a file, read by a library other than ours."""
    if name in ("text", "tsv", "csv"):
        return [decoded(document, data)]
    if name == "html":
        import lxml.html

        root = lxml.html.fromstring(data)
        return [root.text_content()]
    if name == "docx":
        import docx

        book = docx.Document(io.BytesIO(data))
        cells = [c.text for t in book.tables for r in t.rows for c in r.cells]
        return [*(p.text for p in book.paragraphs), *cells]
    if name == "xlsx":
        import openpyxl

        book = openpyxl.load_workbook(io.BytesIO(data))
        return [str(c.value) for s in book for r in s.iter_rows() for c in r if c.value]
    import pdfplumber

    with pdfplumber.open(io.BytesIO(data)) as book:
        return [page.extract_text() for page in book.pages]


@pytest.mark.parametrize("name", [n for n in ALL if n != "pdf"])
def test_other_libraries_find_the_truth_in_every_format(corpus: Any, name: Any) -> None:
    for town in list(corpus.by_town(name))[:2]:
        for faulty, chosen in town:
            document = laid_out(faulty)
            text = bare("".join(texts_of(name, chosen.write(document), document)))
            text = text.replace('""', '"')
            for item in faulty.content.items:
                for part in (item.title, item.method, *(duty.text for duty in item.duties)):
                    assert bare(part) in text, (name, part)


def test_pages_of_a_pdf_hold_the_titles() -> None:
    # A title that is broken over lines stands beside other cells, so only short ones are looked for.
    faulty, chosen = next(iter(simulate(1, seed=11, rates=Rates(faults=0)).by_town("pdf")))[0]
    document = laid_out(faulty)
    pages = texts_of("pdf", chosen.write(document), document)
    text = bare("".join(pages))
    assert len(pages) > 5
    assert SIMULATED in bare(pages[0])
    short = [item.title for item in faulty.content.of("basic") if len(item.title) < 30]
    found = sum(bare(title) in text for title in short)
    assert found > 0.95 * len(short)
    # Header rows are repeated on every page of a table.
    headed = [page for page in pages if "序" in page and faulty.content.style.title_header in page]
    assert len(headed) >= len(pages) - 2


def test_merged_cells_in_web_pages_word_and_workbooks() -> None:
    import docx
    import lxml.html
    import openpyxl

    corpus = simulate(40, seed=11, rates=Rates(faults=0))
    where = next(
        p
        for p in corpus.places()
        if style(11, p, 1).category == "merged" and style(11, p, 1).basic_category == "yes"
    )
    index = where.number - 1
    one = {n: list(corpus.by_town(n))[index][0] for n in ("html", "docx", "xlsx")}
    content = one["html"][0].content
    runs = []  # runs of one category in the basic list
    for item in content.of("basic"):
        if runs and runs[-1][0] == item.category:
            runs[-1][1] += 1
        else:
            runs.append([item.category, 1])
    page = lxml.html.fromstring(one["html"][1].write(laid_out(one["html"][0])))
    table = page.findall(".//table")[0]
    spans = [
        (c.text, int(c.get("rowspan", "1")))
        for r in table.findall(".//tbody/tr")
        for c in r
        if c.text in dict(runs)
    ]
    assert [list(span) for span in spans if span[1] > 1] == [run for run in runs if run[1] > 1]
    book = docx.Document(io.BytesIO(one["docx"][1].write(laid_out(one["docx"][0]))))
    column = [row.cells[1].text for row in book.tables[0].rows][1:]
    assert column == [item.category for item in content.of("basic")]
    assert len(book.tables) == 3
    sheets = openpyxl.load_workbook(io.BytesIO(one["xlsx"][1].write(laid_out(one["xlsx"][0]))))
    merged = [r for s in sheets for r in s.merged_cells.ranges if r.min_col == r.max_col]
    assert max(r.max_row - r.min_row + 1 for r in merged) == max(
        n for _, n in runs + other_runs(content)
    )


def other_runs(content: Any) -> Any:
    runs = []
    for which in ("cooperative", "reclaimed"):
        previous = None
        for item in content.of(which):
            if previous == item.category:
                runs[-1][1] += 1
            else:
                runs.append([item.category, 1])
            previous = item.category
    return runs


def test_a_sheet_for_each_list_or_one_for_all() -> None:
    import openpyxl

    corpus = simulate(12, seed=11, rates=Rates(faults=0))
    for document, chosen in corpus.documents("xlsx"):
        book = openpyxl.load_workbook(io.BytesIO(chosen.write(document)), read_only=True)
        names = book.sheetnames
        assert names[0] == "说明"
        assert len(names) == (4 if document.sheets == "each" else 1)


def test_variants_are_all_used() -> None:
    corpus = simulate(150, seed=1)
    seen = defaultdict(set)
    for where in corpus.places():
        look = style(1, where, 1)
        for name in look.__slots__:
            seen[name].add(getattr(look, name))
    from dutygraph.simulate.styles import _CHOICES

    for name, weights in _CHOICES.items():
        assert seen[name] == set(weights), name


# The folder.


def test_a_corpus_is_marked_everywhere(folder: Any) -> None:
    assert "No town has published" in (folder / "README.md").read_text(encoding="utf-8")
    documents = sorted((folder / "sources").iterdir())
    assert len(documents) == 14
    for number, place in enumerate(documents):
        known = yaml.safe_load((place / "metadata.yaml").read_text(encoding="utf-8"))
        data = (place / known["file"]).read_bytes()
        assert known["synthetic"] is True
        assert "模拟" in known["title"]
        assert known["sha256"] == hashlib.sha256(data).hexdigest()
        chosen = list(FORMATS.values())[number % len(FORMATS)]
        assert known["file"] == f"list.{chosen.suffix}"
        assert known["media_type"] == chosen.media_type


@pytest.mark.parametrize("name", ALL)
def test_every_document_says_that_it_is_simulated(corpus: Any, name: Any) -> None:
    document, chosen = next(iter(corpus.documents(name)))
    text = bare("".join(texts_of(name, chosen.write(document), document)))
    assert bare(SIMULATED) in text
    assert bare(NOTICE) in text
    assert bare(document.title) in text
    assert "模拟" in document.title


def test_truth_files_are_those_of_the_library(folder: Any) -> None:
    corpus = simulate(14, seed=11)
    for name in ("lists", "items", "duties", "concepts", "events", "faults"):
        with (folder / "truth" / f"{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        table = corpus.truth_table(name, "mixed")
        assert tuple(rows[0]) == table.column_names
        assert rows[1:] == [["" if v is None else str(v) for v in row] for row in table.rows]


def test_metadata_are_what_sources_may_have(folder: Any) -> None:
    from dutygraph.sources import find_sources

    sources = find_sources([folder / "sources"])
    assert len(sources) == 14
    assert all(source.given.synthetic and source.sha256 for source in sources)


def test_writing_again_gives_the_same_folder(tmp_path: Any) -> None:
    corpus = simulate(2, seed=3, editions=2)
    corpus.write(tmp_path, "mixed")
    first = {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()}
    corpus.write(tmp_path, "mixed")
    assert {p: p.read_bytes() for p in tmp_path.rglob("*") if p.is_file()} == first
    corpus.write(tmp_path, "text")
    assert {p.name for p in tmp_path.glob("sources/*/list.*")} == {"list.txt"}


def test_a_folder_of_others_is_left_alone(tmp_path: Any) -> None:
    (tmp_path / "thesis.docx").write_bytes(b"mine")
    with pytest.raises(UsageError, match=r"thesis\.docx"):
        simulate(1).write(tmp_path)
    file = tmp_path / "thesis.docx"
    with pytest.raises(UsageError, match="is no folder"):
        simulate(1).write(file)
    with pytest.raises(UnknownNameError, match="format"):
        simulate(1).write(tmp_path / "new", "doc")
    assert not (tmp_path / "new").exists()


def test_a_missing_package_is_one_line(monkeypatch: Any) -> None:
    import builtins

    from dutygraph.errors import DutyGraphError
    from dutygraph.simulate.writers import pdf, sheet

    real = builtins.__import__

    def missing(name: Any, *rest: Any, **more: Any) -> Any:
        if name in ("typst", "xlsxwriter"):
            raise ImportError(name, name=name)
        return real(name, *rest, **more)

    document, _ = next(iter(simulate(1).documents()))
    pdf._compiler.cache_clear()
    monkeypatch.setattr(builtins, "__import__", missing)
    for write in (pdf.write_pdf, sheet.write_xlsx):
        with pytest.raises(DutyGraphError, match=r"dutygraph\[simulate\]"):
            write(document)
    monkeypatch.undo()
    pdf._compiler.cache_clear()


def test_the_command(tmp_path: Any) -> None:
    target = tmp_path / "corpus"
    arguments = [
        "--towns",
        "2",
        "--seed",
        "4",
        "-o",
        str(target),
        "--rate",
        "moved=0.5",
        "--lang",
        "en",
    ]
    result = CliRunner().invoke(command, arguments)
    assert result.exit_code == 0, result.output
    assert "2 simulated documents of 2 invented towns" in result.output
    assert len(list(target.glob("sources/*/list.txt"))) == 2
    assert "moved=0.5" in (target / "README.md").read_text(encoding="utf-8")
    corpus = simulate(2, seed=4, rates=Rates(moved=0.5))
    with (target / "truth" / "items.csv").open(encoding="utf-8", newline="") as file:
        assert sum(1 for _ in csv.reader(file)) == len(corpus.truth_table("items")) + 1


@pytest.mark.parametrize("bad", [["--towns", "0"], ["--editions", "0"], []])
def test_the_command_refuses_wrong_use(tmp_path: Any, bad: Any) -> None:
    arguments = [*bad, "-o", str(tmp_path / "x")]
    if bad and bad[0] != "--towns":
        arguments += ["--towns", "1"]
    assert CliRunner().invoke(command, arguments).exit_code == 2
    assert not (tmp_path / "x").exists()
