"""Latin labels of Chinese names, for programs that do not draw Chinese."""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import Final

from dutygraph.network.extras import need

# Chinese punctuation that Unicode itself does not fold to ASCII.
_PUNCTUATION: Final = str.maketrans("、。“”‘’《》〈〉【】—–·・", ",.\"\"''<><>[]----")
# No blank after the first kind and before the second.
_OPENING: Final = re.compile(r"(?<=[(\[“‘《〈【]) ")
_CLOSING: Final = re.compile(r" (?=[)\]”’》〉】,.;:!?、。])")
# Marks what pypinyin has no reading for; no syllable begins so.
_OTHER: Final = "\0"
_UNKNOWN: Final = "?"
# Names that pypinyin reads with the reading of another word (什么, 简单, 长大, 朝夕, 曾经, 行走).
_READINGS: Final = {
    "塔什库尔干": "Ta Shi Ku Er Gan",
    "什邡": "Shi Fang",
    "单县": "Shan Xian",
    "人行": "Ren Hang",
    "曾都": "Zeng Du",
    "朝阳": "Chao Yang",
    "长丰": "Chang Feng",
    "长宁": "Chang Ning",
}
_NAMES: Final = re.compile("|".join(_READINGS))


@cache
def pinyin(text: str) -> str:
    """Hanyu Pinyin of a Chinese name, in ASCII.

    Syllables have no tone marks, begin with a capital and stand apart. Characters with more than
    one reading (行, 长, 乐) are read by the phrases that pypinyin knows, so 银行 and 行政 differ; where
    it knows no phrase it takes the commonest reading, which can be wrong for the name of a place; a few
    such names are listed here.
    ü is written v (Fu Nv), as input methods and pypinyin do, so that lü and lu stay apart. Text in
    other scripts is kept; punctuation and accents are folded to ASCII, and what has no form in
    ASCII becomes ``?``.

    Args:
        text: a name, such as that of a department; ASCII comes back as it is.

    Returns:
        The label; empty for empty text. Every call gives the same; results are kept in memory.

    Raises:
        DutyGraphError: the package pypinyin is not installed.

    >>> pinyin("公安局"), pinyin("交警1队"), pinyin("党校（行政学院）")
    ('Gong An Ju', 'Jiao Jing 1 Dui', 'Dang Xiao (Xing Zheng Xue Yuan)')
    """
    if text.isascii():
        return text
    pypinyin = need("pypinyin")
    folded = unicodedata.normalize("NFKC", text)
    joined, place = "", 0
    for name in (*_NAMES.finditer(folded), None):
        parts = pypinyin.lazy_pinyin(
            folded[place : name.start() if name else None],
            style=pypinyin.Style.NORMAL,
            errors=lambda run: _OTHER + run,
        )
        joined += "".join(
            part[1:] if part.startswith(_OTHER) else f" {part.capitalize()} " for part in parts
        )
        if name:
            joined += f" {_READINGS[name.group()]} "
            place = name.end()
    spaced = _CLOSING.sub("", _OPENING.sub("", " ".join(joined.split())))
    return " ".join(_ascii(spaced).split())


def _ascii(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.translate(_PUNCTUATION))
    return "".join(
        char if char.isascii() else _UNKNOWN for char in folded if not unicodedata.combining(char)
    )
