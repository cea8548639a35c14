"""SSSOM files: what is written comes back, and what is no SSSOM is refused."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dutygraph.align.sssom import (
    LICENCE,
    SEMAPV,
    MappingSet,
    Record,
    read_sssom,
    to_tsv,
    without_lines,
)
from dutygraph.errors import UsageError
from dutygraph.vocab import ID, SKOS, SYNTHETIC_ID, mint

ITEM = ID["item/653131101/2025-07/cooperative/57"]
CONCEPT = mint("concept", "做好大气污染防治")
RECORD = Record(ITEM, SKOS.closeMatch, CONCEPT, SEMAPV + "LexicalSimilarityThresholdMatching")
HEAD = "subject_id\tpredicate_id\tobject_id\tmapping_justification\n"
META = (
    "#curie_map:\n#  dgid: https://w3id.org/dutygraph/id/\n"
    "#mapping_set_id: https://x/1\n#license: https://x/2\n"
)


def written(*records: Record, **more: str) -> MappingSet:
    return MappingSet("https://x/set", LICENCE, records=records, **more)


def test_the_canonical_text() -> None:
    full = replace(
        RECORD,
        subject_label='大气、"水"',
        object_label="做好大气污染防治",
        id=ID["mapping/1"],
        confidence=0.97349,
        similarity=1.0,
        measure="cosine",
        tool="dutygraph",
        tool_version="0.1.0",
        date="2026-01-31",
        comment="two\nlines",
    )
    other = replace(full, subject=ITEM + "-2", id=ID["mapping/2"], comment="", confidence=0.5)
    assert to_tsv(written(full, other, title="Duties: all")) == (
        '#sssom_version: "1.1"\n'
        "#curie_map:\n"
        "#  dgid: https://w3id.org/dutygraph/id/\n"
        "#mapping_set_id: https://x/set\n"
        '#mapping_set_title: "Duties: all"\n'  # a colon is no plain YAML
        "#license: https://www.apache.org/licenses/LICENSE-2.0\n"
        # What all rows have in common stands once.
        "#mapping_tool: dutygraph\n"
        "#mapping_tool_version: 0.1.0\n"
        '#mapping_date: "2026-01-31"\n'  # plain, YAML would take it for a date
        "#similarity_measure: cosine\n"
        "record_id\tsubject_id\tsubject_label\tpredicate_id\tobject_id\tobject_label\t"
        "mapping_justification\tconfidence\tsimilarity_score\tcomment\n"
        # Letters of other scripts are escaped in identifiers, numbers have three digits at most.
        "dgid:mapping/1\tdgid:item/653131101/2025-07/cooperative/57\t"
        '"大气、""水"""\tskos:closeMatch\t'
        "dgid:concept/%E5%81%9A%E5%A5%BD%E5%A4%A7%E6%B0%94%E6%B1%A1%E6%9F%93%E9%98%B2%E6%B2%BB\t"
        "做好大气污染防治\tsemapv:LexicalSimilarityThresholdMatching\t0.973\t1\t"
        '"two\nlines"\n'
        "dgid:mapping/2\tdgid:item/653131101/2025-07/cooperative/57-2\t"
        '"大气、""水"""\tskos:closeMatch\t'
        "dgid:concept/%E5%81%9A%E5%A5%BD%E5%A4%A7%E6%B0%94%E6%B1%A1%E6%9F%93%E9%98%B2%E6%B2%BB\t"
        "做好大气污染防治\tsemapv:LexicalSimilarityThresholdMatching\t0.5\t1\t\n"
    )


def test_an_empty_set_has_the_columns_that_are_required() -> None:
    text = to_tsv(written())
    assert "#curie_map: {}\n" in text
    assert text.endswith(HEAD)


