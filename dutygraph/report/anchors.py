"""Names of the places in a page that numbers and marks lead to, and of the towns' pages."""

from __future__ import annotations

import hashlib
import re
from typing import Final
from urllib.parse import quote

# An id may hold any text but white space (HTML Living Standard, 3.2.6). What joins the parts, and the
# sign of the escapes themselves, are escaped too, so that different parts make different ids.
_ESCAPED: Final = re.compile(r"[\s\x00-\x1f\x7f-\x9f/%]")
_LONGEST_NAME: Final = 80


def anchor(*parts: str) -> str:
    """The id of a place: *parts* joined by ``/``; white space, ``/`` and ``%`` in them are escaped.

    >>> anchor("department", "公安局", "items")
    'department/公安局/items'
    >>> anchor("category", "General affairs", "basic")
    'category/General%20affairs/basic'
    """
    return "/".join(
        _ESCAPED.sub(lambda found: quote(found.group(), safe=""), part) for part in parts
    )


def href(*parts: str) -> str:
    """The address of a place inside its page: ``#`` and the percent-encoded anchor.

    >>> href("pair", "a", "b")
    '#pair/a/b'
    >>> href("town", "镇")
    '#town/%E9%95%87'
    """
    return address(anchor(*parts))


def address(place: str) -> str:
    """The address of a place that `anchor` made.

    >>> address("category/General%20affairs")
    '#category/General%2520affairs'
    """
    return "#" + quote(place, safe="/", errors="replace")


def page_of(division: str) -> str:
    """Name of a town's page in a report on several: its code, made safe for a file name.

    >>> page_of("653131101"), page_of("../x")
    ('653131101.html', '%2E%2E%2Fx.html')
    """
    # A dot could lead out of the folder or hide the file.
    name = quote(division, safe="", errors="replace").replace(".", "%2E").replace("~", "%7E")
    if len(name) > _LONGEST_NAME:
        digest = hashlib.sha256(division.encode("utf-8", "replace")).hexdigest()[:16]
        name = f"{name[:_LONGEST_NAME]}-{digest}"
    return f"{name}.html"
