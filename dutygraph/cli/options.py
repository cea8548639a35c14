"""What commands share: options, the store that they name, messages."""

from __future__ import annotations

import locale
import os
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from dutygraph.errors import UsageError

if TYPE_CHECKING:
    from dutygraph.store import Embedded, Remote

_F = TypeVar("_F", bound=Callable[..., Any])


def default_language() -> str:
    """``zh`` where the locale is Chinese, else ``en``."""
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if value := os.environ.get(variable):
            return "zh" if value.lower().startswith("zh") else "en"
    return "zh" if (locale.getlocale()[0] or "").lower().startswith(("zh", "chinese")) else "en"


def say(text: str) -> None:
    """A message to the user, on standard error."""
    click.echo(text, err=True)


def store_options(command: _F) -> _F:
    """Options of every command that reads: where the graphs are."""
    for option in (
        click.option("--endpoint", metavar="URL", help="Ask a SPARQL 1.1 endpoint."),
        click.option("--store", "store_dir", metavar="DIR", help="Use a store folder."),
    ):
        command = option(command)
    return command


def language_option(command: _F) -> _F:
    """The language of what a command says."""
    return click.option(
        "--lang",
        type=click.Choice(["zh", "en"]),
        default=default_language,
        show_default="from the locale",
        help="Language of messages and reports.",
    )(command)


def open_store(store_dir: str | None, endpoint: str | None) -> Embedded | Remote:
    """The store that the options name; the packaged graphs where they name none."""
    from dutygraph import store

    if store_dir == "" or endpoint == "":
        raise UsageError("--store and --endpoint need a value")
    if store_dir and endpoint:
        raise UsageError("--store and --endpoint exclude each other", hint="give one of them")
    if endpoint:
        return store.Remote(endpoint)
    return store.Embedded.open(store_dir) if store_dir else store.open_packaged()


def one_line(text: str) -> str:
    """Text without line breaks."""
    return " ".join(text.split())
