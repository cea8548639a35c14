"""The process in which a document is read: ``python -m dutygraph.readers.worker``.

It takes documents on its standard input and gives rows or an error on its standard output, until the
input ends. Its parent is `dutygraph.readers.process`. A document is not trusted, and neither are the
libraries that take it apart: the process may not use more memory and time than it is told, write a
file, start a program or open a connection, as far as the system lets it give that up.
"""

from __future__ import annotations

import logging
import os
import re
import sys
from pathlib import Path
from typing import Any, BinaryIO, Final

from dutygraph.errors import TooLargeError, UnreadableError
from dutygraph.readers import messages
from dutygraph.readers.detect import Format
from dutygraph.readers.registry import read_format

_FORBIDDEN: Final = (
    *("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system", "os.kill"),
    *("os.remove", "os.rename", "os.rmdir", "os.mkdir", "os.link", "os.symlink", "os.truncate"),
    *("os.chmod", "os.chown", "shutil."),
)
_NEW_NETWORK: Final = 0x40000000  # CLONE_NEWNET of Linux
_NEW_USER: Final = 0x10000000  # CLONE_NEWUSER, with which an ordinary user may ask for the former
_LONGEST_LINE: Final = 200
_MARGIN: Final = 32 * 2**20
_MOST_USED: Final = 0.75
_DAMAGED_HINT: Final = "save it again with the program that made it"


def main() -> None:
    """Read documents until the parent closes the pipe."""
    requests = sys.stdin.buffer
    # The pipe is kept under another number, so that nothing a library prints can get into it.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "wb")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    logging.disable()
    give_up_rights()
    while (head := messages.receive(requests)) is not None:
        data = messages.receive(requests)
        if data is None:
            return
        if not serve(messages.from_json(head), data, answers):
            return


def serve(request: dict[str, Any], data: bytes, answers: BinaryIO) -> bool:
    """Answer one request; False where this process must end with it.

    A process that once came near its limit of memory is of no more use: from its next error nobody
    could tell whether the document or the limit is to blame.
    """
    name = str(request["name"])
    memory = int(request["memory"])
    try:
        limit_use(memory, int(request["cpu"]))
        document = read_format(data, name, Format(request["format"]))
        answer = messages.to_json(messages.document_to_plain(document))
        if len(answer) > messages.MAX_MESSAGE:
            raise TooLargeError("holds too much text", where=name, hint="split it")
    except MemoryError:
        os._exit(messages.OUT_OF_MEMORY)  # at once: there may be none left to answer with
    except Exception as error:  # whatever a library does, the user gets one line
        if _used() > memory - _MARGIN:
            # Libraries in C call a lack of memory by other names.
            os._exit(messages.OUT_OF_MEMORY)
        answer = messages.to_json(messages.error_to_plain(_typed(error, name)))
    go_on = _used() < _MOST_USED * memory
    messages.send(answers, answer)
    messages.send(answers, messages.to_json({"more": go_on}))
    return go_on


def _typed(error: Exception, name: str) -> UnreadableError:
    if isinstance(error, UnreadableError):
        return error
    nested = isinstance(error, RecursionError)
    why = "it is nested too deeply" if nested else one_line(error)
    return UnreadableError(f"is damaged: {why}", where=name, hint=_DAMAGED_HINT)


def one_line(error: Exception) -> str:
    """An unforeseen error in one short line."""
    text = " ".join(str(error).split())
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


def _used() -> int:
    """Largest address space that this process has had, in bytes; 0 where the system does not say."""
    try:
        status = Path("/proc/self/status").read_text("ascii", "replace")
    except OSError:
        return 0
    except MemoryError:
        return sys.maxsize
    found = re.search(r"^VmPeak:\s*(\d+) kB", status, re.MULTILINE)
    return int(found[1]) * 1024 if found else 0


def limit_use(memory: int, seconds: int) -> None:
    """Limit the address space, and the processor time of the next document.

    Args:
        memory: bytes.
        seconds: of processor time from now on.
    """
    try:
        import resource
    except ImportError:  # Windows has no such limits; the parent's clock is the only one
        return
    used = resource.getrusage(resource.RUSAGE_SELF)
    _limit(resource.RLIMIT_AS, memory)
    _limit(resource.RLIMIT_CPU, int(used.ru_utime + used.ru_stime) + seconds + 1)


def give_up_rights() -> None:
    """Give up what reading needs no right to: files to write, programs, network, core dumps."""
    sys.addaudithook(_forbid)
    try:
        import resource
    except ImportError:
        return
    _limit(resource.RLIMIT_FSIZE, 0)
    _limit(resource.RLIMIT_CORE, 0)
    if sys.platform == "linux":
        # A network of its own with nothing in it; libraries in C do not ask the audit hook.
        import ctypes

        libc = ctypes.CDLL(None, use_errno=True)
        flags = _NEW_NETWORK if os.geteuid() == 0 else _NEW_NETWORK | _NEW_USER
        libc.unshare(flags)  # where the system refuses, the hook is all there is


def _forbid(event: str, arguments: tuple[object, ...]) -> None:
    del arguments
    if event.startswith(_FORBIDDEN):
        raise PermissionError(f"a document may not cause {event}")


def _limit(kind: int, value: int) -> None:
    """Set a limit of this process, not above the one it already has."""
    import resource

    _, hard = resource.getrlimit(kind)
    if hard != resource.RLIM_INFINITY:
        value = min(value, hard)
    try:
        resource.setrlimit(kind, (value, hard))
    except (ValueError, OSError):  # macOS does not let every limit be set
        return


if __name__ == "__main__":
    main()
