"""Figures as SVG and PNG: Vega-Lite in vl-convert, without a browser and without a network.

A figure names a list of fonts. SVG leaves the choice to the program that shows it. PNG is drawn here,
so it needs a font with Chinese characters; `chinese_font` tries whether there is one.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache, partial
from html import escape
from pathlib import Path
from typing import Any, Final

from dutygraph.network.extras import need
from dutygraph.report.lettering import SIZE, shorten, wrap

FONTS: Final = (
    "Noto Sans SC, Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, "
    "WenQuanYi Micro Hei, sans-serif"
)
"""Fonts of all figures, the first that is there."""
INK: Final = "#1c2430"
"""Colour of text."""
SOFT: Final = "#5a6675"
"""Colour of text that stands back."""

_TITLE_SIZE: Final = 16.0
_TITLE_LINE: Final = 1.35
_TITLE_GAP: Final = 12.0
_IDLE: Final = re.compile(
    r' aria-roledescription="[^"]*"|<path class="(?:background|foreground)"[^>]*d="(?:M0,0h0v0h0Z)?"[^>]*/>'
)
_EMPTY_TEXT: Final = re.compile(r"(<text [^>]*)/>")
_PROBES: Final = "镇局"


@dataclass(frozen=True, slots=True)
class Figure:
    """A picture with its words in Chinese and English.

    Attributes:
        name: name of its file, and of its place in the page.
        title_zh: title in Chinese; the picture itself has none, where a page prints it.
        title_en: title in English.
        caption_zh: what it shows and how to read it, with units and bounds.
        caption_en: the same in English.
        spec: gives the Vega-Lite specification for a language (``zh`` or ``en``) and for what stands
            before the ``#`` of its links: nothing inside the page, ``../index.html`` in a file.
    """

    name: str
    title_zh: str
    title_en: str
    caption_zh: str
    caption_en: str
    spec: Callable[[str, str], dict[str, Any]]

    def title(self, lang: str) -> str:
        """The title in a language."""
        return self.title_zh if lang == "zh" else self.title_en


def with_note(figure: Figure, zh: str, en: str) -> Figure:
    """The figure with a note under the title of its files, such as that its data are simulated.

    Args:
        figure: the figure.
        zh: the note in Chinese.
        en: in English.
    """

    def noted(lang: str, base: str) -> dict[str, Any]:
        spec = dict(figure.spec(lang, base))
        meta = dict(spec.get("usermeta", {}))
        meta["subtitle"] = " · ".join(
            filter(None, (meta.get("subtitle"), zh if lang == "zh" else en))
        )
        return {**spec, "usermeta": meta}

    return replace(figure, spec=noted)


def svg(figure: Figure, lang: str, base: str = "") -> str:
    """The figure as an SVG document, to be put into a page or written to a file.

    Args:
        figure: what to draw.
        lang: ``zh`` or ``en``.
        base: what stands before the ``#`` of links. Where it is not empty, the picture is a file of
            its own and gets a title.

    Raises:
        DutyGraphError: the packages of ``dutygraph[report]`` are not installed.
    """
    return _svg(figure, lang, base, titled=bool(base))


def png(figure: Figure, lang: str, base: str = "", scale: float = 2) -> bytes:
    """The figure as a PNG picture with its title.

    Args:
        figure: what to draw.
        lang: ``zh`` or ``en``.
        base: what stands before the ``#`` of links; a PNG has none, but its specification does.
        scale: pixels of the picture for each pixel of the figure.

    Raises:
        DutyGraphError: the packages of ``dutygraph[report]`` are not installed.
    """
    _register_fonts()
    drawn: bytes = _converter().svg_to_png(_svg(figure, lang, base, titled=True), scale=scale)
    return drawn


def notebook_chart(figure: Figure, lang: str) -> Any:
    """The figure as an Altair chart, to be shown or changed in a notebook.

    Args:
        figure: what to show.
        lang: ``zh`` or ``en``.

    Raises:
        DutyGraphError: the packages of ``dutygraph[report]`` are not installed.
    """
    return need("altair", "report").LayerChart.from_dict(figure.spec(lang, ""))


def chinese_font() -> bool:
    """True where PNG can show Chinese: two different characters come out as different pictures.

    Without a font both come out as the same box or as nothing. The font of the package
    ``dutygraph[fonts]`` counts where it is installed.

    Raises:
        DutyGraphError: the packages of ``dutygraph[report]`` are not installed.
    """
    _register_fonts()
    one, other = (_picture_of(char) for char in _PROBES)
    return one != other


def font_hint(lang: str) -> str:
    """What to do where `chinese_font` is False, in one line."""
    if lang == "zh":
        return (
            "没有中文字体，未生成 PNG 图（SVG 图不受影响）；"
            "请安装 pip install 'dutygraph[fonts]' 或 Debian 软件包 fonts-noto-cjk"
        )
    return (
        "no Chinese font, so no PNG figures were made (SVG figures were); "
        "pip install 'dutygraph[fonts]' or install the Debian package fonts-noto-cjk"
    )


def _picture_of(char: str) -> bytes:
    """A tiny picture of one character."""
    drawn: bytes = _converter().svg_to_png(
        '<svg xmlns="http://www.w3.org/2000/svg" width="24" height="24">'
        f'<text x="2" y="18" font-size="18" font-family="{FONTS}">{char}</text></svg>'
    )
    return drawn


def _converter() -> Any:
    return need("vl_convert", "report")


@cache
def _register_fonts() -> None:
    """Let the converter know the fonts of the optional package."""
    converter = _converter()
    try:
        import pylopdf_fonts_zh_cn as package
    except ImportError:
        return
    converter.register_font_directory(str(Path(package.__file__).parent))


def _svg(figure: Figure, lang: str, base: str, *, titled: bool) -> str:
    spec = copy.deepcopy(figure.spec(lang, base))
    if titled:
        _add_title(spec, figure.title(lang))
    # No address is allowed: a figure holds its data.
    draw = partial(_converter().vegalite_to_svg, allowed_base_urls=[])
    texts = []
    bare = copy.deepcopy(spec)
    for layer in bare["layer"]:
        if layer["mark"]["type"] == "text":
            for row in layer["data"]["values"]:
                texts.append(row["text"])
                row["text"] = ""
    # To measure texts takes the converter five sixths of its time, and in a figure all places are
    # given. So texts are left out and put into the finished picture.
    pieces = _EMPTY_TEXT.split(_tidy(draw(bare), figure.title(lang), base))
    if len(pieces) != 2 * len(texts) + 1:  # the converter draws empty texts in another way
        return _tidy(draw(spec), figure.title(lang), base)
    out = [pieces[0]]
    for k, text in enumerate(texts):
        out += [pieces[2 * k + 1], ">", escape(text, quote=False), "</text>", pieces[2 * k + 2]]
    return "".join(out)


def _add_title(spec: dict[str, Any], title: str) -> None:
    """Give the figure a title, and say under it whose figure it is."""
    padding = spec["padding"]
    lines = [(line, _TITLE_SIZE, INK) for line in wrap(title, spec["width"], _TITLE_SIZE, 3)]
    subtitle = spec.get("usermeta", {}).get("subtitle")
    lines += [(shorten(subtitle, spec["width"]), SIZE, SOFT)] if subtitle else []
    y = -padding["top"] - _TITLE_GAP - sum(size * _TITLE_LINE for _, size, _ in lines)
    padding["top"] = round(_TITLE_GAP - y, 1)
    for text, size, colour in lines:
        y += size * _TITLE_LINE
        spec["layer"].append(
            {
                "data": {"values": [{"text": text}]},
                "mark": {"type": "text", "align": "left", "baseline": "alphabetic", "aria": False}
                | {"fontSize": size, "fill": colour},
                "encoding": {
                    "x": {"value": 0},
                    "y": {"value": round(y, 1)},
                    "text": {"field": "text", "type": "nominal"},
                },
            }
        )


def _tidy(drawn: str, title: str, base: str) -> str:
    """Links as they were meant, the font named once, a name for the whole, and nothing idle.

    vl-convert turns a relative address into one of the site of Vega's example data. What it says of
    the kind of a mark ("rect mark") is English in every language and of no use to anybody.
    """
    before = escape(base, quote=True)
    drawn = re.sub(r'<a xlink:href="[^"#]*#', lambda _: f'<a xlink:href="{before}#', drawn)
    drawn = _IDLE.sub("", drawn)
    fonts = f' font-family="{FONTS}"'
    drawn = drawn.replace(fonts, "")
    head = f'class="marks"{fonts} role="graphics-document" aria-label="{escape(title)}"'
    return drawn.replace('class="marks"', head, 1)
