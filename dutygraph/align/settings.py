"""Words, weights and thresholds of the alignment, from data/reference/alignment.yaml."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Final

from dutygraph import reference, resources
from dutygraph.errors import ReferenceDataError
from dutygraph.vocab import fold

FILE: Final = "alignment.yaml"
EVIDENCE: Final = (
    "same_title",
    "title",
    "cover",
    "conflict",
    "strange",
    "list",
    "category",
    "departments",
    "duties",
    "duties_known",
)
"""Names of the evidence on a pair, in the order of its columns (see `evidence.evidence`)."""
_FALLING: Final = frozenset({"conflict", "strange"})
_FREE: Final = frozenset({"duties_known"})


@dataclass(frozen=True, slots=True, eq=False)
class Words:
    """Words that two titles of one duty must not differ in.

    Attributes:
        senses: by word, each group that it belongs to and the place of its sense there.
        negations: words that deny or exclude.
        no_negation: words that hold such a word and do not.
        units: words by which a Chinese numeral counts as a number.
        areas: words for the area of a town, which tell nothing apart.
        generic: words that go with any duty.
        synonyms: by word, the one that stands for it.
    """

    senses: Mapping[str, frozenset[tuple[str, int]]]
    negations: tuple[str, ...]
    no_negation: tuple[str, ...]
    units: tuple[str, ...]
    areas: tuple[str, ...]
    generic: tuple[str, ...]
    synonyms: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Model:
    """How evidence becomes a score and a confidence.

    score = σ(intercept + Σ weight · evidence); confidence = σ(offset + slope · log-odds of the
    score), for pairs that were chosen by the one-to-one assignment.

    Attributes:
        intercept: log-odds of a pair without evidence.
        weights: weight of each of `EVIDENCE`, in that order.
        offset, slope: calibration of the confidence.
        accept: confidence from which a pair is taken.
        review: confidence from which a pair is shown as uncertain.
    """

    intercept: float
    weights: tuple[float, ...]
    offset: float
    slope: float
    accept: float
    review: float

    def confidence(self, log_odds: float) -> float:
        """Calibrated probability that a chosen pair is the same duty, 0–1."""
        return sigmoid(self.offset + self.slope * log_odds)

    def log_odds_of(self, confidence: float) -> float:
        """Log-odds of the score whose confidence this is."""
        return (math.log(confidence / (1 - confidence)) - self.offset) / self.slope


@dataclass(frozen=True, slots=True)
class Settings:
    """Weights and thresholds.

    Attributes:
        pair: model of an item and an item.
        concept: model of an item and a concept.
        contained: part of the shorter title that the longer one must hold for broader and narrower.
        gain: part of the longer title that the shorter one must add to what its partner explains.
        part_confidence: how often broader and narrower, found so, are right.
    """

    pair: Model
    concept: Model
    contained: float
    gain: float
    part_confidence: float


def sigmoid(log_odds: float) -> float:
    """Probability of log-odds.

    >>> sigmoid(0.0)
    0.5
    """
    if log_odds >= 0:
        return 1.0 / (1.0 + math.exp(-log_odds))
    power = math.exp(log_odds)
    return power / (1.0 + power)


def _path() -> Path:
    return resources.folder("data") / "reference" / FILE


@cache
def words() -> Words:
    """The words of the reference file.

    Raises:
        ReferenceDataError: the file is broken, or a word stands twice in a group.
    """
    path = str(_path())
    loaded = _loaded()
    senses: dict[str, dict[str, int]] = {}
    try:
        for group, several in loaded["opposed"].items():
            for place, forms in enumerate(several):
                for form in forms:
                    if group in senses.setdefault(fold(form), {}):
                        raise ReferenceDataError(f"{group}: {form} stands twice", where=path)
                    senses[fold(form)][group] = place
        negations, no_negation, units, areas, generic = (
            tuple(fold(word) for word in loaded[name])
            for name in ("negations", "no_negation", "units", "areas", "generic")
        )
        synonyms = _synonyms(loaded["synonyms"], path)
    except (KeyError, TypeError, AttributeError) as error:
        raise ReferenceDataError(
            f"lacks or misuses {error}", where=path, hint="see the comment at its top"
        ) from error
    if not (senses and negations and no_negation and units and areas and generic and synonyms):
        raise ReferenceDataError("a list of words is empty", where=path)
    groups = {word: frozenset(found.items()) for word, found in senses.items()}
    return Words(groups, negations, no_negation, units, areas, generic, synonyms)


def _synonyms(groups: Sequence[Sequence[str]], path: str) -> dict[str, str]:
    """The first word of each group by each of the others; none of them may stand twice."""
    out: dict[str, str] = {}
    for first, *others in groups:
        for word in (first, *others):
            if fold(word) in out:
                raise ReferenceDataError(f"synonyms: {word} stands twice", where=path)
            out[fold(word)] = fold(first)
    return out


@cache
def settings() -> Settings:
    """The weights and thresholds of the reference file.

    Raises:
        ReferenceDataError: the file is broken, a weight is missing, unknown or of the wrong sign,
            or a threshold is no probability.
    """
    return read_settings(_loaded(), str(_path()))


@cache
def _loaded() -> Any:
    return reference.load_yaml(_path())


def read_settings(loaded: Any, where: str) -> Settings:
    """Weights and thresholds from the contents of a file of this form.

    Args:
        loaded: its contents.
        where: its name, for messages.

    Raises:
        ReferenceDataError: as of `settings`.
    """
    try:
        found = Settings(
            _model(loaded["pair"], f"{where}, pair"),
            _model(loaded["concept"], f"{where}, concept"),
            float(loaded["parts"]["contained"]),
            float(loaded["parts"]["gain"]),
            float(loaded["parts"]["confidence"]),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise ReferenceDataError(f"lacks or misuses {error}", where=where) from error
    parts = (found.contained, found.gain, found.part_confidence)
    if not all(0 < value <= 1 for value in parts):
        raise ReferenceDataError("a value of parts is not from 0 to 1", where=where)
    return found


def _model(loaded: Any, where: str) -> Model:
    weights = {str(name): float(value) for name, value in loaded["weights"].items()}
    if wrong := sorted(set(weights) ^ set(EVIDENCE)):
        raise ReferenceDataError(
            f"weight {wrong[0]!r} is missing or unknown", where=where, hint=", ".join(EVIDENCE)
        )
    for name, value in weights.items():
        sign = -1 if name in _FALLING else 1
        if not math.isfinite(value) or (name not in _FREE and sign * value < 0):
            raise ReferenceDataError(f"weight of {name} has the wrong sign", where=where)
    model = Model(
        float(loaded["intercept"]),
        tuple(weights[name] for name in EVIDENCE),
        float(loaded["offset"]),
        float(loaded["slope"]),
        float(loaded["accept"]),
        float(loaded["review"]),
    )
    if not model.slope > 0:
        raise ReferenceDataError("slope must be above 0", where=where)
    if not 0 < model.review <= model.accept < 1:
        raise ReferenceDataError("0 < review ≤ accept < 1 must hold", where=where)
    return model
