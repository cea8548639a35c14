"""Imports run one way, and what is said to be public is."""

from __future__ import annotations

import ast
import subprocess
import sys
from pathlib import Path

import pytest

import dutygraph

PACKAGE = Path(dutygraph.__file__).parent

# A module may import only from modules above it (docs/architecture.md shows the same order).
ORDER = (
    "__about__",
    "errors",
    "resources",
    "files",
    "vocab",
    "model",
    "numerals",
    "catalogue",
    "readers.base",
    "readers.containers",
    "readers.counting",
    "readers.grid",
    "readers.blocks",
    "readers.flow",
    "readers.messages",
    "readers.ole",
    "readers.ooxml",
    "readers.numbering",
    "readers.docx",
    "readers.pdf_file",
    "readers.pdf_marks",
    "readers.pdf_text",
    "readers.pdf_flow",
    "readers.pdf_columns",
    "readers.pdf_tables",
    "readers.pdf",
    "readers.worksheet",
    "readers.biff",
    "readers.ods",
    "readers.xlsx",
    "readers.sheets",
    "readers.text",
    "readers.delimited",
    "readers.detect",
    "readers.html",
    "readers.process",
    "readers.registry",
    "readers.worker",
    "readers.read",
    "readers",
    "divisions",
    "reference",
    "changes",
    "jurisdictions",
    "namelists",
    "departments",
    "actions",
    "parse.claims",
    "parse.headings",
    "parse.towns",
    "parse.layout",
    "parse.lines",
    "parse.tables",
    "parse.preamble",
    "parse.cells",
    "parse.items",
    "parse.checks",
    "parse.document",
    "parse",
    "rdf",
    "graph",
    "store",
    "sources",
    "build",
    "table",
    "query",
    "shacl",
    "validate",
    "sparql",
    "network.editions",
    "network.extras",
    "network.pinyin",
    "network.concentration",
    "network.load",
    "network.profile",
    "network.categories",
    "network.significance",
    "network.pairs",
    "network.centrality",
    "network.summary",
    "network.across",
    "network.nestedness",
    "network.similarity",
    "network.graphs",
    "network.plain",
    "network.export",
    "network",
    "report.anchors",
    "report.statements",
    "report.evidence",
    "report.content",
    "report.across",
    "report.page",
    "report.lettering",
    "report.drawing",
    "report.marks",
    "report.names",
    "report.chart",
    "report.layout",
    "report.department_figures",
    "report.item_figures",
    "report.network_figure",
    "report.networks",
    "report.figures",
    "report.matrix_figures",
    "report.across_figures",
    "report.manifest",
    "report.write",
    "report",
    "align.libraries",
    "align.settings",
    "align.sssom",
    "align.links",
    "align.wording",
    "align.entries",
    "align.decisions",
    "align.decided",
    "align.evidence",
    "align.known",
    "align.matching",
    "align.clusters",
    "align.parts",
    "align.anchors",
    "align.concepts",
    "align.pairs",
    "align.records",
    "align.quads",
    "align",
    "compare.leftover",
    "compare.phrases",
    "compare.town_statements",
    "compare.view",
    "compare.dumbbell_figures",
    "compare.edition_figures",
    "compare.pair_figures",
    "compare.concept_figures",
    "compare.pair_page",
    "compare.town_figures",
    "compare.deviation_figures",
    "compare.towns_page",
    "compare.wording",
    "compare.listing",
    "compare.alignment",
    "compare.aligning",
    "compare.bodies",
    "compare.concepts",
    "compare.duties",
    "compare.differences",
    "compare.gather",
    "compare.lists",
    "compare.pair_statements",
    "compare.rebounds",
    "compare.statements",
    "compare.steps",
    "compare.towns",
    "compare.unusual",
    "compare.comparison",
    "compare.figures",
    "compare.overview",
    "compare.page",
    "compare.tables",
    "compare.write",
    "compare",
    "simulate.chance",
    "simulate.lexicon",
    "simulate.numbers",
    "simulate.places",
    "simulate.offices",
    "simulate.rates",
    "simulate.real",
    "simulate.concepts",
    "simulate.styles",
    "simulate.wording",
    "simulate.drafts",
    "simulate.towns",
    "simulate.editions",
    "simulate.printing",
    "simulate.cells",
    "simulate.introduction",
    "simulate.planting",
    "simulate.documents",
    "simulate.row_faults",
    "simulate.text_faults",
    "simulate.faults",
    "simulate.truth",
    "simulate.writers.bundles",
    "simulate.writers.pdf",
    "simulate.writers.sheet",
    "simulate.writers.text",
    "simulate.writers.web",
    "simulate.writers.word",
    "simulate.writers",
    "simulate.folder",
    "simulate.corpus",
    "simulate",
    "",
    "cli.options",
    "cli.data",
    "cli.asking",
    "cli.analysis",
    "cli.aligning",
    "cli.comparing",
    "cli.simulation",
    "cli",
    "__main__",
)


def name_of(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def imported(path: Path) -> set[str]:
    """Modules of the package that a file imports, at its top or inside a function."""
    out: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("dutygraph"):
            base = (node.module or "").removeprefix("dutygraph").lstrip(".")
            for alias in node.names:
                whole = f"{base}.{alias.name}".lstrip(".")
                out.add(whole if whole in ORDER else base)
        elif isinstance(node, ast.Import):
            out |= {
                alias.name.removeprefix("dutygraph").lstrip(".")
                for alias in node.names
                if alias.name.startswith("dutygraph")
            }
    return out - {"__about__"}


FILES = sorted(PACKAGE.rglob("*.py"))


def test_every_module_has_its_place() -> None:
    assert {name_of(path) for path in FILES} == set(ORDER)


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_imports_run_one_way(path: Path) -> None:
    place = ORDER.index(name_of(path))
    below = [name for name in imported(path) if ORDER.index(name) >= place]
    assert below == []


@pytest.mark.parametrize("path", FILES, ids=name_of)
def test_modules_are_short_enough_to_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 650


def test_public_names_exist_and_are_documented() -> None:
    assert sorted(dutygraph.__all__) == dutygraph.__all__
    for name in dutygraph.__all__:
        value = getattr(dutygraph, name)
        assert name == "__version__" or value.__doc__


def test_importing_the_package_loads_no_library() -> None:
    code = "import sys, dutygraph; print(' '.join(sys.modules))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stdout.split()
    heavy = {"rdflib", "pyshacl", "pandas", "networkx", "pyoxigraph", "yaml", "click", "jinja2"}
    heavy |= {"numpy", "scipy", "igraph", "bicm", "altair", "vl_convert", "pypinyin"}
    assert heavy.isdisjoint(loaded)


def test_a_query_loads_nothing_heavy() -> None:
    code = (
        "import sys; from dutygraph.cli import main;"
        "main(['query', 'departments', '--format', 'csv']);"
        "print(' '.join(sys.modules), file=sys.stderr)"
    )
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    ).stderr.split()
    heavy = {"rdflib", "pyshacl", "shacl", "pandas", "networkx", "SPARQLWrapper", "jinja2", "rich"}
    heavy |= {"numpy", "scipy", "igraph", "bicm", "altair", "vl_convert", "pypinyin"}
    assert heavy.isdisjoint(loaded)
