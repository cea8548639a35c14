"""What speaks for and against two items, or an item and a concept, being the same duty.

Items and concepts have the same form, a `Profile`: a row each, of sums over its members. An item is
its only member. So a concept is compared with by the average of its members, and not by the one
that happens to be nearest, which would join chains of neighbours.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from dutygraph.align.entries import Entry
from dutygraph.align.libraries import need
from dutygraph.align.settings import EVIDENCE
from dutygraph.align.wording import Signature, conflict, neutral, signature, thing, title_key

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Numbers: TypeAlias = NDArray[np.float64]
    Indices: TypeAlias = NDArray[np.intp]

_MATRICES: Final = ("titles", "names", "kinds", "categories", "departments", "duties")
# What is beyond comes from the order of additions.
_DIGITS: Final = 10
_GRAMS: Final = (1, 3)
_DUTY_GRAMS: Final = 2
_DUTY_SPACE: Final = 2**17
_DUTY_WORDS: Final = 64
"""Grams that are kept of a text: those that weigh most."""
# A gram that stands in this part of a list's texts is a name of the place or a phrase of the form.
_COMMON: Final = 0.15
_MANY: Final = 20


@dataclass(frozen=True, slots=True)
class Label:
    """The title that stands for a row.

    Attributes:
        signature: what another title must not differ in.
        characters: of what it is about (`wording.thing`).
    """

    signature: Signature
    characters: frozenset[str]


def label_of(title: str, town: str = "") -> Label:
    """The `Label` of a title.

    Args:
        title: the title as printed.
        town: name of the town that it stands in.
    """
    return Label(signature(title_key(title)), frozenset(thing(title, town)))


@dataclass(frozen=True, slots=True)
class Profile:
    """Items or concepts, a row each; every value is a sum over its members.

    Attributes:
        matrices: sparse matrices by name: ``titles`` (character n-grams, each member's row of
            length 1), ``names`` (which title), ``kinds``, ``categories``, ``departments``,
            ``duties`` (n-grams of the text, of length 1).
        totals: ``lengths`` (of the titles before they were scaled), ``with_departments`` and
            ``with_duties`` (members that have any), ``members``.
        labels: the title that stands for each row.
        rarity: how rare a character is in titles, 0 (in all) to 1 (in none).
    """

    matrices: dict[str, Any]
    totals: dict[str, Numbers]
    labels: Sequence[Label]
    rarity: Mapping[str, float]

    def __len__(self) -> int:
        return len(self.labels)

    def rows(self, chosen: Sequence[int] | Indices) -> Profile:
        """Some of the rows."""
        numpy = need("numpy")
        index = numpy.asarray(chosen, dtype=numpy.intp)
        return Profile(
            {name: matrix[index] for name, matrix in self.matrices.items()},
            {name: total[index] for name, total in self.totals.items()},
            [self.labels[i] for i in index.tolist()],
            self.rarity,
        )

    def gather(self, groups: Sequence[Sequence[int]], labels: Sequence[Label]) -> Profile:
        """A row for each group of rows: their sums.

        Args:
            groups: rows of each group; a group may be empty.
            labels: of the groups.
        """
        chooser = _chooser(groups, len(self))
        return Profile(
            {name: (chooser @ matrix).tocsr() for name, matrix in self.matrices.items()},
            {name: chooser @ total for name, total in self.totals.items()},
            list(labels),
            self.rarity,
        )

    def add(self, other: Profile, sign: float = 1.0) -> Profile:
        """The sums of two profiles row by row, or their differences; the labels are its own."""
        return Profile(
            {name: own + sign * other.matrices[name] for name, own in self.matrices.items()},
            {name: own + sign * other.totals[name] for name, own in self.totals.items()},
            self.labels,
            self.rarity,
        )

    def append(self, other: Profile) -> Profile:
        """The rows of both, one below the other."""
        numpy, sparse = need("numpy"), need("scipy.sparse")
        return Profile(
            {
                name: sparse.vstack([own, other.matrices[name]], format="csr")
                for name, own in self.matrices.items()
            },
            {
                name: numpy.concatenate([own, other.totals[name]])
                for name, own in self.totals.items()
            },
            [*self.labels, *other.labels],
            self.rarity,
        )

    def averages(self) -> Profile:
        """Each row as if it were one item: shares of its members, vectors of length 1."""
        numpy = need("numpy")
        members = numpy.maximum(self.totals["members"], 1.0)
        naming = numpy.maximum(self.totals["with_departments"], 1.0)
        matrices = dict(self.matrices)
        for name in ("titles", "duties"):
            matrices[name] = _scaled(matrices[name], _lengths(matrices[name]))
        for name, divisor in (("kinds", members), ("categories", members), ("departments", naming)):
            matrices[name] = _divided(matrices[name], divisor)
        totals = {name: (total > 0).astype(float) for name, total in self.totals.items()}
        totals["lengths"] = self.totals["lengths"] / members
        return Profile(matrices, totals, self.labels, self.rarity)


def _divided(matrix: Any, divisor: Numbers) -> Any:
    numpy = need("numpy")
    out = matrix.tocsr(copy=True)
    out.data = out.data / numpy.repeat(divisor, numpy.diff(out.indptr))
    return out


def _chooser(groups: Sequence[Sequence[int]], width: int) -> Any:
    """Matrix that adds up the rows of each group."""
    numpy, sparse = need("numpy"), need("scipy.sparse")
    ends = numpy.cumsum([0, *map(len, groups)])
    columns = numpy.array([row for group in groups for row in group], dtype=numpy.int64)
    ones = numpy.ones(len(columns))
    return sparse.csr_array((ones, columns, ends), shape=(len(groups), width))


def profile(found: Sequence[Entry]) -> Profile:
    """Profile of items, a row each.

    Titles (`wording.neutral`) are cut into n-grams of one to three characters, of which each counts once and weighs its
    inverse document frequency ln((1 + n)/(1 + titles that have it)) + 1 among the different titles.
    Source: Salton & Buckley (1988), "Term-weighting approaches in automatic text retrieval",
    Information Processing & Management 24(5).

    Args:
        found: the items, those of an edition side by side.

    Raises:
        DutyGraphError: scikit-learn or scipy is not installed.
    """
    numpy = need("numpy")
    keys = [entry.title_key for entry in found]
    words = [neutral(entry.title, entry.town) for entry in found]
    titles, lengths = _title_vectors(words)
    duties = _duty_vectors(found)
    departments = _one_hot([sorted(entry.departments) for entry in found])
    return Profile(
        {
            "titles": titles,
            "names": _one_hot([[key] if key else [] for key in keys]),
            "kinds": _one_hot([[entry.kind] if entry.kind else [] for entry in found]),
            "categories": _one_hot([[e.category] if e.category else [] for e in found]),
            "departments": departments,
            "duties": duties,
        },
        {
            "lengths": lengths,
            "with_departments": _filled(departments),
            "with_duties": _filled(duties),
            "members": numpy.ones(len(found)),
        },
        [label_of(entry.title, entry.town) for entry in found],
        _rarity(words),
    )


def _rarity(words: Sequence[str]) -> dict[str, float]:
    """ln((1 + n)/(1 + titles that have it)) / ln(1 + n) of each character, n different titles."""
    distinct = set(words) - {""}
    counts = Counter(c for word in distinct for c in set(word))
    whole = math.log(1 + len(distinct))
    return {c: 1.0 - math.log(1 + count) / whole for c, count in counts.items()} if whole else {}


def _filled(matrix: Any) -> Numbers:
    """1 for rows that hold anything, else 0."""
    numpy = need("numpy")
    out: Numbers = (numpy.diff(matrix.indptr) > 0).astype(float)
    return out


def _one_hot(rows: Sequence[Sequence[str]]) -> Any:
    numpy, sparse = need("numpy"), need("scipy.sparse")
    words = sorted({word for row in rows for word in row})
    place = {word: column for column, word in enumerate(words)}
    columns = numpy.array([place[word] for row in rows for word in row], dtype=numpy.int64)
    ends = numpy.cumsum([0, *map(len, rows)])
    shape = (len(rows), max(len(words), 1))
    return sparse.csr_array((numpy.ones(len(columns)), columns, ends), shape=shape)


def _title_vectors(words: Sequence[str]) -> tuple[Any, Numbers]:
    """Rows of length 1 for titles, and the lengths that they had; empty titles stay empty."""
    numpy, sparse = need("numpy"), need("scipy.sparse")
    distinct = sorted(set(words) - {""})
    if not distinct:
        return sparse.csr_array((len(words), 1)), numpy.zeros(len(words))
    text = need("sklearn.feature_extraction.text")
    counter = text.TfidfVectorizer(
        analyzer="char", ngram_range=_GRAMS, lowercase=False, binary=True, norm=None
    )
    vectors = sparse.csr_array(counter.fit_transform(distinct))
    lengths = _lengths(vectors)
    place = {word: row for row, word in enumerate(distinct)}
    groups = [[place[word]] if word else [] for word in words]
    chooser = _chooser(groups, len(distinct))
    return (chooser @ _scaled(vectors, lengths)).tocsr(), chooser @ lengths


def _lengths(matrix: Any) -> Numbers:
    numpy = need("numpy")
    out: Numbers = numpy.sqrt(matrix.multiply(matrix).sum(axis=1)).ravel()
    return out


def _scaled(matrix: Any, lengths: Numbers) -> Any:
    numpy = need("numpy")
    return _divided(matrix, numpy.where(lengths > 0, lengths, 1.0))


def _duty_vectors(found: Sequence[Entry]) -> Any:
    """Rows of length 1 for the texts of duties, of the bigrams that weigh most.

    A bigram that stands in many texts of one list says nothing of the item: it comes from the names
    of the place or from the form, and would tie the items of one list to each other.
    """
    sparse, numpy = need("scipy.sparse"), need("numpy")
    filled = [row for row, entry in enumerate(found) if entry.duties]
    if not filled:
        return sparse.csr_array((len(found), 1))
    text = need("sklearn.feature_extraction.text")
    counter = text.HashingVectorizer(
        analyzer="char",
        ngram_range=(_DUTY_GRAMS, _DUTY_GRAMS),
        lowercase=False,
        n_features=_DUTY_SPACE,
        norm=None,
        alternate_sign=False,
        binary=True,
    )
    lists = [found[row].of_edition for row in filled]
    bounds = [n for n, own in enumerate(lists) if n == 0 or own != lists[n - 1]]
    parts = []
    for first, last in zip(bounds, (*bounds[1:], len(filled)), strict=True):
        part = sparse.csr_array(counter.transform(found[row].duties for row in filled[first:last]))
        if last - first >= _MANY:
            often = numpy.bincount(part.indices, minlength=_DUTY_SPACE) > _COMMON * (last - first)
            part.data[often[part.indices]] = 0.0
            part.eliminate_zeros()
        parts.append(part)
    counts = sparse.vstack(parts, format="csr")
    texts = numpy.bincount(counts.indices, minlength=_DUTY_SPACE)
    counts.data *= (numpy.log((1 + len(filled)) / (1 + texts)) + 1)[counts.indices]
    kept = _heaviest(counts)
    ends = numpy.zeros(len(found) + 1, dtype=numpy.int64)
    ends[numpy.array(filled) + 1] = numpy.diff(kept.indptr)
    kept = _scaled(kept, _lengths(kept))
    shape = (len(found), _DUTY_SPACE)
    return sparse.csr_array((kept.data, kept.indices, numpy.cumsum(ends)), shape=shape)


def _heaviest(matrix: Any) -> Any:
    """Each row's `_DUTY_WORDS` largest values."""
    numpy, sparse = need("numpy"), need("scipy.sparse")
    rows = numpy.repeat(numpy.arange(matrix.shape[0]), numpy.diff(matrix.indptr))
    order = numpy.lexsort((matrix.indices, -matrix.data, rows))
    rank = numpy.arange(len(order)) - matrix.indptr[rows[order]]
    chosen = numpy.sort(order[rank < _DUTY_WORDS])
    ends = numpy.cumsum([0, *numpy.bincount(rows[chosen], minlength=matrix.shape[0])])
    return sparse.csr_array((matrix.data[chosen], matrix.indices[chosen], ends), shape=matrix.shape)


