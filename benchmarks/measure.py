"""Tools that every topic uses: clocks, fresh processes, and the plain data that a topic gives back.

How things are measured:

* A time is the median of repeated runs. Two things that are compared are timed alternately in one
  run on one machine, and their ratio is that of the medians.
* Before each timed run the garbage of what went before is collected. Whether the collector is on
  while the clock runs is each topic's choice, and its text says so.
* What may leave something behind (peak memory, loaded modules, filled caches) runs in a process of
  its own (`fresh`). Peak memory is ``ru_maxrss`` of that process. Linux never reports less for a
  child than its parent used, so the process that starts them imports nothing heavy.
"""

from __future__ import annotations

import functools
import gc
import json
import resource
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final, TypeAlias

HERE: Final = Path(__file__).resolve().parent
ROOT: Final = HERE.parent

Value: TypeAlias = str | int | float | None


@dataclass(frozen=True, slots=True)
class Settings:
    """How much to measure.

    Attributes:
        quick: few runs of little, to try the benchmarks themselves.
        full: also what takes many minutes.
    """

    quick: bool = False
    full: bool = False

    def pick(self, usual: int, quick: int) -> int:
        """A number of runs or of copies: the usual one, or that of a quick run."""
        return quick if self.quick else usual


@dataclass(frozen=True, slots=True)
class Table:
    """A table of results; floats are rounded only where they are shown."""

    title: str
    head: Sequence[str]
    rows: Sequence[Sequence[Value]]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Aim:
    """Something that should be at most so much, and what was measured."""

    what: str
    limit: float
    measured: float
    unit: str

    @property
    def met(self) -> bool:
        """True where the aim is met."""
        return self.measured <= self.limit


@dataclass(frozen=True, slots=True)
class Topic:
    """What a topic gives back.

    Attributes:
        tables: for the reader.
        aims: with what was measured.
        remarks: what a reader must know about these figures, such as what was left out.
        raw: every single figure, for results.json only.
    """

    tables: Sequence[Table]
    aims: Sequence[Aim] = ()
    remarks: Sequence[str] = ()
    raw: dict[str, Any] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """The topic as plain lists and dictionaries."""
        aims = [{**asdict(aim), "met": aim.met} for aim in self.aims]
        return {**asdict(self), "aims": aims}


@dataclass(frozen=True, slots=True)
class Clock:
    """Seconds that one run took."""

    wall: float
    cpu: float


def clock(work: Callable[..., Any], *arguments: Any, collector: bool) -> tuple[Clock, Any]:
    """Run something once: its time, and what it returned.

    Args:
        work: what to run.
        *arguments: what to run it with.
        collector: leave the garbage collector on while the clock runs.
    """
    gc.collect()
    was_on = gc.isenabled()
    if not collector:
        gc.disable()
    try:
        wall, cpu = time.perf_counter(), time.process_time()
        result = work(*arguments)
        used = Clock(time.perf_counter() - wall, time.process_time() - cpu)
    finally:
        if was_on:
            gc.enable()
    return used, result


def median(values: Sequence[float]) -> float:
    """The median of some figures."""
    return statistics.median(values)


def peak_mib() -> float:
    """Most memory that this process has used so far, in MiB."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return float(peak) / (2**20 if sys.platform == "darwin" else 2**10)


def empty_text_caches() -> None:
    """Empty the bounded caches of dutygraph: folded names, minted IRIs, literals.

    Copies of one document would otherwise find the answers of the copy before, and seem cheaper
    than different documents are. The unbounded caches stay; they hold the reference data, which
    every document of a process shares.
    """
    kind = type(functools.lru_cache(maxsize=1)(len))
    for name, module in list(sys.modules.items()):
        if name.partition(".")[0] != "dutygraph":
            continue
        for value in list(vars(module).values()):
            if isinstance(value, kind) and value.cache_info().maxsize is not None:
                value.cache_clear()


def fresh(module: str, function: str, **arguments: Any) -> Any:
    """Call a function of a topic in a process of its own; what it returns must be plain JSON.

    Args:
        module: name of the topic's module.
        function: name of the function.
        **arguments: plain JSON too.

    Raises:
        RuntimeError: the process failed; what it printed was passed on.
    """
    command = [sys.executable, str(HERE / "worker.py"), module, function, json.dumps(arguments)]
    done = subprocess.run(command, stdout=subprocess.PIPE, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{module}.{function} failed with exit code {done.returncode}")
    return json.loads(done.stdout)
