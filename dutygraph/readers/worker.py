"""The process in which a document is read: ``python -m dutygraph.readers.worker``.

It takes documents on its standard input and gives rows or an error on its standard output, until the
input ends. Its parent is `dutygraph.readers.process`. A document is not trusted, and neither are the
libraries that take it apart: the process may not use more memory and time than it is told, write a
file, start a program or open a connection, as far as the system lets it give that up.
"""

from __future__ import annotations

import logging
import os
import sys
from typing import Any, BinaryIO, Final

from dutygraph.errors import TooLargeError, UnreadableError
from dutygraph.readers import messages
from dutygraph.readers.detect import Format
from dutygraph.readers.registry import read_format

_FORBIDDEN: Final = ("socket.", "subprocess.", "os.exec", "os.fork", "os.posix_spawn", "os.system")
_NEW_NETWORK: Final = 0x40000000  # CLONE_NEWNET of Linux
_NEW_USER: Final = 0x10000000  # CLONE_NEWUSER, with which an ordinary user may ask for the former
_LONGEST_LINE: Final = 200
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
        serve(messages.from_json(head), data, answers)


def serve(request: dict[str, Any], data: bytes, answers: BinaryIO) -> None:
    """Answer one request."""
    name = str(request["name"])
    try:
        limit_use(int(request["memory"]), int(request["cpu"]))
        document = read_format(data, name, Format(request["format"]))
        answer = messages.to_json(messages.document_to_plain(document))
        if len(answer) > messages.MAX_MESSAGE:
            raise TooLargeError("holds too much text", where=name, hint="split it")
    except UnreadableError as error:
        answer = messages.to_json(messages.error_to_plain(error))
    except MemoryError:
        os._exit(messages.OUT_OF_MEMORY)  # at once: there may be none left to answer with
    except RecursionError:
        answer = _damaged(name, "it is nested too deeply")
    except Exception as error:  # whatever a library does, the user gets one line
        answer = _damaged(name, one_line(error))
    messages.send(answers, answer)


def _damaged(name: str, why: str) -> bytes:
    return messages.to_json(
        messages.error_to_plain(
            UnreadableError(
                f"is damaged: {why}",
                where=name,
                hint=_DAMAGED_HINT,
            )
        )
    )


def one_line(error: Exception) -> str:
    """An unforeseen error in one short line."""
    text = " ".join(str(error).split())
    line = f"{type(error).__name__}: {text}" if text else type(error).__name__
    return line if len(line) <= _LONGEST_LINE else line[: _LONGEST_LINE - 1] + "…"


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
