"""Saved queries: parameters are bound and never spliced, names are looked up, files keep the rules.

The results themselves are in test_expected.py.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import rdflib
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Literal, NamedNode, Store

from dutygraph import query, resources
from dutygraph.errors import DutyGraphError, ParameterError, UnknownNameError, UsageError
from dutygraph.query import SavedQuery, bind, load_queries, load_query, parse_query, run, variables
from dutygraph.store import Embedded, RdflibStore

FIRST_COLUMNS = {
    "lists": "town division edition basic cooperative reclaimed",
    "items": "town edition list number category title departments line",
    "categories": "town edition list category items",
    "departments": "town edition department department_type system items items_fractional reclaimed",
    "splits": "town edition number title party party_kind phase duties",
    "duties": "town edition list number party party_kind phase order text actions line",
    "department-pairs": "town edition department_a department_b items",
    "reclaimed": "town edition number category title department method",
    "actions": "town edition party_kind action duties",
    "claims": "town edition subject claimed counted place",
    "concepts": "concept label towns items",
    "concept-lists": "concept town edition list number title",
    "moved": "scope concept label town_a edition_a",
}
"""Columns that other people rely on; a query may have more behind them."""

QUERIES = load_queries()
TOWN = {"town": "653131101"}

HOSTILE = [
    'x" || true) . ?s2 <secret> ?leak } #',
    '" } #',
    "' } #",
    '"""',
    "'''",
    "\\",
    '\\"',
    "\\u0022) || true } #",
    "\\U00000022",
    "a\nb",
    "a\rb",
    "a\tb",
    "\x00",
    "\x7f",
    "\ufffe",
    "?_town",
    "$_town",
    "<http://example.org/>",
    "# comment",
    "} } } UNION { ?s ?p ?o",
    "%s {0} ${x}",
    "公安局",
    "𠮷",
    "\u202e\u200b",
    "SERVICE <http://127.0.0.1/> {}",
]


# Binding, token by token


def with_values(*values: str) -> Embedded:
    """A store in which each value belongs to one thing."""
    rows = " ".join(
        f"<http://example.org/{n}> <http://example.org/value> {Literal(value)} ."
        for n, value in enumerate(values)
    )
    store = Store()
    store.update(f"INSERT DATA {{ GRAPH <http://example.org/g> {{ {rows} }} }}")
    return Embedded.in_memory(store)


PLAIN = """
SELECT ?thing ?value WHERE {
  GRAPH ?g { ?thing <http://example.org/value> ?value . FILTER(COALESCE(?_value, ?value) = ?value) }
}
ORDER BY ?thing
"""


def values_found(store: Embedded | RdflibStore, text: str, value: str) -> list[str]:
    solutions = store.select(bind(text, {"value": Literal(value)}))
    return [str(getattr(row[1], "value", None)) for row in solutions.rows]


@given(wanted=st.text() | st.sampled_from(HOSTILE), others=st.lists(st.text(), max_size=3))
def test_rows_are_those_of_the_value(wanted: str, others: list[str]) -> None:
    store = with_values(wanted, *others, "secret")
    assert values_found(store, PLAIN, wanted) == [
        value for value in (wanted, *others, "secret") if value == wanted
    ]


@given(wanted=st.text(), others=st.lists(st.text(), max_size=3))
def test_a_value_that_is_not_there_finds_nothing(wanted: str, others: list[str]) -> None:
    store = with_values(*(other for other in others if other != wanted))
    assert values_found(store, PLAIN, wanted) == []


@pytest.mark.parametrize("value", HOSTILE)
def test_injection(value: str) -> None:
    store = with_values("secret", "x", value)
    assert values_found(store, PLAIN, value) == [value]


@pytest.mark.parametrize("value", HOSTILE)
@pytest.mark.filterwarnings("ignore::DeprecationWarning:rdflib")  # of its own use of itself
def test_injection_on_rdflib(value: str) -> None:
    dataset = rdflib.Dataset()
    graph = dataset.graph(rdflib.URIRef("http://example.org/g"))
    for number, text in enumerate(("secret", "x", value)):
        thing = rdflib.URIRef(f"http://example.org/{number}")
        graph.add((thing, rdflib.URIRef("http://example.org/value"), rdflib.Literal(text)))
    if "\\u" in value or "\\U" in value:
        # rdflib resolves such escapes before it parses, wherever they stand.
        with pytest.raises(UsageError, match="escape"):
            values_found(RdflibStore(dataset), PLAIN, value)
    else:
        assert values_found(RdflibStore(dataset), PLAIN, value) == [value]


