"""The network's layout: every label can be read, and the same rows give the same places."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from itertools import combinations, pairwise
from typing import Any

import pytest

from dutygraph.report.layout import LABEL_GAP, Arrangement, arrange, positions, radius_of
from dutygraph.report.lettering import Box, clean, shorten, text_width, wrap

Row = dict[str, Any]


def node(name: str, items: int = 1, english: str = "") -> Row:
    return {"id": name, "label": name, "label_en": english, "label_pinyin": "", "items": items}


def edge(one: str, other: str) -> Row:
    return {"source": one, "target": other, "items": 1}


def complete(n: int) -> tuple[list[Row], list[Row]]:
    """A network of *n* departments with long names, all named together."""
    names = [f"喀什地区生态环境局第{k}分局" for k in range(n)]
    english = "Commerce, Industry and Information Technology Bureau"
    nodes = [node(name, 1 + k % 13, f"{english} {k}") for k, name in enumerate(names)]
    return nodes, [edge(*pair) for pair in combinations(names, 2)]


def overlapping(found: Arrangement) -> list[tuple[str, str]]:
    """Pairs of nodes of which a label overlaps the other's label or circle, or the circles do."""
    boxes = {name: (place.label, place.circle) for name, place in found.places.items()}
    return [
        (one, other)
        for one, other in combinations(boxes, 2)
        if any(a.overlaps(b) for a in boxes[one] for b in boxes[other])
    ]


def assert_readable(found: Arrangement) -> None:
    assert overlapping(found) == []
    for name, place in found.places.items():
        assert not place.label.overlaps(place.circle), name
        for box in (place.label, place.circle):
            assert box.x >= 0, name
            assert box.y >= 0, name
            assert box.x + box.width <= found.width, name
            assert box.y + box.height <= found.height, name


def test_the_overlap_check_sees_an_overlap() -> None:
    assert Box(0, 0, 10, 10).overlaps(Box(9, 9, 5, 5))
    assert not Box(0, 0, 10, 10).overlaps(Box(10, 0, 5, 5))  # they share an edge only
    assert not Box(0, 0, 10, 10).overlaps(Box(0, 11, 5, 5))


def test_nothing() -> None:
    found = arrange([], [])
    assert (dict(found.places), found.height, found.alone_from) == ({}, 0, None)
    assert positions([], []) == {}


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("n", [2, 3, 8, 40])
def test_complete_networks(n: int, lang: str) -> None:
    nodes, edges = complete(n)
    found = arrange(nodes, edges, lang)
    assert len(found.places) == n
    assert found.alone_from is None
    assert_readable(found)


@pytest.mark.parametrize("n", [1, 2, 7, 30])
def test_departments_that_are_only_named_alone(n: int) -> None:
    found = arrange([node(f"部门{k}", k + 1) for k in range(n)], [])
    assert all(place.alone for place in found.places.values())
    assert found.alone_from == 0
    assert_readable(found)


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_two_parts_and_some_alone(lang: str) -> None:
    nodes, edges = complete(12)
    others = [node("宣传部", 5, "Publicity Department"), node("融媒体中心", 2, "Media Centre")]
    alone = [node("司法局", 1, "Justice Bureau"), node("政协", 1)]
    found = arrange([*nodes, *others, *alone], [*edges, edge("宣传部", "融媒体中心")], lang)
    assert_readable(found)
    # The small part stands beside the large one: no label of it lies between the others.
    small = [found.places[str(row["id"])] for row in others]
    large = [found.places[str(row["id"])] for row in nodes]
    assert min(p.label.x for p in small) >= max(p.label.x + p.label.width for p in large)
    assert found.alone_from is not None
    for row in alone:
        assert found.places[str(row["id"])].circle.y > found.alone_from
    assert max(p.label.y + p.label.height for p in [*small, *large]) <= found.alone_from


def test_several_large_parts() -> None:
    nodes, edges = complete(9)
    more = [{**row, "id": f"乙{row['id']}"} for row in nodes]
    more_edges = [edge(f"乙{row['source']}", f"乙{row['target']}") for row in edges]
    found = arrange([*nodes, *more], [*edges, *more_edges], "en")
    assert len(found.places) == 18
    assert_readable(found)


def test_a_star_and_a_dense_core() -> None:
    leaves = [node(f"很长的名字的部门第{k}号") for k in range(45)]
    hub = node("中心", 40)
    found = arrange([hub, *leaves], [edge("中心", str(leaf["id"])) for leaf in leaves], "zh")
    assert_readable(found)


def test_a_chain_keeps_its_order() -> None:
    # The shortest paths of a chain of five are 1 to 4 long, so a layout without stress puts them on a
    # line, the longest extent across.
    names = ["甲", "乙", "丙", "丁", "戊"]
    chain = [edge(one, other) for one, other in pairwise(names)]
    found = positions([node(name) for name in names], chain)
    across = [found[name][0] for name in names]
    assert across in (sorted(across), sorted(across, reverse=True))


def test_the_order_of_rows_makes_no_difference() -> None:
    nodes, edges = complete(15)
    edges = edges[::3]
    expected = positions(nodes, edges)
    shuffled = random.Random(1)  # noqa: S311 - no secret
    for _ in range(3):
        shuffled.shuffle(nodes)
        shuffled.shuffle(edges)
        turned = [{**row, "source": row["target"], "target": row["source"]} for row in edges]
        assert positions(nodes, turned) == expected


