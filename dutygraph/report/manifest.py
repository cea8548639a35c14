"""What a report was made from, with what, and what it consists of."""

from __future__ import annotations

import hashlib
import json
import platform
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path, PurePosixPath
from typing import Any, Final

from dutygraph.__about__ import __version__
from dutygraph.errors import UsageError
from dutygraph.files import write_whole

NAME: Final = "manifest.json"
# A user's name and password before the host of an address.
_USER: Final = re.compile(r"^(https?://)[^/@]*@")
_PACKAGES: Final = (
    "altair",
    "bicm",
    "igraph",
    "jinja2",
    "networkx",
    "numpy",
    "pylopdf-fonts-zh-cn",
    "pyoxigraph",
    "pypinyin",
    "pyshacl",
    "rdflib",
    "scikit-learn",
    "scipy",
    "shacl",
    "vl-convert-python",
    "xlsxwriter",
)
_MEDIA_TYPES: Final = {
    ".csv": "text/csv",
    ".cx2": "application/json",
    ".gexf": "application/xml",
    ".graphml": "application/xml",
    ".html": "text/html",
    ".json": "application/json",
    ".md": "text/markdown",
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@dataclass(frozen=True, slots=True)
class Output:
    """A file that was written.

    Attributes:
        path: from the folder of the report, with ``/``.
        sha256: digest of its bytes.
        size: number of bytes.
    """

    path: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A query that a report rests on.

    Attributes:
        name: of the saved query, or what it asks.
        text: the whole query.
        parameters: those that it was given; for each edition again where there are any.
    """

    name: str
    text: str
    parameters: tuple[str, ...] = ()


class Folder:
    """The folder of a report: writes files and remembers what they are.

    Attributes:
        root: the folder.
        outputs: files written, in their order.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.outputs: list[Output] = []

    def write(self, path: str, data: bytes) -> Path:
        """Write a file.

        Args:
            path: from the folder, with ``/``; its own folder has to exist.
            data: its bytes.

        Raises:
            UsageError: the path leads out of the folder.
            DutyGraphError: it cannot be written.
        """
        target = self.root / path
        if not target.resolve().is_relative_to(self.root.resolve()):
            raise UsageError("leads out of the folder of the report", where=path)
        write_whole(target, data)
        self.remember(target, data)
        return target

    def remember(self, target: Path, data: bytes | None = None) -> None:
        """Note a file of the folder that was written by other means."""
        content = target.read_bytes() if data is None else data
        self.outputs.append(
            Output(
                target.relative_to(self.root).as_posix(),
                hashlib.sha256(content).hexdigest(),
                len(content),
            )
        )

    def remove_stale(self, before: Iterable[Output]) -> None:
        """Remove files of an earlier report that are not part of this one and were not changed.

        Args:
            before: what the earlier manifest lists.
        """
        written = {output.path for output in self.outputs} | {NAME}
        for old in before:
            target = self.root / old.path
            if old.path in written or target.is_symlink() or not target.is_file():
                continue
            if hashlib.sha256(target.read_bytes()).hexdigest() == old.sha256:
                target.unlink()


def read_outputs(root: Path) -> list[Output]:
    """What the manifest of an earlier report in a folder lists; nothing where there is none.

    A path that leads out of the folder is left out.
    """
    try:
        listed = json.loads((root / NAME).read_text(encoding="utf-8"))["outputs"]
        found = [Output(one["path"], one["sha256"], one["bytes"]) for one in listed]
    except (OSError, ValueError, KeyError, TypeError):
        return []
    return [
        one
        for one in found
        if isinstance(one.path, str)
        and one.path
        and not PurePosixPath(one.path).is_absolute()
        and ".." not in PurePosixPath(one.path).parts
    ]


def versions() -> dict[str, str]:
    """Versions of the program and of the packages that a report depends on, those installed."""
    out = {"dutygraph": __version__, "python": platform.python_version()}
    for package in _PACKAGES:
        try:
            out[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            continue
    return out


def manifest(
    outputs: Sequence[Output],
    *,
    lang: str,
    command: Sequence[str],
    editions: Sequence[Mapping[str, Any]],
    queries: Iterable[Asked],
    warnings: Sequence[str] = (),
) -> bytes:
    """The manifest as JSON.

    Args:
        outputs: files of the report.
        lang: language of the report.
        command: command line that made it; empty where the library was called.
        editions: what it is about: town, division, edition, synthetic, sha256 of the source.
        queries: what was asked.
        warnings: what was left undone.
    """
    content = {
        "generator": "dutygraph",
        "versions": versions(),
        "command": [_USER.sub(r"\1", argument) for argument in command],
        "language": lang,
        "editions": [dict(edition) for edition in editions],
        "queries": [
            {
                "name": one.name,
                "sha256": hashlib.sha256(one.text.encode()).hexdigest(),
                "parameters": list(one.parameters),
            }
            for one in queries
        ],
        "warnings": list(warnings),
        "outputs": [
            {
                "path": output.path,
                "media_type": _MEDIA_TYPES.get(
                    PurePosixPath(output.path).suffix, "application/octet-stream"
                ),
                "sha256": output.sha256,
                "bytes": output.size,
            }
            for output in sorted(outputs, key=lambda one: one.path)
        ],
    }
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()
