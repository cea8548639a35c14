"""Files that are whole or not there."""

from __future__ import annotations

import contextlib
import errno
import os
import tempfile
from pathlib import Path

from dutygraph.errors import DutyGraphError


def write_whole(path: Path, data: bytes) -> None:
    """Write a file so that it is whole or not there; a pipe or a device is simply written to.

    Raises:
        DutyGraphError: it cannot be written.
    """
    temporary = ""
    try:
        path = path.resolve()  # a link is written through, not replaced
        if path.is_symlink():
            raise OSError(errno.ELOOP, os.strerror(errno.ELOOP))
        if path.exists() and not path.is_file() and not path.is_dir():
            with path.open("wb") as stream:
                stream.write(data)
            return
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".", delete=False) as file:
            temporary = file.name
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(temporary).chmod(0o666 & ~_umask())
        Path(temporary).replace(path)
    except BrokenPipeError:
        raise
    except (OSError, RuntimeError) as error:  # a circle of links, before Python 3.13
        if temporary:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()
        reason = getattr(error, "strerror", None) or str(error)
        raise DutyGraphError(f"cannot be written: {reason}", where=str(path)) from error


def _umask() -> int:
    """The process's umask, which can only be read by setting it."""
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
