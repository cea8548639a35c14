"""Where documents are found, and reading many of them: one that fails keeps no other from being read."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest

from dutygraph.build import read_document, read_editions
from dutygraph.cli import main
from dutygraph.errors import UnreadableError, UsageError
from dutygraph.sources import Failure, Reading, find_sources, read_all

HEADER = "序号\t事项类别\t事项名称"


def document(town: str = "甲镇", *titles: str, date: str = "2025年7月") -> str:
    rows = [f"{n}\t党的建设\t{title}" for n, title in enumerate(titles or ("开展党员教育",), 1)]
    return "\n".join(
        [f"江苏省苏州市昆山市{town}履职事项清单", date, "基本履职事项清单", HEADER, *rows]
    )


def put(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def archive(members: dict[str, str]) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as file:
        for name, text in members.items():
            file.writestr(name, text)
    return out.getvalue()


def read(*paths: Path) -> tuple[list[str], list[str]]:
    """Names of the towns that were read, and what the failures say."""
    failures: list[Failure] = []
    done = list(read_all(find_sources(paths, failures=failures)))
    failures += [one for one in done if isinstance(one, Failure)]
    towns = [one.duty_list.town.name for one in done if isinstance(one, Reading)]
    return towns, [str(failure.error) for failure in failures]


def test_a_folder_of_loose_documents(tmp_path: Path) -> None:
    put(tmp_path, "b/乙镇.txt", document("乙镇"))
    put(tmp_path, "a/甲镇.txt", document("甲镇"))
    put(tmp_path, "README.md", "no document")
    put(tmp_path, "~$甲镇.docx", "lock file of a word processor")
    put(tmp_path, ".hidden.txt", "hidden")
    assert read(tmp_path) == (["甲镇", "乙镇"], [])


def test_described_documents_go_before_loose_ones(tmp_path: Path) -> None:
    put(tmp_path, "one/list.txt", document("甲镇"))
    put(tmp_path, "one/metadata.yaml", "file: list.txt\nedition: 2024-05\nsynthetic: true\n")
    put(tmp_path, "loose.txt", document("乙镇"))
    (source,) = find_sources([tmp_path])
    assert (source.given.edition, source.given.synthetic) == ("2024-05", True)


def test_an_archive_of_documents(tmp_path: Path) -> None:
    path = tmp_path / "lists.zip"
    path.write_bytes(
        archive({"县/乙镇.txt": document("乙镇"), "县/甲镇.txt": document("甲镇"), "note.md": "-"})
    )
    sources = find_sources([path])
    # 乙 is U+4E59 and 甲 U+7532: members come in the order of their names.
    assert [source.name for source in sources] == [f"{path}/县/乙镇.txt", f"{path}/县/甲镇.txt"]
    assert {source.given.hint for source in sources} == {"县/乙镇.txt", "县/甲镇.txt"}
    assert sorted(read(path)[0]) == ["乙镇", "甲镇"]


def test_metadata_inside_an_archive(tmp_path: Path) -> None:
    path = tmp_path / "lists.zip"
    path.write_bytes(
        archive(
            {
                "甲/list.txt": document("甲镇"),
                "甲/metadata.yaml": "file: list.txt\nedition: 2023-01\n",
                "甲/scan.txt": "not named by the metadata",
            }
        )
    )
    (source,) = find_sources([path])
    assert source.given.edition == "2023-01"
    assert read(path) == (["甲镇"], [])


def test_a_document_that_cannot_be_read_keeps_no_other_from_it(tmp_path: Path) -> None:
    put(tmp_path, "1.txt", document("甲镇"))
    put(tmp_path, "2.txt", "nothing like a list")
    (tmp_path / "3.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    put(tmp_path, "4.txt", document("乙镇"))
    towns, said = read(tmp_path)
    assert towns == ["甲镇", "乙镇"]
    assert [line.partition(": ")[0] for line in said] == [
        str(tmp_path / "2.txt"),
        str(tmp_path / "3.png"),
    ]


def test_the_same_list_twice_and_another_list_of_the_same_date(tmp_path: Path) -> None:
    put(tmp_path, "1.txt", document("甲镇", "甲", "乙"))
    put(tmp_path, "2.txt", document("甲镇", "甲", "乙"))
    put(tmp_path, "3.txt", document("甲镇", "甲", "丙"))
    put(tmp_path, "4.txt", document("甲镇", "甲"))
    put(tmp_path, "5.txt", document("甲镇", "甲", date="2024年1月"))
    towns, said = read(tmp_path)
    assert towns == ["甲镇", "甲镇"]  # the first, and the one of another date
    assert f"holds the same list as {tmp_path / '1.txt'}" in said[0]
    assert "but not the same list: basic item 2 differs" in said[1]
    assert "but not the same list: 1 items against 2" in said[2]


def test_without_a_list_for_failures_the_first_raises(tmp_path: Path) -> None:
    put(tmp_path, "1.txt", document("甲镇"))
    put(tmp_path, "2.txt", document("甲镇", "乙"))
    with pytest.raises(UsageError, match="not the same list"):
        list(read_editions(find_sources([tmp_path])))
    put(tmp_path, "bad/metadata.yaml", "a: 1")
    with pytest.raises(UnreadableError, match="names no file") as error:
        find_sources([tmp_path / "bad"])
    assert "metadata.yaml" in error.value.where


def test_several_documents_where_one_is_asked_for(tmp_path: Path) -> None:
    put(tmp_path, "1.txt", document("甲镇"))
    put(tmp_path, "2.txt", document("乙镇"))
    with pytest.raises(UsageError, match="holds 2 documents"):
        read_document(tmp_path)


def test_an_empty_folder_and_an_empty_archive(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(UnreadableError, match="holds no document"):
        find_sources([tmp_path / "empty"])
    path = tmp_path / "empty.zip"
    path.write_bytes(archive({"README.md": "-"}))
    with pytest.raises(UnreadableError, match="holds no document"):
        find_sources([path])


def test_a_batch_ends_with_a_summary(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lists = tmp_path / "lists"
    put(lists, "1.txt", document("甲镇"))
    put(lists, "2.txt", "nothing like a list")
    (lists / "3.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    put(lists, "4.txt", document("乙镇"))
    assert main(["build", str(lists), "-o", str(tmp_path / "out"), "--lang", "en"]) == 2
    out, err = capsys.readouterr()
    assert len(out.splitlines()) == 3  # two editions and the reference graph
    lines = err.splitlines()
    assert sum(line.startswith("dutygraph: ") for line in lines) == 2
    assert lines[-1].startswith("2 of 4 documents read; 2 left out: ")
    assert main(["build", str(lists), "-o", str(tmp_path / "out"), "--lang", "zh"]) == 2
    assert (
        capsys.readouterr().err.splitlines()[-1].startswith("共 4 个文件，读入 2 个；未读入 2 个：")
    )


def test_a_link_that_leads_round_in_a_circle(tmp_path: Path) -> None:
    put(tmp_path, "1.txt", document("甲镇"))
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    assert read(tmp_path) == (["甲镇"], [])
