"""The reference file of the alignment: what it must say, and what is refused."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from dutygraph.align import settings as module
from dutygraph.align.settings import EVIDENCE, read_settings, settings, sigmoid, words
from dutygraph.errors import ReferenceDataError

GOOD: dict[str, Any] = {
    name: {
        "intercept": -3,
        "weights": {key: -1 if key in ("conflict", "strange") else 1 for key in EVIDENCE},
        "offset": 0,
        "slope": 2,
        "accept": 0.5,
        "review": 0.1,
    }
    for name in ("pair", "concept")
} | {"parts": {"contained": 0.7, "gain": 0.1, "confidence": 0.9}}


def test_the_file_that_ships() -> None:
    found = settings()
    for model in (found.pair, found.concept):
        assert len(model.weights) == len(EVIDENCE)
        assert model.confidence(model.log_odds_of(0.3)) == pytest.approx(0.3)
        assert 0 < model.review < model.accept < 1
    # What calibration may not do: trust contradictions, or lists and categories more than titles.
    weights = dict(zip(EVIDENCE, found.pair.weights, strict=True))
    assert weights["conflict"] <= -6
    assert weights["strange"] < 0
    assert max(weights["list"], weights["category"], weights["departments"]) < weights["title"]


def test_a_model_by_hand() -> None:
    model = read_settings(GOOD, "x").pair
    # Confidence σ(0 + 2 · 1) = 1/(1 + e⁻²) = 0.8808
    assert model.confidence(1.0) == pytest.approx(0.8808, abs=1e-4)
    assert model.log_odds_of(0.5) == 0.0
    assert sigmoid(-800.0) == 0.0  # no overflow
    assert sigmoid(800.0) == 1.0


def change(path: str, value: Any) -> dict[str, Any]:
    out = copy.deepcopy(GOOD)
    *names, last = path.split(".")
    place = out
    for name in names:
        place = place[name]
    if value is None:
        del place[last]
    else:
        place[last] = value
    return out


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("pair", None, "lacks or misuses 'pair'"),
        ("concept.slope", None, "lacks or misuses 'slope'"),
        ("pair.accept", "much", "lacks or misuses could not convert"),
        ("pair.weights.title", None, "weight 'title' is missing or unknown"),
        ("pair.weights.colour", 1, "weight 'colour' is missing or unknown"),
        ("pair.weights.title", -1, "x, pair: weight of title has the wrong sign"),
        ("pair.weights.conflict", 1, "weight of conflict has the wrong sign"),
        ("pair.weights.list", float("inf"), "weight of list has the wrong sign"),
        ("concept.slope", 0, "x, concept: slope must be above 0"),
        ("pair.review", 0.6, "0 < review ≤ accept < 1"),
        ("pair.accept", 1, "0 < review ≤ accept < 1"),
        ("parts.contained", 0, "a value of parts is not from 0 to 1"),
        ("parts.confidence", 1.1, "a value of parts is not from 0 to 1"),
    ],
)
def test_wrong_settings(path: str, value: Any, message: str) -> None:
    with pytest.raises(ReferenceDataError, match=message.replace("(", r"\(")):
        read_settings(change(path, value), "x")


@pytest.fixture
def other_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Reads the words from a file that is the one that ships, with one value changed."""

    def read(name: str, value: Any) -> Any:
        loaded = yaml.safe_load(module._path().read_text("utf-8"))
        loaded[name] = value
        path = tmp_path / "alignment.yaml"
        path.write_text(yaml.safe_dump(loaded, allow_unicode=True), encoding="utf-8")
        monkeypatch.setattr(module, "_path", lambda: path)
        module._loaded.cache_clear()
        words.cache_clear()
        try:
            return words()
        finally:
            monkeypatch.undo()
            module._loaded.cache_clear()
            words.cache_clear()

    return read


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("opposed", {"age": [["老人"], ["老人"]]}, "age: 老人 stands twice"),
        ("synonyms", [["低保", "五保"], ["五保", "特困"]], "synonyms: 五保 stands twice"),
        ("opposed", {"age": 1}, "lacks or misuses"),
        ("units", [], "a list of words is empty"),
        ("negations", None, "lacks or misuses"),
    ],
)
def test_wrong_words(other_words: Any, name: str, value: Any, message: str) -> None:
    with pytest.raises(ReferenceDataError, match=message):
        other_words(name, value)


def test_a_word_may_belong_to_two_groups(other_words: Any) -> None:
    found = other_words("opposed", {"a": [["撤销"], ["设立"]], "b": [["取消", "撤销"], ["恢复"]]})
    assert found.senses["撤销"] == frozenset({("a", 0), ("b", 0)})