def test_another_hash_seed_makes_no_difference() -> None:
    code = (
        "import json; from itertools import combinations;"
        "from dutygraph.report.layout import positions;"
        "names = [f'部门{k}局' for k in range(12)];"
        "nodes = [{'id': n, 'label': n, 'items': k} for k, n in enumerate(names)];"
        "edges = [{'source': a, 'target': b} for a, b in list(combinations(names, 2))[::4]];"
        "print(json.dumps(positions(nodes, edges)))"
    )
    outs = [
        subprocess.run(
            [sys.executable, "-c", code],
            capture_output=True,
            text=True,
            check=True,
            env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONIOENCODING": "utf-8"},
        ).stdout
        for seed in ("1", "2")
    ]
    assert outs[0] == outs[1]
    assert len(json.loads(outs[0])) == 12


def test_positions_are_the_centres_of_the_circles() -> None:
    nodes, edges = complete(5)
    found = arrange(nodes, edges, "en")
    assert positions(nodes, edges, "en") == {n: (p.x, p.y) for n, p in found.places.items()}


def test_edges_that_lead_nowhere_are_left_out() -> None:
    nodes = [node("甲"), node("乙")]
    found = arrange(nodes, [edge("甲", "甲"), edge("甲", "不存在")])
    assert found.places["甲"].alone
    assert positions(nodes, [edge("甲", "乙"), edge("乙", "甲")]) == positions(
        nodes, [edge("甲", "乙")]
    )


def test_area_is_in_proportion_to_items() -> None:
    # Nine times the items, three times the radius; also where the largest has to be made smaller.
    for most in (9, 90, 900):
        assert radius_of(9, most) == pytest.approx(3 * radius_of(1, most))
    assert radius_of(900, 900) == 40
    places = arrange([node("大", 16), node("小", 4)], [edge("大", "小")]).places
    assert places["大"].radius == pytest.approx(2 * places["小"].radius)


def test_the_label_stands_under_its_circle() -> None:
    place = arrange([node("公安局", 4)], []).places["公安局"]
    assert place.lines == ("公安局",)
    assert place.label.y == pytest.approx(place.y + place.radius + LABEL_GAP)
    assert place.label.x + place.label.width / 2 == pytest.approx(place.x)


def test_english_labels_fall_back_to_the_transcription() -> None:
    rows = [
        node("甲局", english="Bureau A"),
        {**node("乙局"), "label_pinyin": "Yi ju"},
        node("丙局"),
    ]
    found = arrange(rows, [], "en").places
    assert [found[str(row["id"])].lines for row in rows] == [("Bureau A",), ("Yi ju",), ("丙局",)]


@pytest.mark.parametrize("name", ["长" * 200, "W" * 200, "word " * 60, "<script>" * 30, "", " "])
def test_hostile_names_stay_readable(name: str) -> None:
    nodes = [node(f"{name}{k}") for k in range(6)] + [{**node("空"), "label": ""}]
    for lang in ("zh", "en"):
        assert_readable(arrange(nodes, [edge(f"{name}0", f"{name}1")], lang))


def test_many_departments_take_bounded_time() -> None:
    nodes, edges = complete(90)
    assert_readable(arrange(nodes, edges[::7], "en"))


# --- lettering ---------------------------------------------------------------------------------


def test_width_of_text() -> None:
    # 3 wide characters of 1 em; 4 small letters of 0.55 em; a capital of 0.68 em.
    assert text_width("公安局", 12) == 36
    assert text_width("abcd", 10) == 22
    assert text_width("A", 100) == 68
    assert text_width("", 12) == 0
    assert text_width("e\u0301", 100) == 55  # a combining accent takes no room


def test_shortening() -> None:
    # 12 px a character, 12 for the ellipsis: 4 characters and it fit into 60 px.
    assert shorten("喀什地区生态环境局", 60, 12) == "喀什地区…"
    assert shorten("公安局", 36, 12) == "公安局"


@pytest.mark.parametrize("width", [30, 60, 110, 300])
@pytest.mark.parametrize(
    "text",
    [
        "喀什地区生态环境局塔什库尔干县分局",
        "Commerce, Industry and Information Technology Bureau",
        "Incomprehensibilities",
        "住房和城乡建设局（Housing）",
        "",
        "字" * 500,
        "a b " * 100,
    ],
)
def test_wrapped_lines_fit(text: str, width: float) -> None:
    for most in (1, 2, 3):
        lines = wrap(text, width, 12, most)
        assert 1 <= len(lines) <= most
        assert all(text_width(line, 12) <= width for line in lines)
        whole = "".join(lines)
        if "…" not in whole:  # nothing is lost but the space at a break
            assert whole.replace(" ", "") == text.replace(" ", "")


def test_lines_break_between_words() -> None:
    assert wrap("Human Resources Bureau", 110, 12, 3) == ["Human Resources", "Bureau"]


def test_clean_text() -> None:
    assert clean("公\x00安\u202e局\n 二\ud800科\ufffe") == "公安局 二科"
    assert clean(None) == "None"
    assert clean("😀 Zoë") == "😀 Zoë"