def test_rows_that_differ_keep_their_own_tool(tmp_path: Path) -> None:
    by_person = replace(
        RECORD, object=CONCEPT + "x", justification=SEMAPV + "ManualMappingCuration"
    )
    found = back(tmp_path, written(replace(RECORD, tool="dutygraph"), by_person))
    assert [record.tool for record in found.records] == ["dutygraph", ""]


def back(folder: Path, mappings: MappingSet) -> MappingSet:
    path = folder / "x.sssom.tsv"
    path.write_bytes(to_tsv(mappings).encode("utf-8"))
    return read_sssom(path)


TEXT = st.text(
    st.characters(exclude_categories=["Cs", "Cc"], include_characters="\t\n\"'|#: 甲"), max_size=20
)
NUMBER = st.none() | st.integers(0, 1000).map(lambda n: n / 1000)


@given(
    records=st.lists(
        st.builds(
            Record,
            subject=st.text(min_size=1, max_size=8).map(lambda t: mint("item", "-" + t)),
            predicate=st.sampled_from([SKOS.exactMatch, SKOS.broadMatch]),
            object=st.text(min_size=1, max_size=8).map(
                lambda t: mint("x", "-" + t, synthetic=True)
            ),
            justification=st.just(SEMAPV + "LexicalMatching"),
            negated=st.booleans(),
            subject_label=TEXT,
            object_label=TEXT,
            authors=st.lists(
                st.sampled_from(["https://orcid.org/0000-0002-1825-0097", ID["甲"]]), unique=True
            ).map(tuple),
            confidence=NUMBER,
            similarity=NUMBER,
            measure=TEXT,
            tool=TEXT,
            tool_version=TEXT,
            date=st.sampled_from(["", "2026-01-31"]),
            comment=TEXT,
        ),
        max_size=4,
    ),
    title=TEXT,
)
def test_what_is_written_comes_back(
    tmp_path_factory: pytest.TempPathFactory, records: list[Record], title: str
) -> None:
    folder = tmp_path_factory.mktemp("sssom")
    found = back(folder, written(*records, title=title))
    assert found.problems == ()
    assert (found.id, found.licence, found.title) == ("https://x/set", LICENCE, title)

    def order(record: Record) -> str:
        return repr(record)

    assert sorted(without_lines(found.records), key=order) == sorted(records, key=order)


def test_the_same_set_in_another_order_gives_the_same_text() -> None:
    other = replace(RECORD, subject=ITEM + "-2")
    assert to_tsv(written(RECORD, other)) == to_tsv(written(other, RECORD))


@pytest.mark.parametrize(
    ("records", "message"),
    [
        ([replace(RECORD, object="https://elsewhere/1")], "no prefix is known for <https://else"),
        ([replace(RECORD, confidence=1.5)], "1.5 is not from 0 to 1"),
        ([RECORD, replace(RECORD, id=ID["m"])], "all mappings have a record id or none"),
    ],
)
def test_what_cannot_be_written(records: list[Record], message: str) -> None:
    with pytest.raises(UsageError, match=message):
        to_tsv(written(*records))


# reading


def read(tmp_path: Path, text: str | bytes) -> MappingSet:
    path = tmp_path / "decisions.sssom.tsv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return read_sssom(path)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (b"\xff\xfe\x00", "is not UTF-8"),
        ("", "is no SSSOM: it lacks the column subject_id"),
        ("a\tb\n1\t2\n", "is no SSSOM: it lacks the column subject_id"),
        (HEAD.replace("\tobject_id", ""), "is no SSSOM: it lacks the column object_id"),
        ("#a: [\n" + HEAD, "is no SSSOM: its metadata are no YAML"),
        ("#- a\n" + HEAD, "is no SSSOM: its metadata are no names with values"),
        ("#curie_map: [x]\n" + HEAD, "is no SSSOM: curie_map is no map"),
        (META + HEAD + '"a\tb\n', "is no SSSOM"),
        ("#a: !!python/object/apply:os.system [ls]\n" + HEAD, "metadata are no YAML"),
    ],
)
def test_what_is_no_sssom_is_refused(tmp_path: Path, text: str | bytes, message: str) -> None:
    with pytest.raises(UsageError, match=message):
        read(tmp_path, text)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read: No such file"):
        read_sssom(tmp_path / "none.tsv")


