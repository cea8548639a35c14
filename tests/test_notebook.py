"""The notebook in docs/ runs, shows what it stores, stores nothing of this machine, and is right.

``python tests/test_notebook.py`` runs it again and stores its outputs, cleaned.
"""

from __future__ import annotations

import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterator
from copy import deepcopy
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).resolve().parent.parent
NOTEBOOK = ROOT / "docs" / "notebook.ipynb"
READINGS = ROOT / "tests" / "readings" / "cooperative.yaml"
TIMEOUT = 120  # seconds for a cell
SVG = "image/svg+xml"
NEEDED = "nbformat nbclient ipykernel altair vl_convert bicm igraph pypinyin scipy".split()

KERNEL = {"display_name": "Python 3", "language": "python", "name": "python3"}
LANGUAGE = {"name": "python"}
# Where files of a machine are, on Linux, macOS and Windows; an address on the web is none.
MACHINE_PATH = re.compile(
    r"(?<![\w.:/~-])/(?:home|root|tmp|usr|var|opt|work|mnt|Users|private)/|\b[A-Za-z]:\\+\w"
)
CELL_ID = re.compile(r"[a-z]+(?:-[a-z]+)*")


# -- running and cleaning ------------------------------------------------------------------------


def quiet(folder: Path) -> dict[str, str]:
    """Settings under which a kernel knows nothing of the user's own ones, nor writes to them."""
    return {
        **{name: str(folder) for name in ("JUPYTER_DATA_DIR", "JUPYTER_CONFIG_DIR", "IPYTHONDIR")},
        "JUPYTER_RUNTIME_DIR": str(folder / "runtime"),
        "JUPYTER_PLATFORM_DIRS": "1",  # older jupyter_core warns where this is not chosen
        "PYDEVD_DISABLE_FILE_VALIDATION": "1",  # the debugger warns of Python's frozen modules
    }


def run(notebook: Any, folder: Path) -> Any:
    """A copy of the notebook, run in *folder* from a fresh kernel."""
    from nbclient import NotebookClient

    copy = deepcopy(notebook)
    for cell in copy.cells:
        if cell.cell_type == "code":
            cell.outputs, cell.execution_count = [], None
    NotebookClient(
        copy,
        timeout=TIMEOUT,
        kernel_name=KERNEL["name"],
        record_timing=False,
        resources={"metadata": {"path": str(folder)}},
    ).execute()
    return copy


def clean(notebook: Any) -> Any:
    """Without what differs between machines, in place."""
    notebook.metadata.clear()
    notebook.metadata.update(kernelspec=dict(KERNEL), language_info=dict(LANGUAGE))
    for cell in notebook.cells:
        cell.metadata.clear()
        for output in cell.get("outputs", ()):
            output.get("metadata", {}).clear()
    return notebook


def refresh() -> None:
    """Run the stored notebook and store its outputs."""
    nbformat = import_module("nbformat")
    with tempfile.TemporaryDirectory() as name:
        os.environ.update(quiet(Path(name)))
        notebook = clean(run(nbformat.read(NOTEBOOK, as_version=4), Path(name)))
    NOTEBOOK.write_text(nbformat.writes(notebook) + "\n", encoding="utf-8")


# -- what a notebook shows -----------------------------------------------------------------------


def outputs(notebook: Any) -> Iterator[tuple[str, str, str]]:
    """Cell, kind and text of all outputs but pictures, which depend on the fonts of a machine."""
    for cell in notebook.cells:
        for output in cell.get("outputs", ()):
            if output.output_type == "stream":
                yield cell.id, output.name, output.text
            elif output.output_type == "error":
                yield cell.id, "error", f"{output.ename}: {output.evalue}"
            else:
                for kind, text in sorted(output.data.items()):
                    if kind != SVG:
                        yield cell.id, kind, text


def pictures(notebook: Any) -> dict[str, str]:
    """The SVG pictures, by cell."""
    return {
        cell.id: output.data[SVG]
        for cell in notebook.cells
        for output in cell.get("outputs", ())
        if SVG in output.get("data", {})
    }


