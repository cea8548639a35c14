"""Renames and mergers of departments."""

from __future__ import annotations

from pathlib import Path

import pytest
from pyoxigraph import Literal, NamedNode

from dutygraph import changes, graph, reference
from dutygraph.changes import DepartmentChange, department_changes, successors, transfers
from dutygraph.errors import ReferenceDataError
from dutygraph.vocab import DG, ORG, RDF, mint


def change(
    old: str, new: str, kind: str = "merger", date: str = "2020", where: str = ""
) -> DepartmentChange:
    return DepartmentChange(f"{old}-{new}", date, kind, (old,), (), (new,), where, "", "", "")


def test_rural_revitalisation_went_to_agriculture() -> None:
    # The reform plan of March 2023 ends the separate bureau; the one of 2021 had renamed its
    # predecessor, which has no type of its own.
    assert successors()["rural-revitalisation"] == {"agriculture-rural"}
    assert "civil-affairs" not in successors()  # it only gave duties away


def test_dates_bound_what_counts() -> None:
    assert "rural-revitalisation" not in successors(until="2023-02")
    assert "rural-revitalisation" in successors(since="2023-03")
    assert "rural-revitalisation" not in successors(since="2023-04")


def test_chains_circles_and_counties(monkeypatch: pytest.MonkeyPatch) -> None:
    known = (
        change("a", "b"),
        change("b", "c"),
        change("x", "y"),
        change("y", "x"),
        change("m", "n", where="653131"),
        change("t", "u", kind="transfer"),
    )
    monkeypatch.setattr(changes, "department_changes", lambda: known)
    assert successors() == {
        "a": {"c"},
        "b": {"c"},
        "x": frozenset(),
        "y": frozenset(),
    }
    assert successors("653131")["m"] == {"n"}
    assert [one.new for one in transfers("t", "u")] == [("u",)]
    assert transfers("u", "t") == ()


def test_old_names_are_read_as_the_new_type() -> None:
    """A list that still prints an old name must not mint a department beside the new one."""
    forms = {
        form: kind.key
        for kind in reference.department_types().values()
        for form in (kind.zh, *kind.forms)
    }
    for one in department_changes():
        for name in one.old_names:
            assert forms[name] == one.new[0], name


def test_events_are_in_the_reference_graph() -> None:
    event = NamedNode(mint("change", "rural-revitalisation-2023"))
    facts = {(q.predicate.value, q.object) for q in graph.reference_quads() if q.subject == event}
    assert (RDF.type, NamedNode(ORG.ChangeEvent)) in facts
    assert (DG.originalType, NamedNode(mint("department-type", "rural-revitalisation"))) in facts
    assert (DG.resultingType, NamedNode(mint("department-type", "agriculture-rural"))) in facts
    assert (DG.changeKind, Literal("merger")) in facts


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a: 1", "must be a list"),
        ("- {key: a}", "lacks date, kind, to"),
        (
            "- {key: a, date: '2020', kind: swap, from: [water], to: [water], zh: x, en: x, source: x}",
            "swap",
        ),
        (
            "- {key: a, date: May, kind: merger, from: [water], to: [water], zh: x, en: x, source: x}",
            "no date",
        ),
        (
            "- {key: a, date: '2020', kind: merger, from: [sea], to: [water], zh: x, en: x, source: x}",
            "'sea'",
        ),
        (
            "- {key: a, date: '2020', kind: merger, to: [water], zh: x, en: x, source: x}",
            "from_names",
        ),
        (
            "- &a {key: a, date: '2020', kind: merger, from: [water], to: [energy], zh: x, en: x, source: x}\n- *a",
            "stands twice",
        ),
    ],
)
def test_broken_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str, says: str) -> None:
    path = tmp_path / "reference" / changes.FILE
    path.parent.mkdir()
    path.write_text(text, encoding="utf-8")
    reference.department_types()  # loaded from where it really is
    monkeypatch.setattr(changes.resources, "folder", lambda name: tmp_path)
    department_changes.cache_clear()
    try:
        with pytest.raises(ReferenceDataError, match=says):
            department_changes()
    finally:
        department_changes.cache_clear()
