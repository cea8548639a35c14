"""ZIP containers of Office files with the same bytes each time."""

from __future__ import annotations

import io
import zipfile
from typing import Final

_MOMENT: Final = (2000, 1, 1, 0, 0, 0)


def steady(data: bytes) -> bytes:
    """A ZIP file with the same members, at a fixed moment and from no particular system."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            member = zipfile.ZipInfo(name, _MOMENT)
            member.compress_type = zipfile.ZIP_DEFLATED
            member.create_system = 3
            new.writestr(member, old.read(name))
    return out.getvalue()
