"""Every error that dutygraph raises on purpose.

    DutyGraphError
    ├── UnreadableError      a document cannot be read as a duty list
    │   ├── TooLargeError        it, or what it unpacks to, is larger than the limits
    │   ├── UnsupportedError     no reader knows its format, or it is encrypted
    │   └── NoTextError          it is a picture of a text
    ├── UsageError           a wrong name, parameter, option or argument
    │   ├── UnknownNameError     no query, list, town, format … of that name
    │   └── ParameterError       a query parameter is missing, unknown or of another type
    ├── ReferenceDataError   a file of data/reference/ is broken
    ├── StoreError           a store folder is foreign, locked, read-only or damaged
    └── RemoteError          a SPARQL endpoint did not answer as the protocol says

An error says in one line what is wrong, where, and what to do. It carries the same facts as
attributes, so that a caller need not read the text.
"""

from __future__ import annotations

from collections.abc import Iterable


class DutyGraphError(Exception):
    """Base of all errors that dutygraph raises on purpose.

    Attributes:
        what: what is wrong.
        where: file, folder, line or address concerned; empty where there is none.
        hint: what to do about it; empty where nothing can be said.
    """

    def __init__(self, what: str, *, where: str = "", hint: str = "") -> None:
        self.what = what
        self.where = where
        self.hint = hint
        super().__init__(what, where, hint)

    def __str__(self) -> str:
        line = f"{self.where}: {self.what}" if self.where else self.what
        return f"{line} ({self.hint})" if self.hint else line


class UnreadableError(DutyGraphError):
    """A document is missing, empty, not text, or no duty list."""


class TooLargeError(UnreadableError):
    """A document, or what it unpacks to, is larger than the limits, or takes too long to read."""


class UnsupportedError(UnreadableError):
    """No reader knows the format of a document, or it is encrypted."""


class NoTextError(UnreadableError):
    """A document holds pictures of its pages and no text."""


class UsageError(DutyGraphError):
    """The caller asked for something that does not exist or does not fit."""


class UnknownNameError(UsageError):
    """There is no query, list, town, format … of the name that was asked for."""

    def __init__(self, kind: str, name: str, known: Iterable[str] = (), *, where: str = "") -> None:
        self.kind = kind
        self.name = name
        self.known = tuple(known)
        shown = ", ".join(self.known[:20]) + (", …" if len(self.known) > 20 else "")
        super().__init__(
            f"unknown {kind} {name!r}", where=where, hint=f"known: {shown}" if shown else ""
        )


class ParameterError(UsageError):
    """A parameter of a saved query is missing, unknown or of another type."""


class ReferenceDataError(DutyGraphError):
    """A reference data file does not say what it has to say."""


class StoreError(DutyGraphError):
    """A store folder is foreign, locked, read-only or damaged."""


class RemoteError(DutyGraphError):
    """A SPARQL endpoint did not answer, or not as the SPARQL 1.1 protocol says."""