def three_numbers(notebook: Any) -> list[list[int]]:
    """The rows of the table in which the three ways stand side by side."""
    ((_, _, text),) = [each for each in outputs(notebook) if each[:2] == ("agree", "text/plain")]
    rows = [re.search(r"((?:\s+\d+)+)$", line) for line in text.splitlines()]
    return [[int(number) for number in row[1].split()] for row in rows if row]


def dirt(notebook: Any) -> list[str]:
    """What a stored notebook should not hold, in words."""
    found = []
    if dict(notebook.metadata) != {"kernelspec": KERNEL, "language_info": LANGUAGE}:
        found.append("metadata of a kernel")
    count = 0
    for cell in notebook.cells:
        if cell.metadata:
            found.append(f"metadata of cell {cell.id}")
        if not CELL_ID.fullmatch(cell.id):
            found.append(f"made-up id {cell.id}")
        if cell.cell_type != "code":
            continue
        count += 1
        if cell.execution_count != count:
            found.append(f"cell {cell.id} was not run in its place")
        for output in cell.outputs:
            if output.get("metadata"):
                found.append(f"metadata of the output of cell {cell.id}")
            if output.output_type == "error" or output.get("name") == "stderr":
                found.append(f"error or warning in cell {cell.id}")
    here = (str(ROOT), str(Path.home()), sys.prefix, tempfile.gettempdir())
    texts = [*outputs(notebook), *((name, SVG, text) for name, text in pictures(notebook).items())]
    for name, _, text in texts:
        if MACHINE_PATH.search(text) or any(path in text for path in here if len(path) > 3):
            found.append(f"path of a machine in cell {name}")
        if re.search(r"\bat 0x[0-9a-f]{6,}", text):
            found.append(f"address in memory in cell {name}")
    return found


# -- tests ---------------------------------------------------------------------------------------


def need(*modules: str) -> None:
    """Skip where one is missing; they are not imported, for the kernel does that."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        pytest.skip(f"the notebook needs {', '.join(missing)}")


@pytest.fixture(scope="module")
def stored() -> Any:
    """The notebook as it is stored."""
    need("nbformat")
    nbformat = import_module("nbformat")
    notebook = nbformat.read(NOTEBOOK, as_version=4)
    nbformat.validate(notebook)
    return notebook


@pytest.fixture(scope="module")
def executed(stored: Any, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The notebook, run now."""
    need(*NEEDED)
    folder = tmp_path_factory.mktemp("notebook")
    with pytest.MonkeyPatch.context() as patch:
        for name, value in quiet(folder).items():
            patch.setenv(name, value)
        return run(stored, folder)


def test_shows_what_it_stores(stored: Any, executed: Any) -> None:
    assert list(outputs(executed)) == list(outputs(stored)), (
        "if the new outputs are right: python tests/test_notebook.py"
    )


def test_has_neither_errors_nor_warnings(executed: Any) -> None:
    assert [each for each in outputs(executed) if each[1] in ("error", "stderr")] == []


def test_figure_shows_departments_in_chinese_and_needs_no_network(
    stored: Any, executed: Any
) -> None:
    for notebook in (stored, executed):
        found = pictures(notebook)
        assert list(found) == ["figure"]
        svg = found["figure"]
        assert svg.startswith("<svg")
        for words in ("农业农村局", "自然资源局", "倚重度"):
            assert f">{words}" in svg or f"{words}<" in svg
        # The only addresses are the names of SVG's own vocabularies.
        addresses = set(re.findall(r"https?://[^\"'<> )]+", svg))
        assert addresses <= {"http://www.w3.org/2000/svg", "http://www.w3.org/1999/xlink"}
    kinds = {kind for notebook in (stored, executed) for _, kind, _ in outputs(notebook)}
    assert kinds == {"text/plain", "text/html"}
    assert not any("<script" in text for _, _, text in outputs(executed))


