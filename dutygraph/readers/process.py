"""Reads documents in a process of their own, with limits of memory and time."""

from __future__ import annotations

import atexit
import contextlib
import os
import signal
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, Final, cast

from dutygraph.errors import DutyGraphError, TooLargeError, UnreadableError
from dutygraph.readers import messages
from dutygraph.readers.base import Document
from dutygraph.readers.detect import Format

_MODULE: Final = "dutygraph.readers.worker"
_SPLIT: Final = "split it"
_AGAIN: Final = "save it again with the program that made it"
_GRACE: Final = 5.0
# How a process ends that went beyond a limit, by the number of the signal.
_CPU_SIGNAL: Final = getattr(signal, "SIGXCPU", None)
_MEMORY_SIGNALS: Final = tuple(
    getattr(signal, name) for name in ("SIGKILL", "SIGABRT") if hasattr(signal, name)
)


@dataclass(frozen=True, slots=True)
class ReadLimits:
    """What reading one document may use.

    Attributes:
        memory: address space of the reading process, in bytes.
        cpu: processor time, in seconds.
        wall: time until the answer, in seconds.
        documents: number of documents after which the process is replaced.
        in_process: largest plain or delimited text that is read without a process of its own, in
            bytes; our own code reads it, in time proportional to its length.
    """

    memory: int = 2**30
    cpu: int = 60
    wall: float = 120.0
    documents: int = 200
    in_process: int = 2**20


class Worker:
    """A reading process."""

    def __init__(self) -> None:
        environment = dict(os.environ)
        folder = str(Path(__file__).parents[2])
        before = environment.get("PYTHONPATH")
        environment["PYTHONPATH"] = f"{folder}{os.pathsep}{before}" if before else folder
        if not sys.executable:
            raise DutyGraphError(
                "no Python interpreter to read the document with", hint="run it with python"
            )
        # -P: a folder of documents may hold a json.py; it must not be imported. -B: the process may
        # not write files, compiled modules neither.
        self._process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-P", "-B", "-m", _MODULE],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=environment,
        )
        self._stdin = cast("BinaryIO", self._process.stdin)
        self._stdout = cast("BinaryIO", self._process.stdout)
        self._timed_out = False
        self.documents = 0

    @property
    def pid(self) -> int:
        """Number of the process."""
        return self._process.pid

    @property
    def alive(self) -> bool:
        """False once the process has ended."""
        return self._process.poll() is None

    def read(self, data: bytes, name: str, form: Format, limits: ReadLimits) -> Document:
        """Rows of a document.

        Raises:
            TooLargeError: it needs more memory or time than the limits allow.
            UnreadableError: the reader cannot read it, or went wrong.
        """
        self.documents += 1
        answers = self._ask(data, name, form, limits)
        if answers is None:
            raise self._ending(name, limits)
        try:
            plain, state = map(messages.from_json, answers)
            if not state["more"]:
                self.end()
            if "error" in plain:
                raise messages.error_from_plain(plain)
            return messages.document_from_plain(plain)
        except (ValueError, KeyError):
            self.end()
            raise UnreadableError("made its reader go wrong", where=name, hint=_AGAIN) from None

    def _ask(
        self, data: bytes, name: str, form: Format, limits: ReadLimits
    ) -> tuple[bytes, bytes] | None:
        request = {"name": name, "format": form, "memory": limits.memory, "cpu": limits.cpu}
        clock = threading.Timer(limits.wall, self._stop_late)
        clock.daemon = True
        clock.start()
        try:
            messages.send(self._stdin, messages.to_json(request))
            messages.send(self._stdin, data)
            answer, state = messages.receive(self._stdout), messages.receive(self._stdout)
            return None if answer is None or state is None else (answer, state)
        except OSError:  # the process ended before it had taken everything
            return None
        finally:
            clock.cancel()

    def _stop_late(self) -> None:
        self._timed_out = True
        self._process.kill()

    def _ending(self, name: str, limits: ReadLimits) -> UnreadableError:
        """Why the process gave no answer."""
        code = self.end()
        if self._timed_out:
            return TooLargeError(f"needs more than {limits.wall:g} s", where=name, hint=_SPLIT)
        if _CPU_SIGNAL is not None and code == -_CPU_SIGNAL:
            return TooLargeError(
                f"needs more than {limits.cpu} s of processor time", where=name, hint=_SPLIT
            )
        if code == messages.OUT_OF_MEMORY or code in [-number for number in _MEMORY_SIGNALS]:
            return _memory_error(name, limits)
        return UnreadableError(
            f"cannot be read: its reader ended without an answer (exit code {code})",
            where=name,
            hint=_AGAIN,
        )

    def kill(self) -> None:
        """Stop the process at once, whatever it is doing."""
        self._process.kill()
        self._process.wait()

    def end(self) -> int:
        """End the process; its exit code, or minus the number of the signal that ended it."""
        with contextlib.suppress(OSError):  # what was not yet sent cannot be sent any more
            self._stdin.close()
        try:
            code = self._process.wait(_GRACE)
        except subprocess.TimeoutExpired:
            self._process.kill()
            code = self._process.wait()
        self._stdout.close()
        return code


def _memory_error(name: str, limits: ReadLimits) -> TooLargeError:
    return TooLargeError(
        f"needs more than {limits.memory // 2**20:,} MiB of memory", where=name, hint=_SPLIT
    )


class _Pool:
    """Idle reading processes, for any number of threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._idle: list[Worker] = []

    def take(self) -> Worker:
        with self._lock:
            while self._idle:
                worker = self._idle.pop()
                if worker.alive:
                    return worker
                worker.end()
        return Worker()

    def give_back(self, worker: Worker, limits: ReadLimits) -> None:
        if worker.alive and worker.documents < limits.documents:
            with self._lock:
                self._idle.append(worker)
        else:
            worker.end()

    def close(self) -> None:
        with self._lock:
            idle, self._idle = self._idle, []
        for worker in idle:
            worker.end()

    def forget(self) -> None:
        """Know of no process, in a forked child: the pipes are the parent's."""
        self._lock = threading.Lock()
        self._idle = []


_POOL: Final = _Pool()
atexit.register(_POOL.close)
if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_POOL.forget)


def read_apart(data: bytes, name: str, form: Format, limits: ReadLimits | None = None) -> Document:
    """Rows of a document of a known format, read in a process of its own.

    The process is kept for the next document. It is replaced when it has ended, and after as many
    documents as the limits say.

    Args:
        data: its content.
        name: its file name, for messages.
        form: its format.
        limits: what reading it may use.

    Raises:
        TooLargeError: it needs more memory or time than the limits allow.
        UnreadableError: its reader cannot read it, or went wrong.
    """
    limits = limits or ReadLimits()
    worker = _POOL.take()
    try:
        return worker.read(data, name, form, limits)
    except BaseException as error:
        if not isinstance(error, DutyGraphError):  # such as Ctrl-C: it may be in the middle of it
            worker.kill()
        raise
    finally:
        _POOL.give_back(worker, limits)


def close_workers() -> None:
    """End the reading processes that are idle; the next document starts a new one."""
    _POOL.close()