@given(st.text())
def test_unbound_text_is_not_touched(text: str) -> None:
    assert bind(text, {}) == text
    assert bind(text, {"no_such_variable_": Literal("x")}) == text


@pytest.mark.parametrize(
    "text",
    [
        '"?_a"',
        "'?_a'",
        '"""?_a"""',
        "'''?_a'''",
        '"""a "b" ?_a ""c"""',
        "'''it''s ?_a'''",
        r'"\"?_a"',
        r"'\'?_a'",
        "'''a\n?_a'''",
        "<http://example.org/?_a>",
        "<?_a>",
        "# ?_a",
        "# it's ?_a and \"",
        "?_ab",
        "?a",
        "?__a",
        "?a_a",
        "?_A",
        "_a",
        "?_aé",
    ],
)
def test_not_a_parameter(text: str) -> None:
    assert bind(text, {"a": Literal("x")}) == text
    assert "_a" not in variables(text)


@pytest.mark.parametrize(
    ("text", "bound"),
    [
        ("?_a", '"x"'),
        ("$_a", '"x"'),
        ("FILTER(?_a=?b)", 'FILTER("x"=?b)'),
        ("(?_a)", '("x")'),
        ("?_a?_a", '"x""x"'),
        # a comparison is no IRI, however it looks
        ("FILTER(?a < ?_a && ?c > ?d)", 'FILTER(?a < "x" && ?c > ?d)'),
        ("FILTER(?a<?b && ?_a>?d)", 'FILTER(?a<?b && "x">?d)'),
        ("FILTER(1 <?_a || 2> 3)", 'FILTER(1 <"x" || 2> 3)'),
        ('FILTER(?a<"b"&&?_a>"c")', 'FILTER(?a<"b"&&"x">"c")'),
        # a string ends where it ends
        ('"" ?_a', '"" "x"'),
        ('"a" ?_a "b"', '"a" "x" "b"'),
        ('""""a""" ?_a', '""""a""" "x"'),
        (r'"\\" ?_a', r'"\\" "x"'),
        ("'\"' ?_a '\"'", "'\"' \"x\" '\"'"),
        # a comment ends with its line, and # in an IRI or a string begins none
        ("# it's\n?_a", '# it\'s\n"x"'),
        ("<http://example.org/#a> ?_a", '<http://example.org/#a> "x"'),
        ('"#" ?_a', '"#" "x"'),
        ("PREFIX : <http://example.org#> ?_a", 'PREFIX : <http://example.org#> "x"'),
    ],
)
def test_a_parameter(text: str, bound: str) -> None:
    assert bind(text, {"a": Literal("x")}) == bound


def test_terms_are_written_as_terms() -> None:
    text = "?_s ?_i ?_l ?_n"
    terms = {
        "s": Literal('a"b\\c\n'),
        "i": NamedNode("http://example.org/x"),
        "l": Literal("好", language="zh"),
        "n": Literal("7", datatype=NamedNode("http://www.w3.org/2001/XMLSchema#integer")),
    }
    assert bind(text, terms) == (
        r'"a\"b\\c\n" <http://example.org/x> "好"@zh "7"^^<http://www.w3.org/2001/XMLSchema#integer>'
    )


def test_what_is_bound_is_not_read_again() -> None:
    assert bind("?_a ?_b", {"a": Literal("?_b"), "b": Literal("?_a")}) == '"?_b" "?_a"'


@given(st.text())
def test_any_value_leaves_every_saved_query_valid(value: str) -> None:
    store = Embedded.in_memory()
    for saved in QUERIES.values():
        terms = {name: Literal(value) for name in saved.parameters}
        assert store.select(saved.bind(terms)).variables == tuple(c.name for c in saved.columns)


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_parameters_of_saved_queries(packaged: Embedded, value: str) -> None:
    """A free parameter finds what equals it; one with known values refuses the rest."""
    for saved in QUERIES.values():
        for name, parameter in saved.parameters.items():
            free = not (parameter.allowed or parameter.values_from) and parameter.type == "string"
            if value == "公安局" and name == "department":
                continue
            if free:
                assert len(run(packaged, saved, {name: value})) == 0
            else:
                with pytest.raises((UnknownNameError, ParameterError)) as caught:
                    run(packaged, saved, {name: value})
                assert value.strip() == "" or name in str(caught.value)


# Parameters


