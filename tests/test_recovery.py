"""Simulated documents of every format are read back as the simulator's truth says.

The truth is the simulator's own; no reader had a part in it. benchmarks/formats.py does the same with
200 documents.
"""

from __future__ import annotations

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from dutygraph.simulate.corpus import simulate

BENCHMARKS = Path(__file__).resolve().parent.parent / "benchmarks"
# Two of each format, and styles and faults as they come.
DOCUMENTS = 14
SEED = 7


@pytest.fixture(scope="module")
def recovery() -> ModuleType:
    spec = importlib.util.spec_from_file_location("recovery", BENCHMARKS / "recovery.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["recovery"] = module  # dataclasses look their module up
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("simulated") / "lists"
    simulate(towns=DOCUMENTS, seed=SEED).write(root, "mixed")
    return root


def test_everything_is_recovered_from_every_format(recovery: ModuleType, folder: Path) -> None:
    scores = recovery.score_folder(folder)
    assert set(scores) == {"text", "tsv", "csv", "html", "docx", "xlsx", "pdf"}
    for name, score in scores.items():
        lost = [line for line in score.wrong if not line.startswith("surplus findings")]
        # A PDF does not say whether a line that is full ends there or goes on.
        assert len(lost) <= (0.002 * score.expected["duties"] if name == "pdf" else 0), lost
    expected = sum(score.expected["duties"] for score in scores.values())
    assert expected > 100 * DOCUMENTS  # something was there to be recovered
    assert sum(score.expected["faults"] for score in scores.values()) >= DOCUMENTS // 2


def test_the_score_sees_what_is_lost(recovery: ModuleType, folder: Path) -> None:
    """A scorer that cannot fail would prove nothing: spoil the truth, and it says so."""

    def lost(part: str) -> int:
        scores = recovery.score_folder(folder).values()
        return sum(line.startswith(f"{part}: ") for score in scores for line in score.wrong)

    before = {part: lost(part) for part in ("titles", "duties", "faults")}
    for name, part in (("items", "titles"), ("duties", "duties"), ("faults", "faults")):
        path = folder / "truth" / f"{name}.csv"
        text = path.read_text(encoding="utf-8")
        column = {"items": "title", "duties": "text", "faults": "finding"}[name]
        rows = recovery.load_truth(folder, name)
        rows[0][column] += "错"
        try:
            with path.open("w", encoding="utf-8", newline="") as file:
                writer = recovery.csv.DictWriter(file, list(rows[0]))
                writer.writeheader()
                writer.writerows(rows)
            assert lost(part) == before[part] + 1, name
        finally:
            path.write_text(text, encoding="utf-8")