def test_a_bad_row_is_named_and_the_rest_is_used(tmp_path: Path) -> None:
    good = "dgid:item/1\tskos:exactMatch\tdgid:concept/%E7%94%B2\tsemapv:ManualMappingCuration"
    rows = {
        5: good,
        6: good.replace("skos:exactMatch", ""),
        7: good.replace("dgid:item/1", "other:1"),
        8: good.replace("dgid:item/1", "no identifier"),
        9: "",
        10: good,
    }
    found = read(tmp_path, META + HEAD + "\n".join(rows.values()) + "\n")
    assert [record.line for record in found.records] == [6, 11]
    assert found.records[0].object == ID["concept/甲"]
    assert [problem.partition(": ")[2] for problem in found.problems] == [
        "predicate_id is empty; the row is left out",
        "the prefix of 'other:1' is not declared in curie_map; the row is left out",
        "'no identifier' is no identifier; the row is left out",
    ]
    assert "line 7:" in found.problems[0]


@pytest.mark.parametrize(
    ("column", "cell", "message"),
    [
        ("confidence", "2", "confidence '2' is no number from 0 to 1"),
        ("confidence", "high", "confidence 'high' is no number"),
        ("similarity_score", "nan", "similarity_score 'nan' is no number"),
        ("predicate_modifier", "not", "predicate_modifier 'not' is unknown"),
        ("mapping_date", "31.1.2026", "mapping_date '31.1.2026' is no date"),
        ("author_id", "me", "'me' is no identifier"),
    ],
)
def test_bad_cells(tmp_path: Path, column: str, cell: str, message: str) -> None:
    row = "dgid:item/1\tskos:exactMatch\tdgid:concept/x\tsemapv:ManualMappingCuration"
    found = read(tmp_path, f"{META}{HEAD[:-1]}\t{column}\n{row}\t{cell}\n")
    assert found.records == ()
    assert message in found.problems[0]


def test_what_stands_once_in_the_metadata_holds_for_all_rows(tmp_path: Path) -> None:
    row = "dgid:item/1\tskos:exactMatch\tdgid:concept/x\tsemapv:ManualMappingCuration\n"
    found = read(tmp_path, META + "#mapping_date: 2026-01-31\n#mapping_tool: x\n" + HEAD + row)
    assert [(record.date, record.tool) for record in found.records] == [("2026-01-31", "x")]


def test_blanks_behind_the_hash_a_byte_order_mark_and_full_iris(tmp_path: Path) -> None:
    text = "\ufeff" + META.replace("#", "# ") + HEAD
    row = f"{SYNTHETIC_ID['item/1']}\tskos:exactMatch\t{CONCEPT}\tsemapv:ManualMappingCuration\n"
    found = read(tmp_path, text + row)
    assert found.problems == ()
    assert (found.records[0].subject, found.records[0].object) == (SYNTHETIC_ID["item/1"], CONCEPT)


def test_metadata_beside_the_table(tmp_path: Path) -> None:
    (tmp_path / "x.sssom.yml").write_text(META.replace("#", ""), encoding="utf-8")
    path = tmp_path / "x.sssom.tsv"
    path.write_text(HEAD, encoding="utf-8")
    assert (read_sssom(path).id, read_sssom(path).problems) == ("https://x/1", ())


def test_lacking_metadata_are_named(tmp_path: Path) -> None:
    found = read(tmp_path, HEAD)
    assert [problem.partition(": ")[2] for problem in found.problems] == [
        "the metadata lack mapping_set_id, which SSSOM requires",
        "the metadata lack license, which SSSOM requires",
    ]