@pytest.mark.parametrize(
    "town", ["653131101", "塔吉克阿巴提镇", "塔吉克 阿巴提镇", "塔吉克阿巴提镇\u200b"]
)
def test_a_town_by_code_and_by_name(packaged: Embedded, town: str) -> None:
    for name in QUERIES:
        if "town" in QUERIES[name].parameters:
            assert run(packaged, name, {"town": town}).rows == run(packaged, name).rows


@pytest.mark.parametrize(
    "town", ["阿巴提镇", "653131", "653131101 ", "塔什库尔干塔吉克自治县", "*", "%"]
)
def test_no_such_town(packaged: Embedded, town: str) -> None:
    with pytest.raises(UnknownNameError, match="unknown town") as caught:
        run(packaged, "items", {"town": town})
    assert caught.value.known == ("653131101 塔吉克阿巴提镇",)


def test_two_towns_of_one_name() -> None:
    """The name alone does not do, and the error gives the codes to choose from."""
    graph = """
      PREFIX code: <https://w3id.org/dutygraph/code/> PREFIX dcterms: <http://purl.org/dc/terms/>
      PREFIX dg: <https://w3id.org/dutygraph/ontology#>
      PREFIX skos: <http://www.w3.org/2004/02/skos/core#> PREFIX e: <http://example.org/>
      INSERT DATA { GRAPH e:%(n)s {
        e:%(n)s a dg:DutyList ; dcterms:publisher e:town%(n)s ; dg:edition "2025-07" ;
                dcterms:title "清单"@zh ; dg:hasItem e:item%(n)s .
        e:town%(n)s skos:prefLabel "城关镇"@zh ; dg:divisionCode "%(n)s" .
        e:item%(n)s dg:listKind code:list-basic ; dg:number 1 ; dcterms:identifier "1" ;
                    dcterms:title "事项%(n)s"@zh ; dg:line %(n)s .
      } }"""
    store = Store()
    for number in ("101", "102"):
        store.update(graph % {"n": number})
    towns = Embedded.in_memory(store)
    assert run(towns, "lists").column("division") == ["101", "102"]
    assert run(towns, "items", {"town": "102"}).column("title") == ["事项102"]
    with pytest.raises(ParameterError, match=r"name of several \(give one of 101, 102\)"):
        run(towns, "items", {"town": "城关镇"})


def test_an_unknown_parameter(packaged: Embedded) -> None:
    with pytest.raises(ParameterError, match=r"no parameter 'Town' \(known: town, edition"):
        run(packaged, "items", {"Town": "653131101"})
    with pytest.raises(ParameterError, match=r"'lists' has no parameter 'town' \(known: none\)"):
        run(packaged, "lists", TOWN)
    with pytest.raises(ParameterError, match="no parameter '_town'"):
        QUERIES["items"].bind({"_town": Literal("x")})


@pytest.mark.parametrize(
    ("name", "parameter", "value"),
    [
        ("items", "list", "Basic"),
        ("items", "list", "list-basic"),
        ("items", "edition", "2025-7"),
        ("items", "category", "党的建"),
        ("items", "department", "公安"),
        ("items", "department", "公安局、民政局"),
        ("duties", "party_kind", "party"),
        ("actions", "party_kind", "Town"),
        ("reclaimed", "department", "塔什库尔干县公安局局"),
    ],
)
def test_an_unknown_value(packaged: Embedded, name: str, parameter: str, value: str) -> None:
    with pytest.raises(UnknownNameError) as caught:
        run(packaged, name, {parameter: value})
    assert caught.value.kind == parameter
    assert caught.value.name == value
    assert caught.value.known


@pytest.mark.parametrize(
    "value", ["", "x", "1.0", "1e3", "0x1", "1 OR 1", "½", "９" * 19, "1\n", " 1"]
)
def test_a_number_that_is_none(packaged: Embedded, value: str) -> None:
    if value == "":
        assert run(packaged, "items", {"number": value}).rows == run(packaged, "items").rows
    else:
        with pytest.raises(ParameterError, match="must be a whole number"):
            run(packaged, "items", {"number": value})


@pytest.mark.parametrize("value", [57, "57", "057", "+57", "５７"])
def test_a_number(packaged: Embedded, value: str | int) -> None:
    table = run(packaged, "items", {"number": value, "list": "cooperative"})
    assert table.column("number") == [57]


