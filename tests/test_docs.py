"""What is written down is true: examples run, links lead somewhere, versions agree."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from converted import parts_of, to_docx

import dutygraph
from dutygraph.catalogue import KINDS
from dutygraph.cli import cli, main
from dutygraph.readers.read import read_path

ROOT = Path(__file__).resolve().parent.parent
PAGES = [
    ROOT / "README.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").glob("*.md")),
    *sorted((ROOT / "data").rglob("*.md")),
]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", README, re.DOTALL)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.relative_to(ROOT).as_posix())
def test_links_lead_somewhere(page: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", page.read_text(encoding="utf-8")):
        if not target.startswith("http"):
            assert (page.parent / target).exists(), target


def test_python_in_the_readme_runs() -> None:
    (code,) = blocks("python")
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "农业农村局" in done.stdout


def small(town: str, date: str) -> str:
    """A small simulated list; that of 2024 has another item."""
    rows = ["开展党员教育管理", "做好统计调查工作" if "2024" in date else "做好人口普查工作"]
    return "\n".join(
        [
            f"江苏省苏州市昆山市{town}履职事项清单",
            "模拟文本",
            date,
            "序号\t事项类别\t事项名称",
            *(f"{n}\t党的建设\t{title}" for n, title in enumerate(rows, 1)),
            "序号\t事项类别\t事项名称\t对应上级部门\t上级部门职责\t乡镇配合职责",
            "1\t平安法治\t消防安全检查\t市消防救援大队\t1.制定方案。 2.开展检查。\t1.排查。 2.上报。",
            "序号\t事项类别\t事项名称\t承接部门\t工作方式",
            "1\t民生服务\t养老机构检查\t市民政局\t由市民政局组织检查。",
        ]
    )


def test_commands_in_the_readme_run(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    real_document: Path,
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "list.docx").write_bytes(to_docx(parts_of(read_path(real_document)), "merged"))
    (tmp_path / "lists").mkdir()
    for town, date in (("甲镇", "2024年5月"), ("甲镇", "2025年5月"), ("丙镇", "2025年5月")):
        (tmp_path / "lists" / f"{town}{date}.txt").write_text(small(town, date), encoding="utf-8")
    with zipfile.ZipFile(tmp_path / "more.zip", "w") as archive:
        archive.writestr("乙镇.txt", small("乙镇", "2025年3月"))
    lines = [line for block in blocks("sh") for line in block.splitlines()]
    commands = [
        shlex.split(line, comments=True)[1:] for line in lines if line.startswith("dutygraph")
    ]
    assert len(commands) >= 10
    for command in commands:
        assert main(command) == 0, command
    assert (tmp_path / "out" / "report" / "index.html").is_file()
    assert (tmp_path / "out" / "compare" / "index.html").is_file()
    assert (tmp_path / "simulated" / "truth" / "items.csv").is_file()


def test_every_command_and_finding_is_documented() -> None:
    commands = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
    findings = (ROOT / "docs" / "findings.md").read_text(encoding="utf-8")
    for name, command in cli.commands.items():
        assert command.help
        assert f"## dutygraph {name}" in commands
    for code in KINDS:
        assert f"`{code}`" in findings


def test_generated_pages_are_current() -> None:
    command = [sys.executable, str(ROOT / "docs" / "generate.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0


def test_versions_agree() -> None:
    changelog = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    newest = re.search(r"^## (\d+\.\d+\.\d+)", changelog, re.MULTILINE)
    assert newest is not None
    assert newest[1] == dutygraph.__version__
    ontology = (ROOT / "ontology" / "dutygraph.ttl").read_text(encoding="utf-8")
    assert f"/ontology/{dutygraph.__version__}>" in ontology


def test_make_targets_that_the_readme_promises() -> None:
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for target in ("report", "test"):
        assert re.search(rf"^{target}:", makefile, re.MULTILINE)
        assert f"make {target}" in README
