"""What the figures were measured on: processor, memory, system, versions; nothing that names a host."""

from __future__ import annotations

import os
import platform
import re
import subprocess
from importlib import metadata
from pathlib import Path
from typing import Any, Final

from measure import ROOT

PACKAGES: Final = (
    "dutygraph",
    "pyoxigraph",
    "oxigraph",
    "shacl",
    "pyshacl",
    "rdflib",
    "sparqlwrapper",
    "click",
    "pyyaml",
    "pandas",
    "networkx",
    "jinja2",
)


def describe() -> dict[str, str]:
    """The machine."""
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return {
        "processor": _processor(),
        "cores": str(os.cpu_count() or "unknown"),
        "memory": f"{memory / 2**30:.1f} GiB",
        "system": f"{_system()}, {platform.machine()}",
    }


def versions() -> dict[str, str]:
    """Python and the packages that the figures depend on."""
    out = {"Python": f"{platform.python_implementation()} {platform.python_version()}"}
    for package in PACKAGES:
        try:
            out[package] = metadata.version(package)
        except metadata.PackageNotFoundError:
            out[package] = "not installed"
    return out


def commit() -> str:
    """Abbreviated commit of the checkout, with ``+`` where the measured code differs from it."""

    def git(*arguments: str) -> str:
        command = ["git", "-C", str(ROOT), *arguments]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()

    try:
        changed = git("status", "--porcelain", "--", "dutygraph", "data", "queries", "shapes")
        return git("rev-parse", "--short", "HEAD") + ("+" if changed else "")
    except (OSError, subprocess.CalledProcessError):
        return "unknown"


def load() -> float | None:
    """Processes that wanted to run during the last minute; above about 1 the machine was busy."""
    try:
        return round(os.getloadavg()[0], 2)
    except OSError:
        return None


def state() -> dict[str, Any]:
    """Everything that can change from one run to the next."""
    return {"commit": commit(), "load": load(), "versions": versions()}


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        text = ""
    found = re.search(r"^model name\s*:\s*(.+)$", text, re.MULTILINE)
    if found:
        return " ".join(found[1].split())
    return platform.processor() or platform.machine() or "unknown"


def _system() -> str:
    try:
        return platform.freedesktop_os_release()["PRETTY_NAME"]
    except (OSError, KeyError):
        return f"{platform.system()} {platform.release()}"