def test_parameters_narrow_the_result(packaged: Embedded) -> None:
    """Asking with a value gives the rows that have it, in their order."""
    for name, saved in QUERIES.items():
        whole = run(packaged, name)
        for parameter in saved.parameters:
            column = {"town": "division", "department": "department", "action": None}.get(
                parameter, parameter
            )
            if column not in whole.column_names or (name == "splits" and parameter == "department"):
                continue
            position = whole.column_names.index(column)
            for value in dict.fromkeys(row[position] for row in whole.rows[::9]):
                if value in ("", None):
                    continue
                assert not isinstance(value, bool | float)
                narrow = run(packaged, name, {parameter: value or ""})
                assert narrow.rows == [row for row in whole.rows if row[position] == value]


def test_a_department_is_found_whole(packaged: Embedded) -> None:
    for name, column in (("items", "departments"), ("splits", "title")):
        table = run(packaged, name, {"department": "应急管理局"})
        assert len(table) > 0
        if column == "departments":
            assert all("应急管理局" in str(row[column]).split("、") for row in table)


def test_nothing_fits_is_an_empty_table(packaged: Embedded) -> None:
    table = run(packaged, "items", {"number": 9999})
    assert len(table) == 0
    assert table.column_names == run(packaged, "items").column_names


def test_an_empty_store() -> None:
    for name in QUERIES:
        assert len(run(Embedded.in_memory(), name)) == 0


# Names of queries


@pytest.mark.parametrize(
    "name",
    ["../queries/items", "items.rq", "/etc/passwd", "%2e%2e/items", "items\0", "Items", "ITEMS", "", ".", "..", " items", "items ", "items/", "nope", "项目"],
)  # fmt: skip
def test_unknown_query(packaged: Embedded, name: str) -> None:
    for call in (lambda: load_query(name), lambda: run(packaged, name)):
        with pytest.raises(UnknownNameError, match="unknown query") as caught:
            call()
        assert caught.value.known == tuple(sorted(QUERIES))


@pytest.mark.parametrize("name", ["Upper", "under_score", "-dash", "a" * 65, "a b", "é"])
def test_a_file_with_a_wrong_name(tmp_path: Path, name: str) -> None:
    (tmp_path / f"{name}.rq").write_text(QUERIES["lists"].text, encoding="utf-8")
    for call in (lambda: load_queries(tmp_path), lambda: load_query(name, tmp_path)):
        with pytest.raises(DutyGraphError, match="is no query name"):
            call()


def test_queries_of_ones_own(packaged: Embedded, tmp_path: Path) -> None:
    path = tmp_path / "my-lists.rq"
    path.write_text(QUERIES["lists"].text, encoding="utf-8")
    assert list(load_queries(tmp_path)) == ["my-lists"]
    assert run(packaged, load_query("my-lists", tmp_path)).rows == run(packaged, "lists").rows
    with pytest.raises(UnknownNameError):
        load_query("items", tmp_path)
    path.write_text(QUERIES["lists"].text.replace("summary:", "summary: New", 1), encoding="utf-8")
    assert load_query("my-lists", tmp_path).summary != QUERIES["lists"].summary


@pytest.mark.parametrize("kind", ["GB18030", "folder"])
def test_a_query_file_that_cannot_be_read(tmp_path: Path, kind: str) -> None:
    path = tmp_path / "mine.rq"
    if kind == "folder":
        path.mkdir()
    else:
        path.write_bytes(QUERIES["lists"].text.encode("gb18030"))
    with pytest.raises(DutyGraphError):
        load_query("mine", tmp_path)


GOOD = """#+ summary: "x"
#+ dutygraph:
#+   question: {zh: "问", en: "q"}
#+   columns:
#+     s: {type: string}
#+   parameters:
#+     p: {type: string}
SELECT ?s WHERE { GRAPH ?g { ?s ?any ?_p } } ORDER BY ?s
"""


def test_the_smallest_query() -> None:
    saved = parse_query("x", GOOD)
    assert [column.name for column in saved.columns] == ["s"]
    assert list(saved.parameters) == ["p"]


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ("#+", "#", "lack or misuse"),
        ('summary: "x"', "tags: [a]", "lack or misuse"),
        ("{zh: ", "{zh ", "lack or misuse"),
        ("en:", "de:", "lack or misuse"),
        ("columns:", "column:", "lack or misuse"),
        ("s: {type: string}", "s: {type: text}", "type 'text' of column s"),
        ("p: {type: string}", "p: {type: date}", "type 'date' of parameter p"),
        ("p: {type: string}", "q: {type: string}", "undeclared parameters"),
        ("?_p", "?x", "does not use them"),
        ("?_p", '"?_p"', "does not use them"),
        ("?_p", "?x # ?_p", "does not use them"),
        ("SELECT ?s", "SELECT ?s ?_p", "projects a parameter"),
        ("SELECT ?s", "SELECT ?s (?_p AS ?q)", "projects a parameter"),
        ("SELECT ?s", "select DISTINCT ?s $_p", "projects a parameter"),
        ('"x"', '"x', "not YAML"),
        ('"x"', "!!python/object/apply:os.getcwd []", "not YAML"),
    ],
)
def test_a_query_that_breaks_the_rules(old: str, new: str, says: str) -> None:
    assert old in GOOD
    with pytest.raises(DutyGraphError, match=re.escape(says)) as caught:
        parse_query("x", GOOD.replace(old, new), "x.rq")
    assert caught.value.where == "x.rq"
    assert "\n" not in str(caught.value)


