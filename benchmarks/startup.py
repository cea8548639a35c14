"""Starting the program: whole processes, and what they import.

Measured: elapsed seconds of the whole process ``dutygraph query departments`` on the packaged data,
against ``python -c "import pyoxigraph"``, the least that any command of this package can cost, and
against ``python -c pass``. Then the time that each heavy module takes to import, which modules take
longest on the way of that command, and whether it imports any of the modules that it has no use
for.

How: the commands run alternately, each in a new process with its output thrown away; one round
before them fills the disk cache. The ratio is that of the medians. Import times are medians of
fresh processes, each of which imports one module and what that imports. The slowest modules are
those of one run under ``python -X importtime``, which itself slows importing down.
"""

from __future__ import annotations

import contextlib
import io
import subprocess
import sys
import time
from pathlib import Path
from typing import Any, Final

from measure import Aim, Settings, Table, Topic, fresh, median

TITLE = "Start of the program"

AIM_RATIO: Final = 8.0
"""Time of the command, in units of importing pyoxigraph."""

COMMAND: Final = ("query", "departments")
UNUSED: Final = ("rdflib", "pyshacl", "pandas", "networkx", "SPARQLWrapper", "jinja2")
"""Modules that the command has no use for."""
USED: Final = ("pyoxigraph", "click", "yaml", "shacl", "dutygraph.cli", "dutygraph.query")

_SLOWEST: Final = 10


def measure(settings: Settings) -> Topic:
    program = [str(Path(sys.executable).with_name("dutygraph")), *COMMAND]
    commands = {
        f"dutygraph {' '.join(COMMAND)}": program,
        'python -c "import pyoxigraph"': [sys.executable, "-c", "import pyoxigraph"],
        "python -c pass": [sys.executable, "-c", "pass"],
    }
    times: dict[str, list[float]] = {name: [] for name in commands}
    for turn in range(1 + settings.pick(21, 5)):
        for name, command in commands.items():
            began = time.perf_counter()
            subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
            if turn:
                times[name].append(time.perf_counter() - began)
    ours, least = (median(seconds) for seconds in list(times.values())[:2])

    imports = {name: _import_times(name, settings.pick(7, 2)) for name in (*UNUSED, *USED)}
    loaded = fresh("startup", "loaded_by_command")
    unwanted = [name for name in UNUSED if name in loaded]
    return Topic(
        tables=[
            Table(
                "Whole processes, milliseconds elapsed",
                ("Command", "Runs", "Median", "Fastest", "Slowest", "Ratio"),
                [
                    [
                        f"`{name}`",
                        len(seconds),
                        1000 * median(seconds),
                        1000 * min(seconds),
                        1000 * max(seconds),
                        median(seconds) / least,
                    ]
                    for name, seconds in times.items()
                ],
            ),
            Table(
                f"Modules, and whether `dutygraph {' '.join(COMMAND)}` imports them",
                ("Module", "Import, ms", "Imported", "Should be"),
                [
                    [
                        name,
                        1000 * median(seconds),
                        "yes" if name in loaded else "no",
                        "no" if name in UNUSED else "",
                    ]
                    for name, seconds in imports.items()
                ],
            ),
            Table(
                f"Slowest modules of `dutygraph {' '.join(COMMAND)}`, without what they import",
                ("Module", "Import, ms"),
                _slowest_modules(),
            ),
        ],
        aims=[
            Aim("the command against importing pyoxigraph", AIM_RATIO, ours / least, "times"),
            Aim("modules imported without use", 0, len(unwanted), "modules"),
        ],
        remarks=[f"Imported without use: {', '.join(unwanted)}."] if unwanted else [],
        raw={"processes": times, "imports": imports},
    )


def _import_times(module: str, runs: int) -> list[float]:
    code = (
        "import time; began = time.perf_counter(); "
        f"import {module}; print(time.perf_counter() - began)"
    )
    out = []
    for _ in range(runs):
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
        out.append(float(done.stdout.split()[-1]))
    return out


def loaded_by_command() -> list[str]:
    """Modules loaded after the command; to be called in a fresh process."""
    from dutygraph.cli import cli

    with contextlib.redirect_stdout(io.StringIO()):
        cli(list(COMMAND), standalone_mode=False)
    return sorted(sys.modules)


def _slowest_modules() -> list[list[Any]]:
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "dutygraph", *COMMAND],
        capture_output=True,
        text=True,
        check=True,
    )
    found: list[list[Any]] = []
    for line in done.stderr.splitlines():
        # import time:      1149 |       3395 | site
        parts = line.removeprefix("import time:").split("|")
        if len(parts) == 3 and parts[0].strip().isdecimal():
            found.append([parts[2].strip(), int(parts[0]) / 1000])
    return sorted(found, key=lambda row: -row[1])[:_SLOWEST]