def title_similarity(items: Profile, others: Profile) -> Numbers:
    """Cosine of each item's title with the sum of each other's titles.

    Returns:
        Matrix of items × others, 0 (nothing in common) to 1 (the same).
    """
    numpy = need("numpy")
    titles = others.matrices["titles"]
    lengths = _lengths(titles)
    # Where a sum lost its last member, what is left of it is the error of the additions.
    held = (others.totals["members"] > 0) & (lengths > 0)
    scale = numpy.divide(1.0, lengths, out=numpy.zeros_like(lengths), where=held)
    dots = (items.matrices["titles"] @ titles.T).toarray() * scale
    out: Numbers = numpy.round(numpy.clip(dots, 0.0, 1.0), _DIGITS)
    return out


def evidence(
    items: Profile, others: Profile, similar: Numbers, rows: Indices, columns: Indices
) -> Numbers:
    """Evidence on pairs of an item and another item or a concept.

    * same_title: 1 where a member of the other has the very same title key, else 0.
    * title: cosine of the titles (`title_similarity`), 0–1.
    * cover: how much of the shorter title the longer one holds, 0–1: title · longer / shorter,
      from the lengths of their vectors.
    * conflict: how far the titles contradict each other, 0 or more (`wording.conflict`).
    * strange: 0–1. Of what the titles are about (`wording.thing`), the rarest character that only
      one of them has; of the two titles, the less rare. Where it is high, each names something that
      the other does not (托育机构, 养老机构).
    * list, category: −1 (none of the other's members has the item's) to 1 (all); category is 0
      where one of them has none.
    * departments: weighted Jaccard index of the types, from −1 (none in common) to 1 (the same); 0
      where one of them names none.
    * duties: cosine of the texts of the duties, 0–1; 0 where one of them has none.
    * duties_known: 1 where both have texts, else 0.

    For two items every value is symmetric.

    Args:
        items: items, as the rows of a pair.
        others: items or concepts.
        similar: their `title_similarity`.
        rows: place of the item of each pair.
        columns: place of the other.

    Returns:
        Matrix of pairs × `settings.EVIDENCE`.
    """
    numpy = need("numpy")
    out: Numbers = numpy.zeros((len(rows), len(EVIDENCE)))
    if not len(rows):
        return out
    shared = {
        name: (items.matrices[name] @ others.matrices[name].T).toarray()[rows, columns]
        for name in _MATRICES[1:]
    }
    members = numpy.maximum(others.totals["members"], 1.0)[columns]
    title = similar[rows, columns]
    a, b = items.totals["lengths"][rows], others.totals["lengths"][columns] / members
    short, long = numpy.minimum(a, b), numpy.maximum(a, b)
    ratio = numpy.divide(long, short, out=numpy.ones_like(long), where=short > 0)
    of_kind = numpy.asarray(others.matrices["kinds"].sum(axis=1)).ravel()[columns]
    with_category = numpy.asarray(others.matrices["categories"].sum(axis=1)).ravel()[columns]
    has_category = _filled(items.matrices["categories"])[rows] * (with_category > 0)
    duties_known = items.totals["with_duties"][rows] * (others.totals["with_duties"][columns] > 0)
    lengths = _lengths(others.matrices["duties"])[columns]
    judged = _judged(items, others, rows, columns)
    values = {
        "same_title": shared["names"] > 0,
        "title": title,
        "cover": numpy.minimum(title * ratio, 1.0),
        "conflict": judged[:, 0],
        "strange": judged[:, 1],
        "list": _part(shared["kinds"], of_kind) * (of_kind > 0),
        "category": _part(shared["categories"], with_category) * has_category,
        "departments": _departments(items, others, rows, columns, shared["departments"]),
        "duties": _ratio(shared["duties"], lengths) * duties_known,
        "duties_known": duties_known,
    }
    for place, name in enumerate(EVIDENCE):
        out[:, place] = numpy.round(values[name].astype(float), _DIGITS)
    return out


