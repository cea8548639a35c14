"""Names of the places in a page that numbers and marks lead to."""

from __future__ import annotations

import re
from typing import Final
from urllib.parse import quote

# An id may hold any text but white space (HTML Living Standard, 3.2.6); controls are of no use in it.
_NOT_IN_ID: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f]")


def anchor(*parts: str) -> str:
    """The id of a place: *parts* joined by ``/``, white space replaced by ``_``.

    >>> anchor("department", "公安局", "items")
    'department/公安局/items'
    >>> anchor("category", "General affairs", "basic")
    'category/General_affairs/basic'
    """
    return "/".join(_NOT_IN_ID.sub("_", part) for part in parts)


def href(*parts: str) -> str:
    """The address of a place inside its page: ``#`` and the percent-encoded anchor.

    >>> href("pair", "a", "b c")
    '#pair/a/b_c'
    >>> href("town", "镇")
    '#town/%E9%95%87'
    """
    return "#" + quote(anchor(*parts), safe="/", errors="replace")
