"""A report on disk: whole, the same every time, and honest about what is missing."""

from __future__ import annotations

import csv
import hashlib
import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import openpyxl
import pytest
from hand import store_of
from lxml import etree
from test_page import leads_nowhere, outline

from dutygraph.cli import main
from dutygraph.errors import DutyGraphError
from dutygraph.model import DutyList
from dutygraph.report import write
from dutygraph.report.content import choose
from dutygraph.report.write import Written, write_report
from dutygraph.store import Embedded

NETWORKS = ("departments", "departments-items")
FIXED = (
    "department-load",
    "department-pairs",
    "actions",
    "categories",
    "measures",
    "nodes",
    "edges",
)


@pytest.fixture(scope="module")
def written(packaged: Embedded, tmp_path_factory: pytest.TempPathFactory) -> Written:
    folder = tmp_path_factory.mktemp("report") / "new" / "out"
    return write_report(packaged, choose(packaged), folder, command=["dutygraph", "report"])


@pytest.fixture(scope="module")
def few(real_list: DutyList) -> DutyList:
    """A list of some items, whose report is written quickly."""
    return replace(real_list, items=real_list.items[118:132], claims=(), findings=())


@pytest.fixture(scope="module")
def small(few: DutyList) -> Embedded:
    return store_of(few)


def names(written: Written) -> set[str]:
    root = written.page.parent
    return {path.relative_to(root).as_posix() for path in written.files}


def test_everything_is_there(written: Written) -> None:
    found = names(written)
    assert {"index.html", "report.md", "tables.xlsx", "manifest.json"} <= found
    assert {f"tables/{name}.csv" for name in FIXED} <= found
    for name in NETWORKS:
        endings = (".graphml", ".gexf", ".cx2", ".json", "-nodes.csv", "-edges.csv")
        assert {f"networks/{name}{ending}" for ending in endings} <= found
    figures = {name for name in found if name.startswith("figures/")}
    assert {f"figures/{name}.svg" for name in ("load", "split", "heatmap", "network")} <= figures
    assert len(figures) == 16
    assert written.warnings == ()
    on_disk = {
        path.relative_to(written.page.parent).as_posix()
        for path in written.page.parent.rglob("*")
        if path.is_file()
    }
    assert on_disk == found


def test_the_page_needs_nothing_from_elsewhere(written: Written) -> None:
    page = written.page.read_text(encoding="utf-8")
    assert leads_nowhere(page) == set()
    parsed = outline(page)
    outside = {address for address in parsed.addresses if not address.startswith("#")}
    assert outside == names(written) - {"index.html"}
    assert len(parsed.ids) == len(set(parsed.ids))
    assert "@import" not in page
    assert "http://" not in page.replace("http://www.w3.org/", "")


def test_the_manifest_tells_the_truth(written: Written) -> None:
    root = written.page.parent
    told = json.loads((root / "manifest.json").read_text(encoding="utf-8"))
    assert {one["path"] for one in told["outputs"]} == names(written) - {"manifest.json"}
    for one in told["outputs"]:
        content = (root / one["path"]).read_bytes()
        assert one["sha256"] == hashlib.sha256(content).hexdigest()
        assert one["bytes"] == len(content)
        assert one["media_type"] != "application/octet-stream"
    assert told["command"] == ["dutygraph", "report"]
    assert told["editions"] == [
        {
            "town": "塔吉克阿巴提镇",
            "division": "653131101",
            "edition": "2025-07",
            "synthetic": False,
            "source_sha256": told["editions"][0]["source_sha256"],
        }
    ]
    assert len(told["editions"][0]["source_sha256"]) == 64
    assert {"dutygraph", "python", "networkx", "bicm", "altair"} <= set(told["versions"])
    asked = {one["name"]: one["parameters"] for one in told["queries"]}
    assert asked["items"] == ["town", "edition"]
    assert asked["lists"] == []
    assert str(root) not in (root / "manifest.json").read_text(encoding="utf-8")


def test_tables_agree_with_the_workbook(written: Written) -> None:
    root = written.page.parent
    book = openpyxl.load_workbook(root / "tables.xlsx")
    for name in FIXED:
        with (root / f"tables/{name}.csv").open(encoding="utf-8", newline="") as file:
            rows = list(csv.reader(file))
        sheet = list(book[name].iter_rows(values_only=True))
        assert [str(cell) for cell in sheet[0]] == rows[0]
        assert len(sheet) == len(rows)
    book.close()


def test_figures_are_svg_with_links_to_the_page(written: Written) -> None:
    root = written.page.parent
    page = outline(written.page.read_text(encoding="utf-8"))
    for path in sorted((root / "figures").glob("*.svg")):
        tree = etree.parse(path)
        links = tree.xpath("//@*[local-name()='href']")
        assert links, path
        assert all(link.startswith("../index.html#") for link in links)
        assert "undefined" not in path.read_text(encoding="utf-8")
    assert page.ids