def _ratio(part: Numbers, whole: Numbers) -> Numbers:
    numpy = need("numpy")
    out: Numbers = numpy.divide(part, whole, out=numpy.zeros_like(part), where=whole > 0)
    return out


def _part(part: Numbers, whole: Numbers) -> Numbers:
    """A part of a whole on the scale from −1 (none) to 1 (all)."""
    return 2.0 * _ratio(part, whole) - 1.0


def _departments(
    items: Profile, others: Profile, rows: Indices, columns: Indices, shared: Numbers
) -> Numbers:
    numpy = need("numpy")
    naming = others.totals["with_departments"][columns]
    common = _ratio(shared, naming)
    of_item = numpy.asarray(items.matrices["departments"].sum(axis=1)).ravel()[rows]
    of_other = _ratio(
        numpy.asarray(others.matrices["departments"].sum(axis=1)).ravel()[columns], naming
    )
    known = (of_item > 0) & (naming > 0)
    out: Numbers = _part(common, of_item + of_other - common) * known
    return out


def _judged(items: Profile, others: Profile, rows: Indices, columns: Indices) -> Numbers:
    """Conflict and strangeness of the labels of pairs."""
    numpy = need("numpy")
    out: Numbers = numpy.zeros((len(rows), 2))
    rarity = items.rarity
    for place, (row, column) in enumerate(zip(rows.tolist(), columns.tolist(), strict=True)):
        a, b = items.labels[row], others.labels[column]
        out[place, 0] = conflict(a.signature, b.signature)
        only_a, only_b = a.characters - b.characters, b.characters - a.characters
        if only_a and only_b:
            out[place, 1] = min(max(rarity.get(c, 1.0) for c in only) for only in (only_a, only_b))
    return out