def test_three_ways_agree_and_are_right(stored: Any, executed: Any) -> None:
    """Counted by hand in the document.

    农业农村局 stands in the column 对应上级部门 of the 13 items 20 28 29 30 31 33 35 36 37 39 47 57 62.

    公安局 stands there in 15 25 42 54 57 94 97. With it: 教科 人社 医保 (15); 住建 市监 文旅 交通 (25);
    自然资源 (54); 生态 农业 畜牧 水利 发改 (57); 消防 (94); in 42 it is alone, in 97 with 市监. These are
    3 + 4 + 1 + 5 + 1 = 14.

    自然资源局 stands in 13 items, in which the town has these duties: 46:2 47:3 48:3 49:3 50:2 51:3 52:7
    53:2 54:4 55:2 71:2 85:4 93:5, together 42.
    """
    by_hand = [13, 14, 2 + 3 + 3 + 3 + 2 + 3 + 7 + 2 + 4 + 2 + 2 + 4 + 5]
    assert by_hand == from_readings()
    for notebook in (stored, executed):
        assert three_numbers(notebook) == [[number] * 3 for number in by_hand]


def from_readings() -> list[int]:
    """The three numbers, from the readings of the document made by eye."""
    items = yaml.safe_load(READINGS.read_text(encoding="utf-8")).values()
    named = [item["departments"] for item in items]
    return [
        sum("农业农村局" in each for each in named),
        len({name for each in named if "公安局" in each for name in each} - {"公安局"}),
        sum(
            duty["side"] == "town"
            for item in items
            if "自然资源局" in item["departments"]
            for duty in item["duties"]
        ),
    ]


def test_quote_stands_on_its_line(stored: Any, real_document: Path) -> None:
    ((_, _, shown),) = [each for each in outputs(stored) if each[0] == "quote"]
    found = re.fullmatch(r"'line (\d+), from character (\d+): (.+)'", shown)
    assert found is not None
    line = real_document.read_text(encoding="utf-8").split("\n")[int(found[1]) - 1]
    assert line.startswith("54\t")
    assert line[int(found[2]) - 1 :].startswith(found[3])
    texts = [
        duty["text"]
        for duty in yaml.safe_load(READINGS.read_text(encoding="utf-8"))[54]["duties"]
        if duty["side"] == "town"
    ]
    assert found[3] == texts[1]


def test_warns_of_the_cover(stored: Any) -> None:
    first = stored.cells[0].source
    assert "内部" in first
    assert "公布版" in first


def test_links_lead_somewhere(stored: Any) -> None:
    links = [
        link
        for cell in stored.cells
        if cell.cell_type == "markdown"
        for link in re.findall(r"\]\(([^)#]+)", cell.source)
    ]
    assert links
    for link in links:
        assert link.startswith("https://") or (NOTEBOOK.parent / link).exists(), link


def test_stored_notebook_is_clean(stored: Any) -> None:
    assert dirt(stored) == []


def _first_output(notebook: Any) -> Any:
    return next(cell.outputs[0] for cell in notebook.cells if cell.get("outputs"))


def _timed(notebook: Any) -> None:
    notebook.cells[1].metadata["execution"] = {"iopub.status.busy": "2025-07-01T00:00:00Z"}


def _versioned(notebook: Any) -> None:
    notebook.metadata.language_info["version"] = "3.11.2"


def _other_kernel(notebook: Any) -> None:
    notebook.metadata.kernelspec["name"] = "venv"


def _random_id(notebook: Any) -> None:
    notebook.cells[0].id = "3f2a9c01"


def _path(notebook: Any) -> None:
    _first_output(notebook).data["text/plain"] = "PosixPath('/home/someone/list.txt')"


def _here(notebook: Any) -> None:
    _first_output(notebook).data["text/html"] = f"<td>{ROOT / 'data'}</td>"


def _address(notebook: Any) -> None:
    _first_output(notebook).data["text/plain"] = "<Store object at 0x7f12ab34cd56>"


def _unrun(notebook: Any) -> None:
    notebook.cells[1].execution_count = None


@pytest.mark.parametrize(
    "spoil", [_timed, _versioned, _other_kernel, _random_id, _path, _here, _address, _unrun]
)
def test_dirt_is_found(stored: Any, spoil: Callable[[Any], None]) -> None:
    spoiled = deepcopy(stored)
    spoil(spoiled)
    assert len(dirt(spoiled)) == 1


@pytest.mark.parametrize("spoil", [_timed, _versioned, _other_kernel])
def test_cleaning_removes_metadata(stored: Any, spoil: Callable[[Any], None]) -> None:
    spoiled = deepcopy(stored)
    spoil(spoiled)
    assert dirt(clean(spoiled)) == []


if __name__ == "__main__":
    refresh()