def test_the_network_for_gephi_begins_as_in_the_figure(written: Written) -> None:
    tree = etree.parse(written.page.parent / "networks" / "departments.gexf")
    names = {"g": "http://gexf.net/1.3", "viz": "http://gexf.net/1.3/viz"}
    nodes = tree.xpath("//g:node", namespaces=names)
    assert len(nodes) == 40
    for part in ("position", "size", "color"):
        assert len(tree.xpath(f"//g:node/viz:{part}", namespaces=names)) == 40
    sizes = {
        node.get("id"): float(node.xpath("viz:size/@value", namespaces=names)[0]) for node in nodes
    }
    # Areas are in proportion to items: 13 of 农业农村局, 1 of 司法局.
    assert (sizes["农业农村局"] / sizes["司法局"]) ** 2 == pytest.approx(13, rel=1e-3)


def test_pictures_are_png(written: Written) -> None:
    for path in (written.page.parent / "figures").glob("*.png"):
        assert path.read_bytes().startswith(b"\x89PNG")


def test_the_same_report_twice(packaged: Embedded, written: Written, tmp_path: Path) -> None:
    again = write_report(packaged, choose(packaged), tmp_path, command=["dutygraph", "report"])
    root = written.page.parent
    for path in written.files:
        name = path.relative_to(root)
        assert (tmp_path / name).read_bytes() == path.read_bytes(), name
    assert len(again.files) == len(written.files)


def test_a_folder_that_exists(few: DutyList, small: Embedded, tmp_path: Path) -> None:
    other = replace(few, town=replace(few.town, code="653131102", name="另一镇"))
    with store_of(few, other) as store:
        write_report(store, choose(store), tmp_path)
    assert (tmp_path / "towns" / "653131102.html").exists()
    (tmp_path / "towns" / "653131101.html").write_text("mine now", encoding="utf-8")
    (tmp_path / "tables" / "own.csv").write_text("own", encoding="utf-8")
    write_report(small, choose(small), tmp_path)
    # What the earlier report left behind is gone, what the user made or changed is not.
    assert not (tmp_path / "towns" / "653131102.html").exists()
    assert (tmp_path / "towns" / "653131101.html").read_text(encoding="utf-8") == "mine now"
    assert (tmp_path / "tables" / "own.csv").exists()
    assert not (tmp_path / "tables" / "similarity.csv").exists()


def test_a_manifest_cannot_make_us_remove_other_files(small: Embedded, tmp_path: Path) -> None:
    victim = tmp_path / "victim"
    victim.write_bytes(b"x")
    folder = tmp_path / "report"
    folder.mkdir()
    digest = hashlib.sha256(b"x").hexdigest()
    outputs = [
        {"path": path, "sha256": digest, "bytes": 1}
        for path in ("../victim", str(victim), "", 3, "a/../../victim")
    ]
    (folder / "manifest.json").write_text(json.dumps({"outputs": outputs}), encoding="utf-8")
    write_report(small, choose(small), folder)
    assert victim.exists()


def test_a_folder_that_cannot_be_made(small: Embedded, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(DutyGraphError, match="cannot be made"):
        write_report(small, choose(small), tmp_path / "file")


def test_a_file_that_cannot_be_written(small: Embedded, tmp_path: Path) -> None:
    (tmp_path / "tables.xlsx").mkdir()
    with pytest.raises(DutyGraphError, match="cannot be written"):
        write_report(small, choose(small), tmp_path)


def test_without_a_chinese_font(
    small: Embedded,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(write, "chinese_font", lambda: False)
    monkeypatch.setattr("dutygraph.store.open_packaged", lambda: small)
    assert main(["report", "-o", str(tmp_path), "--lang", "en"]) == 0
    printed = capsys.readouterr()
    assert len(printed.err.strip().splitlines()) == 1
    assert "fonts-noto-cjk" in printed.err
    assert printed.out.strip() == str(tmp_path / "index.html")
    assert list((tmp_path / "figures").glob("*.svg"))
    assert not list((tmp_path / "figures").glob("*.png"))
    told = json.loads((tmp_path / "manifest.json").read_text(encoding="utf-8"))
    assert "fonts-noto-cjk" in told["warnings"][0]
    assert told["command"] == ["dutygraph", "report", "-o", str(tmp_path), "--lang", "en"]


def test_without_the_optional_packages(tmp_path: Path) -> None:
    code = (
        "import sys; sys.modules['vl_convert'] = sys.modules['bicm'] = None;"
        f"from dutygraph.cli import main; sys.exit(main(['report', '-o', {str(tmp_path / 'r')!r}]))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert len(done.stderr.strip().splitlines()) == 1
    assert "pip install 'dutygraph[report]'" in done.stderr
    assert not (tmp_path / "r").exists()
    assert "Traceback" not in done.stderr


def test_no_password_in_the_manifest(small: Embedded, tmp_path: Path) -> None:
    command = ["dutygraph", "report", "--endpoint", "https://me:secret@example.org/sparql"]
    write_report(small, choose(small), tmp_path, command=command)
    told = (tmp_path / "manifest.json").read_text(encoding="utf-8")
    assert "https://example.org/sparql" in told
    assert "secret" not in told
