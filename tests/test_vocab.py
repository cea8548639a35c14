"""Keys and IRIs."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Quad, RdfFormat, parse, serialize

from dutygraph.vocab import fold, mint, segment

NAMES = st.text(min_size=1, max_size=20)


@given(NAMES)
def test_folding_twice_changes_nothing(name: str) -> None:
    assert fold(fold(name)) == fold(name)


@given(
    NAMES, st.sampled_from(["\u200b", "\u202e", " ", "\u3000", "\t", "\u00a0", "\u2028"]), st.data()
)
def test_invisible_characters_never_change_an_iri(
    name: str, hidden: str, data: st.DataObject
) -> None:
    place = data.draw(st.integers(0, len(name)))
    # Between a letter and a combining mark a character does change what is printed.
    whole = fold(name[:place] + hidden + name[place:])
    if whole == fold(name):
        assert mint("x", name[:place] + hidden + name[place:]) == mint("x", name)


@given(NAMES, NAMES)
def test_different_keys_give_different_iris(one: str, other: str) -> None:
    assert (segment(one) == segment(other)) == (fold(one) == fold(other))


@given(NAMES)
def test_every_iri_can_be_written_and_read(name: str) -> None:
    iri = NamedNode(mint("department", "653131", name))
    quad = Quad(iri, iri, Literal("x"))
    text = bytes(serialize([quad.triple], format=RdfFormat.TURTLE))
    (back,) = parse(text, format=RdfFormat.TURTLE)
    assert back.subject == iri


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("农业农村局", "农业农村局"),
        ("a b/c", "ab%2Fc"),
        ("“四个合格”", "%E2%80%9C四个合格%E2%80%9D"),
        ("ＡＢ１", "AB1"),
        ('<>"{}|\\^`%', "%3C%3E%22%7B%7D%7C%5C%5E%60%25"),
    ],
)
def test_segments(name: str, expected: str) -> None:
    assert segment(name) == expected


def test_synthetic_things_have_a_namespace_of_their_own() -> None:
    assert mint("town", "1", synthetic=True) == "https://w3id.org/dutygraph/synthetic/id/town/1"
    assert mint("town", "1") == "https://w3id.org/dutygraph/id/town/1"
