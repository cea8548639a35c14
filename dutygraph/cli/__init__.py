"""The command line: each command opens, calls the library once, and prints.

Exit codes: 0 done; 1 findings of severity violation (``validate``, ``build --strict``) or stale files
(``build --check``); 2 wrong use or unreadable input. An error is one line that says what is wrong,
where, and what to do. Modules are imported inside the commands so that each loads only what it uses.
"""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence

import click

from dutygraph.__about__ import __version__
from dutygraph.cli.aligning import align
from dutygraph.cli.analysis import network, report
from dutygraph.cli.asking import export, queries, query_, sparql
from dutygraph.cli.comparing import compare
from dutygraph.cli.data import build, validate
from dutygraph.cli.options import one_line, say
from dutygraph.cli.simulation import simulate
from dutygraph.errors import DutyGraphError


@click.group(context_settings={"help_option_names": ["-h", "--help"]}, invoke_without_command=True)
@click.version_option(__version__, "-V", "--version", prog_name="dutygraph")
@click.pass_context
def cli(context: click.Context) -> None:
    """Duty lists of Chinese townships (乡镇履职事项清单) as one validated, queryable graph.

    Without --store or --endpoint a command works on the data that ships with the package.
    """
    if context.invoked_subcommand is None:
        click.echo(context.get_help())


_COMMANDS = (
    build,
    validate,
    queries,
    query_,
    sparql,
    export,
    report,
    network,
    align,
    compare,
    simulate,
)
for _command in _COMMANDS:
    cli.add_command(_command)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit code.

    Args:
        arguments: without the program's name; those of the process where left out.
    """
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(encoding="utf-8", errors="replace")
    # Not cli.main(): that ends the program with 1 where a reader such as head goes away.
    try:
        given = list(sys.argv[1:] if arguments is None else arguments)
        with cli.make_context("dutygraph", list(given)) as context:
            context.meta["dutygraph.arguments"] = given
            cli.invoke(context)
        sys.stdout.flush()
    except click.exceptions.Exit as error:
        return error.exit_code
    except DutyGraphError as error:
        say(f"dutygraph: {one_line(str(error))}")
        return 2
    except click.ClickException as error:
        say(f"dutygraph: {one_line(error.format_message())}")
        return 2
    except click.Abort:
        say("dutygraph: stopped")
        return 130
    except SystemExit as error:
        return error.code if isinstance(error.code, int) else 2
    except BrokenPipeError:
        _silence_output()
        return 0
    except OSError as error:
        _silence_output()
        say(f"dutygraph: the output cannot be written: {error.strerror}")
        return 2
    return 0


def _silence_output() -> None:
    """Keep Python from complaining, when it exits, about output that nobody takes."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def script() -> None:
    """Entry point of the ``dutygraph`` program."""
    raise SystemExit(main())


if __name__ == "__main__":
    script()
