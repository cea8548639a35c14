"""The command that makes simulated documents: simulate."""

from __future__ import annotations

import click

from dutygraph.cli.options import language_option, say


@click.command()
@click.option("--towns", type=click.IntRange(min=1), required=True, help="Number of towns.")
@click.option("--seed", type=int, default=None, help="Start of the random numbers.")
@click.option(
    "--editions", type=click.IntRange(min=1), default=1, show_default=True, help="Of each town."
)
@click.option(
    "--format",
    "file_format",
    default="text",
    metavar="text|tsv|csv|html|docx|xlsx|pdf|mixed",
    show_default=True,
    help="Format of the documents; mixed: all in turn.",
)
@click.option(
    "--rate", "rates", multiple=True, metavar="NAME=VALUE", help="A chance from 0 to 1; repeatable."
)
@click.option("-o", "--output", metavar="DIR", required=True, help="A new folder.")
@language_option
def simulate(
    towns: int,
    seed: int | None,
    editions: int,
    file_format: str,
    rates: tuple[str, ...],
    output: str,
    lang: str,
) -> None:
    """Make duty lists of invented towns, with the truth about them.

    DIR gets sources/ with a folder a document, truth/ with tables of what the documents hold and of
    the faults planted in them, and a README. All of it is marked as simulated. The same options give
    the same files.
    """
    from dutygraph.simulate import Rates
    from dutygraph.simulate.corpus import SEED
    from dutygraph.simulate.corpus import simulate as make

    corpus = make(towns, SEED if seed is None else seed, editions, Rates.named(rates))
    written = corpus.write(output, file_format)
    words = {
        "zh": "{n} 份模拟文件，{towns} 个虚构乡镇：{output}",
        "en": "{n} simulated documents of {towns} invented towns: {output}",
    }
    say(words[lang].format(n=len(written), towns=towns, output=output))
