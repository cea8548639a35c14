"""The embedded store: folders that are not ours, locks, damage, sudden death, all-or-nothing."""

from __future__ import annotations

import contextlib
import json
import random
import shutil
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import BlankNode, Literal, NamedNode, Quad

from dutygraph import query
from dutygraph.errors import StoreError, UsageError
from dutygraph.store import MARKER, Embedded, open_packaged
from dutygraph.vocab import XSD

G1, G2, G3 = (f"http://example.org/graph/{n}" for n in (1, 2, 3))
ALL = "SELECT ?g ?s ?p ?o WHERE { GRAPH ?g { ?s ?p ?o } } ORDER BY ?g ?s ?p ?o"


def quad(graph: str, subject: str, value: str | Literal) -> Quad:
    term = value if isinstance(value, Literal) else Literal(value)
    thing = NamedNode(f"http://example.org/{subject}")
    return Quad(thing, NamedNode("http://example.org/value"), term, NamedNode(graph))


def some(graph: str, text: str, number: int = 5) -> list[Quad]:
    return [quad(graph, f"s{n}", f"{text} {n}") for n in range(number)]


@pytest.fixture(scope="module")
def made_once(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("made") / "store"
    with Embedded.create(path) as store:
        for graph in (G1, G2, G3):
            store.replace(graph, some(graph, "old"))
    return path


@pytest.fixture
def folder(made_once: Path, tmp_path: Path) -> Path:
    """A store with three graphs."""
    return Path(shutil.copytree(made_once, tmp_path / "store"))


OPENERS: dict[str, Callable[[Path], Embedded]] = {"open": Embedded.open, "create": Embedded.create}


def refusal(how: str, path: Path) -> StoreError:
    """Error of opening a folder."""
    with pytest.raises(StoreError) as caught:
        OPENERS[how](path)
    assert "\n" not in str(caught.value)
    assert caught.value.where == str(path)
    return caught.value


def listing(path: Path) -> dict[str, bytes]:
    """Files below a folder."""
    return {str(p.relative_to(path)): p.read_bytes() for p in path.rglob("*") if p.is_file()}


# Folders


def test_a_new_folder_is_marked(tmp_path: Path) -> None:
    path = tmp_path / "a" / "b"
    with Embedded.create(path) as store:
        assert len(store) == 0
        assert store.graphs() == []
        assert store.folder == path
    about = json.loads((path / MARKER).read_text(encoding="utf-8"))
    assert about["layout"] == 1
    assert about["made_by"].startswith("dutygraph ")


def test_an_empty_folder_will_do(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with Embedded.create(tmp_path / "empty") as store:
        store.replace(G1, some(G1, "x"))
    with Embedded.open(tmp_path / "empty") as store:
        assert store.graphs() == [G1]


@pytest.mark.parametrize("name", ["thesis.docx", ".hidden", "oxigraph/CURRENT", "CURRENT"])
@pytest.mark.parametrize("how", OPENERS)
def test_a_foreign_folder_is_left_alone(tmp_path: Path, how: str, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("mine", encoding="utf-8")
    says = "not a dutygraph store"
    assert says in refusal(how, tmp_path).what
    assert listing(tmp_path) == {name: b"mine"}


@pytest.mark.parametrize("how", OPENERS)
def test_a_file_is_no_store(tmp_path: Path, how: str) -> None:
    path = tmp_path / "store"
    path.write_text("mine", encoding="utf-8")
    assert "is a file, not a store folder" in refusal(how, path).what
    assert path.read_text(encoding="utf-8") == "mine"


def test_opening_makes_nothing(tmp_path: Path) -> None:
    assert "no such store folder" in refusal("open", tmp_path / "none").what
    assert not (tmp_path / "none").exists()


def test_a_folder_below_a_file_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    assert "cannot be made" in refusal("create", tmp_path / "file" / "store").what


def test_a_marked_folder_without_data(tmp_path: Path) -> None:
    (tmp_path / MARKER).write_text('{"layout": 1}', encoding="utf-8")
    assert "holds no data yet" in refusal("open", tmp_path).what
    with Embedded.create(tmp_path) as store:
        assert len(store) == 0


@pytest.mark.parametrize(
    ("marker", "says"),
    [
        (b'{"layout": 2}', "has layout 2, this version reads 1"),
        (b'{"layout": 0}', "has layout 0"),
        (b'{"layout": "1"}', "has layout 1"),
        (b"{}", "is damaged"),
        (b"[1]", "is damaged"),
        (b"1", "is damaged"),
        (b"", "is damaged"),
        (b'{"layout": 1', "is damaged"),
        (b"\xff\xfe", "is damaged"),
        (b"[" * 100_000, "is damaged"),
    ],
)
@pytest.mark.parametrize("how", OPENERS)
def test_a_wrong_marker(folder: Path, how: str, marker: bytes, says: str) -> None:
    (folder / MARKER).write_bytes(marker)
    assert says in refusal(how, folder).what
    (folder / MARKER).write_bytes(b'{"layout": 1}')
    with Embedded.open(folder) as store:
        assert len(store) == 15


# Locks


HOLD = """
import sys
from dutygraph.store import Embedded
with getattr(Embedded, sys.argv[1])(sys.argv[2]):
    print("ready", flush=True)
    sys.stdin.read()
"""


@contextlib.contextmanager
def held(path: Path, how: str) -> Iterator[subprocess.Popen[str]]:
    """Another process has the store open."""
    with subprocess.Popen(
        [sys.executable, "-c", HOLD, how, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == "ready\n"
        yield other
        if other.poll() is None:
            other.communicate(timeout=10)


def test_readers_side_by_side(folder: Path) -> None:
    with held(folder, "open"), held(folder, "open"), Embedded.open(folder) as store:
        assert store.graph(G1) == sorted(some(G1, "old"), key=str)


@pytest.mark.parametrize(
    ("holder", "how", "says"),
    [
        ("create", "open", "being written by another process"),
        ("create", "create", "in use by another process"),
        ("open", "create", "in use by another process"),
    ],
)
def test_a_writer_is_alone(folder: Path, holder: str, how: str, says: str) -> None:
    with held(folder, holder):
        error = refusal(how, folder)
        assert says in error.what
        assert error.hint
    with OPENERS[how](folder) as store:
        assert len(store) == 15


def test_a_writer_is_alone_in_its_own_process_too(folder: Path) -> None:
    with Embedded.create(folder) as store:
        refusal("open", folder)
        refusal("create", folder)
        store.replace(G1, some(G1, "new"))
    with Embedded.open(folder), Embedded.open(folder) as store:
        refusal("create", folder)
        assert store.graph(G1) == sorted(some(G1, "new"), key=str)


def test_a_lock_dies_with_its_process(folder: Path) -> None:
    with held(folder, "create") as other:
        other.kill()
        other.wait(10)
        with Embedded.create(folder) as store:
            assert len(store) == 15


def test_a_failed_opening_leaves_no_lock(folder: Path) -> None:
    current = folder / "oxigraph" / "CURRENT"
    for how in OPENERS:
        kept = current.read_bytes()
        current.write_bytes(b"")
        error = refusal(how, folder)
        current.write_bytes(kept)
        with Embedded.create(folder) as store:  # while the error, and all it refers to, is alive
            assert len(store) == 15
        assert error.what


# A disk that cannot be written


READ_ONLY = """
import os, sys
from dutygraph.errors import StoreError
from dutygraph.store import Embedded
if os.access(sys.argv[1], os.W_OK):
    raise SystemExit("the folder can be written")
with Embedded.open(sys.argv[1]) as store:
    print(len(store), len(store.graphs()))
for path in (sys.argv[1], sys.argv[1] + "/new", sys.argv[2]):
    try:
        Embedded.create(path)
    except StoreError as error:
        print(error)
    else:
        print("made", path)
"""
# Permissions do not bind root, so the child gives up CAP_DAC_OVERRIDE and starts again.
BOUND_BY_PERMISSIONS = """
import ctypes, os, sys
ctypes.CDLL(None).prctl(24, 1)
os.execv(sys.executable, [sys.executable, "-c", *sys.argv[1:]])
"""


def test_a_read_only_folder_can_be_read_but_not_written(folder: Path) -> None:
    paths = [folder.parent, folder, *folder.rglob("*")]
    modes = [path.stat().st_mode for path in paths]
    for path in paths:
        path.chmod(0o555 if path.is_dir() else 0o444)
    try:
        asked = subprocess.run(
            [sys.executable, "-c", BOUND_BY_PERMISSIONS, READ_ONLY, folder, folder.parent / "new"],
            capture_output=True,
            text=True,
            check=False,
        )
    finally:
        for path, mode in zip(paths, modes, strict=True):
            path.chmod(mode)
    if "the folder can be written" in asked.stderr:
        pytest.skip("permissions do not bind this user")
    assert asked.stderr == ""
    read, *refused = asked.stdout.splitlines()
    assert read == "15 3"
    assert len(refused) == 3
    assert "cannot be opened" in refused[0]
    assert all("cannot be made: Permission denied" in line for line in refused[1:])


# Damage


def data_files(path: Path, pattern: str) -> list[Path]:
    """Files of the database, the largest first."""
    files = sorted((path / "oxigraph").glob(pattern), key=lambda f: (-f.stat().st_size, f.name))
    assert files, pattern
    return files


def flipped(data: bytes) -> bytes:
    """Every byte is changed from the first tenth to the end."""
    start = len(data) // 10
    return data[:start] + bytes(byte ^ 0x5A for byte in data[start:])


DAMAGES: dict[str, Callable[[Path], object]] = {
    "CURRENT is empty": lambda p: (p / "oxigraph" / "CURRENT").write_bytes(b""),
    "CURRENT is gone": lambda p: (p / "oxigraph" / "CURRENT").unlink(),
    "CURRENT names nothing": lambda p: (p / "oxigraph" / "CURRENT").write_bytes(b"MANIFEST-9\n"),
    "MANIFEST is empty": lambda p: data_files(p, "MANIFEST-*")[0].write_bytes(b""),
    "MANIFEST is cut": lambda p: [
        f.write_bytes(f.read_bytes()[: f.stat().st_size // 2]) for f in data_files(p, "MANIFEST-*")
    ],
    "MANIFEST is gone": lambda p: [f.unlink() for f in data_files(p, "MANIFEST-*")],
    "tables are cut": lambda p: [
        f.write_bytes(f.read_bytes()[: f.stat().st_size // 2]) for f in data_files(p, "*.sst")
    ],
    "tables are empty": lambda p: [f.write_bytes(b"") for f in data_files(p, "*.sst")],
    "tables are flipped": lambda p: [
        f.write_bytes(flipped(f.read_bytes())) for f in data_files(p, "*.sst")
    ],
    "tables are gone": lambda p: [f.unlink() for f in data_files(p, "*.sst")],
    "data is a file": lambda p: (shutil.rmtree(p / "oxigraph"), (p / "oxigraph").touch()),
}


@pytest.mark.parametrize("damage", DAMAGES)
@pytest.mark.parametrize("how", OPENERS)
def test_damage_is_one_error_of_ours(folder: Path, how: str, damage: str) -> None:
    """Never a crash, never a new empty store where there was a full one."""
    DAMAGES[damage](folder)
    with pytest.raises(StoreError) as caught, OPENERS[how](folder) as store:
        read_everything(store)
    assert "\n" not in str(caught.value)
    assert caught.value.where == str(folder)


def read_everything(store: Embedded) -> None:
    """Touch the data in every way that a reader does."""
    assert store.graphs() == [G1, G2, G3]
    for graph in (G1, G2, G3):
        store.graph(graph)
    assert len(list(store)) == len(store) == len(store.select(ALL).rows) == 15


WAYS_TO_READ: dict[str, Callable[[Embedded], object]] = {
    "len": len,
    "iterate": list,
    "graphs": lambda store: store.graphs(),
    "graph": lambda store: store.graph(G1),
    "select": lambda store: store.select(ALL),
    "ask": lambda store: store.ask(f'ASK {{ GRAPH <{G1}> {{ ?s ?p "none" }} }}'),
    "construct": lambda s: s.construct("CONSTRUCT { ?s ?p ?o } WHERE { GRAPH ?g { ?s ?p ?o } }"),
}


@pytest.mark.parametrize("file", range(6))
def test_each_damaged_table_file(folder: Path, file: int) -> None:
    """A single flipped file: what is still readable is right, the rest is an error of ours."""
    files = data_files(folder, "*.sst")
    files[file % len(files)].write_bytes(flipped(files[file % len(files)].read_bytes()))
    try:
        store = Embedded.open(folder)
    except StoreError:
        return
    with store, contextlib.suppress(StoreError):
        assert store.graph(G1) == sorted(some(G1, "old"), key=str)
    with Embedded.open(folder) as store:
        for read in WAYS_TO_READ.values():
            with contextlib.suppress(StoreError):
                read(store)


def test_a_damaged_packaged_graph(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "data" / "graph").mkdir(parents=True)
    (tmp_path / "data" / "graph" / "x.trig").write_text("<a", encoding="utf-8")
    monkeypatch.setattr("dutygraph.resources.root", lambda: tmp_path)
    with pytest.raises(StoreError, match=r"x\.trig: is damaged"):
        open_packaged()


# Sudden death


LOAD = """
import sys
from pyoxigraph import Literal, NamedNode, Quad
from dutygraph.store import Embedded

def version(graph, number):
    name, value = NamedNode(graph), NamedNode("http://example.org/version")
    return [
        Quad(NamedNode(f"http://example.org/s{n}"), value, Literal(str(number)), name)
        for n in range(300 + number % 50)
    ]

number = int(sys.argv[2])
with Embedded.create(sys.argv[1]) as store:
    print("ready", flush=True)
    while True:
        number += 1
        for graph in sys.argv[3:]:
            store.replace(graph, version(graph, number))
            print(number, graph, flush=True)
"""


def test_kill_while_loading(tmp_path: Path) -> None:
    """Each graph is whole, and not older than what was acknowledged."""
    path, graphs = tmp_path / "store", (G1, G2)
    delays = random.Random(20250701)  # noqa: S311 - not for secrets
    number, acknowledged = 0, dict.fromkeys(graphs, 0)
    seen = set()
    for _ in range(15):
        with subprocess.Popen(
            [sys.executable, "-c", LOAD, str(path), str(number), *graphs],
            stdout=subprocess.PIPE,
            text=True,
        ) as loader:
            assert loader.stdout is not None
            assert loader.stdout.readline() == "ready\n"
            said = [loader.stdout.readline().strip() for _ in range(delays.randrange(1, 5))]
            time.sleep(delays.uniform(0, 0.03))
            loader.send_signal(signal.SIGKILL)
            said += loader.stdout.read().splitlines()
        for line in said:
            if len(line.split()) == 2 and line.endswith(graphs):
                acknowledged[line.split()[1]] = int(line.split()[0])
        with Embedded.open(path) as store:
            assert set(store.graphs()) <= set(graphs)
            newest = max(acknowledged.values()) + 1  # was at work when it died
            for graph in graphs:
                quads = store.graph(graph)
                versions = {int(q.object.value) for q in quads}
                assert len(versions) <= 1
                version = versions.pop() if versions else 0
                assert len(quads) == (300 + version % 50 if version else 0)
                assert acknowledged[graph] <= version <= newest
                acknowledged[graph] = version
                seen.add(version)
        number = max(acknowledged.values())
    assert len(seen) > 5  # it was killed at work, not before


# Replacing graphs


def test_replace_is_whole(folder: Path) -> None:
    new = some(G2, "new", 3)
    with Embedded.create(folder) as store:
        store.replace(G2, new)
        assert store.graph(G2) == sorted(new, key=str)
    with Embedded.open(folder) as store:
        assert store.graph(G1) == sorted(some(G1, "old"), key=str)
        assert store.graph(G2) == sorted(new, key=str)
        assert store.graph(G3) == sorted(some(G3, "old"), key=str)
        assert len(store) == 13


@pytest.mark.parametrize("position", [0, 2, 4])
@pytest.mark.parametrize("old", [True, False])
def test_a_quad_of_another_graph_stops_all(position: int, old: bool) -> None:
    store = Embedded.in_memory(some(G1, "old") if old else [])
    before = list(store)
    quads = some(G1, "new")
    quads[position] = quad(G2, "s", "stray")
    with pytest.raises(StoreError, match="does not belong to the graph"):
        store.replace(G1, quads)
    quads[position] = Quad(quads[0].subject, quads[0].predicate, Literal("no graph"))
    with pytest.raises(StoreError, match="does not belong to the graph"):
        store.replace(G1, quads)
    assert list(store) == before


@pytest.mark.parametrize("old", [True, False])
def test_blank_nodes_are_refused(old: bool) -> None:
    store = Embedded.in_memory(some(G1, "old") if old else [])
    before = list(store)
    value, graph = NamedNode("http://example.org/value"), NamedNode(G1)
    for blank in (
        Quad(BlankNode("b"), value, Literal("x"), graph),
        Quad(NamedNode("http://example.org/s"), value, BlankNode("b"), graph),
    ):
        with pytest.raises(StoreError, match="blank node"):
            store.replace(G1, [*some(G1, "new"), blank])
    assert list(store) == before


def test_replace_by_the_same_by_more_by_less_by_nothing() -> None:
    store = Embedded.in_memory(some(G2, "other"))
    for number in (3, 3, 6, 2, 0, 4):
        store.replace(G1, some(G1, "x", number))
        assert store.graph(G1) == sorted(some(G1, "x", number), key=str)
        assert store.graph(G2) == sorted(some(G2, "other"), key=str)


def test_quads_that_stand_twice_count_once() -> None:
    store = Embedded.in_memory()
    for _ in range(2):
        store.replace(G1, some(G1, "x") * 2)
        assert len(store) == 5


LITERALS = st.one_of(
    st.text().map(Literal),
    st.text().map(lambda text: Literal(text, language="zh")),
    st.text(max_size=8).map(lambda text: Literal(text, datatype=NamedNode(XSD.gYearMonth))),
    st.integers(-(2**70), 2**70).map(lambda n: Literal(str(n), datatype=NamedNode(XSD.integer))),
    st.booleans().map(Literal),
    st.sampled_from(
        ['"', "\\", "\\\"", "}", "} }", "\n", "\r", "\\u0022", "'''", '"""', "\x00", "\ufffe", "𠮷"]
    ).map(Literal),
)  # fmt: skip


@given(old=st.lists(LITERALS, max_size=6), new=st.lists(LITERALS, max_size=6))
def test_any_values_can_replace_any_values(old: list[Literal], new: list[Literal]) -> None:
    store = Embedded.in_memory(some(G2, "other"))
    for values in (old, new, old):
        quads = [quad(G1, f"s{n}", value) for n, value in enumerate(values)]
        store.replace(G1, quads)
        assert set(store.graph(G1)) == set(quads)
    assert set(store.graph(G2)) == set(some(G2, "other"))


# After the end, and wrong questions


def test_a_closed_store_answers_nothing(folder: Path) -> None:
    for store in (Embedded.open(folder), Embedded.in_memory(some(G1, "x")), open_packaged()):
        store.close()
        store.close()
        for read in WAYS_TO_READ.values():
            with pytest.raises(StoreError, match="has been closed"):
                read(store)
        with pytest.raises(StoreError, match="has been closed"):
            store.replace(G1, [])
        with pytest.raises(StoreError, match="has been closed"):
            store.as_rdflib()


@pytest.mark.parametrize(
    ("method", "text", "says"),
    [
        ("select", "ASK {}", "no SELECT query"),
        ("ask", "SELECT * {}", "no ASK query"),
        ("construct", "ASK {}", "no CONSTRUCT or DESCRIBE query"),
        ("select", "SELECT * WHERE {", "not valid SPARQL"),
        ("select", "", "not valid SPARQL"),
        ("select", "DROP ALL", "not valid SPARQL"),
        ("select", "SELECT ('\udc80' AS ?x) {}", "not valid Unicode"),
    ],
)
def test_wrong_questions(method: str, text: str, says: str) -> None:
    store = Embedded.in_memory(some(G1, "x"))
    with pytest.raises(UsageError, match=says):
        getattr(store, method)(text)
    assert len(store) == 5


def test_a_service_that_does_not_answer_is_one_error_of_ours() -> None:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{probe.getsockname()[1]}/"  # bound, but nobody listens
        with pytest.raises(StoreError, match="could not be read"):
            Embedded.in_memory().select(f"SELECT * {{ SERVICE <{address}> {{ ?s ?p ?o }} }}")


def test_what_was_read_cannot_be_written(folder: Path) -> None:
    with Embedded.open(folder) as store:
        with pytest.raises(StoreError, match="could not be written"):
            store.replace(G1, some(G1, "new"))
        assert store.graph(G1) == sorted(some(G1, "old"), key=str)


# Queries about alignments, of which the packaged store has none.
ALIGNED = ("concepts", "concept-lists", "moved", "rebounds")


def test_memory_and_folder_answer_alike(packaged: Embedded, tmp_path: Path) -> None:
    with Embedded.create(tmp_path / "store") as store:
        for graph in packaged.graphs():
            store.replace(graph, packaged.graph(graph))
    in_memory = Embedded.in_memory(packaged)
    with Embedded.open(tmp_path / "store") as store:
        assert store.graphs() == packaged.graphs() == in_memory.graphs()
        assert set(store) == set(packaged) == set(in_memory)
        for name in query.load_queries():
            rows = query.run(store, name).rows
            assert rows or name in ALIGNED
            assert rows == query.run(packaged, name).rows == query.run(in_memory, name).rows