def test_a_result_that_is_not_as_declared() -> None:
    text = GOOD.replace("?_p", "?x").replace("#+   parameters:\n#+     p: {type: string}\n", "")
    store = with_values("a")
    number = parse_query("x", text.replace("s: {type: string}", "s: {type: integer}"))
    with pytest.raises(DutyGraphError, match="column 's' should be integer but holds 'http://"):
        run(store, number)
    other = parse_query("x", text.replace("s: {type: string}", "t: {type: string}"))
    with pytest.raises(DutyGraphError, match="the result has no column 't'"):
        run(store, other)


# What each file of ours has to keep


@pytest.fixture(params=sorted(QUERIES))
def saved(request: pytest.FixtureRequest) -> SavedQuery:
    return QUERIES[request.param]


def test_the_fixed_queries_are_there() -> None:
    assert set(FIRST_COLUMNS) <= set(QUERIES)
    assert {path.stem for path in resources.files("queries", "*")} == set(QUERIES)


def test_first_columns(saved: SavedQuery) -> None:
    fixed = FIRST_COLUMNS.get(saved.name, "town edition").split()
    assert [column.name for column in saved.columns][: len(fixed)] == fixed


def test_declared_columns_are_the_projected_ones(saved: SavedQuery) -> None:
    variables_ = Embedded.in_memory().select(saved.text).variables
    assert variables_ == tuple(column.name for column in saved.columns)


def test_no_parameter_is_projected(saved: SavedQuery) -> None:
    assert not [column.name for column in saved.columns if column.name.startswith("_")]
    projection = saved.text.partition("SELECT")[2].partition("WHERE")[0]
    assert "?_" not in projection


def test_parameters_are_declared_and_used(saved: SavedQuery) -> None:
    used = {name.removeprefix("_") for name in variables(saved.text) if name.startswith("_")}
    assert used == set(saved.parameters)
    for parameter in saved.parameters.values():
        assert parameter.zh
        assert parameter.en
        for source in filter(None, (parameter.values_from, parameter.names_from)):
            name, _, column = source.partition(".")
            assert column in [c.name for c in QUERIES[name].columns]


def test_the_result_is_ordered(saved: SavedQuery) -> None:
    keys = r"(?:\?division \?edition|\?concept \?division|\?scope \?concept|DESC\(\?towns\))"
    assert re.search(rf"^ORDER BY {keys}", saved.text, re.MULTILINE)


def test_the_order_is_complete(saved: SavedQuery, packaged: Embedded) -> None:
    """Two runs of a query over the same data in another order of loading give the same rows."""
    turned = Embedded.in_memory(reversed(list(packaged)))
    assert run(turned, saved).rows == run(packaged, saved).rows


def test_questions_and_columns_are_explained(saved: SavedQuery) -> None:
    assert saved.summary
    assert saved.tags
    assert re.search(r"[\u4e00-\u9fff].*？$", saved.question_zh)
    assert saved.question_en.endswith("?")
    for column in saved.columns:
        assert re.search(r"[\u4e00-\u9fff]", column.zh), column.name
        assert column.en.isascii() or "…" in column.en or "乡镇" in column.en or "、" in column.en


def test_a_query_calls_nothing_and_changes_nothing(saved: SavedQuery) -> None:
    words = re.findall(r"[A-Z]+", re.sub(r"#.*|<[^>]*>|\"[^\"]*\"", "", saved.text).upper())
    assert not {"SERVICE", "INSERT", "DELETE", "LOAD", "DROP", "FROM"} & set(words)
    # Seen to be slow over whole tables.
    assert not re.search(r"FILTER\s+NOT\s+EXISTS", saved.text)


def test_names_are_looked_up_in_a_dictionary() -> None:
    assert list(QUERIES) == sorted(QUERIES)
    assert query.load_query("items") is query.load_query("items")
