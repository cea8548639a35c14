"""Measures, and writes results.json and README.md.

python benchmarks/run.py [--quick] [--full] [--only TOPIC]... [-o FOLDER]

A topic is a module of this folder with a docstring that says what is measured and how (it goes into
README.md), a ``TITLE``, and ``measure(settings)``, which gives a `measure.Topic`. To add one, write
the module and name it in `TOPICS`.

``--quick`` is for trying the benchmarks, so it writes to out/benchmarks unless ``-o`` says
otherwise. With ``--only`` the other topics keep the results that the folder has, if they come from
the same machine. A missed aim is reported, and is no failure.
"""

from __future__ import annotations

import argparse
import datetime
import importlib
import json
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Final

import machine
import pages
from measure import HERE, ROOT, Settings, Topic

TOPICS: Final = ("reading", "formats", "validation", "queries", "report", "startup")
"""Modules of the topics, in the order in which they are measured and shown."""

FORMAT: Final = 1
"""Of results.json; to be raised when older files can no longer be shown."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="run.py", description="Measure dutygraph.")
    parser.add_argument("--quick", action="store_true", help="few runs, to try the benchmarks")
    parser.add_argument("--full", action="store_true", help="also what takes many minutes")
    parser.add_argument("--only", action="append", choices=TOPICS, metavar="TOPIC")
    parser.add_argument("-o", "--output", type=Path, metavar="FOLDER")
    given = parser.parse_args()
    settings = Settings(quick=given.quick, full=given.full)
    usual = ROOT / "out" / "benchmarks" if given.quick else HERE / "results"
    folder: Path = given.output or usual

    here = machine.describe()
    topics = _before(folder, here) if given.only else {}
    failed = []
    for name in given.only or TOPICS:
        print(f"{name} …", file=sys.stderr, flush=True)
        began = time.perf_counter()
        state = machine.state()
        try:
            topic: Topic = importlib.import_module(name).measure(settings)
        except Exception:  # one topic that fails must not cost the others
            traceback.print_exc()
            failed.append(name)
            continue
        seconds = time.perf_counter() - began
        topics[name] = {
            "date": datetime.datetime.now(datetime.UTC).date().isoformat(),
            "quick": settings.quick,
            "full": settings.full,
            "seconds": seconds,
            "state": state,
            **topic.as_json(),
        }
        print(f"{name}: {seconds:.0f} s", file=sys.stderr)
        for aim in topic.aims:
            verdict = "met" if aim.met else "missed"
            print(
                f"  {aim.what}: {pages.show(aim.measured)} {aim.unit}, "
                f"at most {pages.show(aim.limit)}: {verdict}",
                file=sys.stderr,
            )
    ordered = {name: topics[name] for name in TOPICS if name in topics}
    results = {"format": FORMAT, "machine": here, "topics": ordered}
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps(results, ensure_ascii=False, indent=1) + "\n"
    (folder / "results.json").write_text(text, encoding="utf-8")
    (folder / "README.md").write_text(pages.readme(results), encoding="utf-8")
    print(folder / "README.md")
    if failed:
        print(f"failed: {', '.join(failed)}", file=sys.stderr)
    return 1 if failed else 0


def _before(folder: Path, here: dict[str, str]) -> dict[str, Any]:
    """Topics that the folder holds already, where they were measured on this machine."""
    try:
        found = json.loads((folder / "results.json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if found.get("format") != FORMAT or found.get("machine") != here:
        return {}
    return dict(found["topics"])


if __name__ == "__main__":
    raise SystemExit(main())
