"""The report in a browser: nothing is cut off, on a wide screen and on a narrow one.

Needs Chromium; skipped where it is not installed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from dutygraph.report.content import Content, gather
from dutygraph.report.page import render_page
from dutygraph.store import Embedded

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

# Measures the page and writes what it found into the page itself, where --dump-dom shows it.
PROBE = """
<script>
addEventListener("load", function () {
  var wide = Array.from(document.querySelectorAll(".scroll")).filter(function (e) {
    return e.scrollWidth > e.clientWidth + 1;
  }).length;
  var head = document.querySelector("table.sortable th button");
  head.click();
  var out = document.createElement("pre");
  out.id = "probe";
  out.textContent = JSON.stringify({
    page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
    wide: wide,
    sorted: head.parentNode.getAttribute("aria-sort"),
    chinese: getComputedStyle(document.querySelector("h1 .zh")).display,
    english: getComputedStyle(document.querySelector("h1 .en")).display
  });
  document.body.appendChild(out);
});
</script>
"""


@pytest.fixture(scope="module")
def content(packaged: Embedded) -> Content:
    return gather(packaged)


def measure(page: str, width: int, folder: Path) -> dict[str, object]:
    path = folder / "page.html"
    path.write_text(page + PROBE, encoding="utf-8")
    command = [
        str(CHROMIUM),
        *"--headless --no-sandbox --disable-gpu --no-first-run --disable-quic".split(),
        *"--disable-background-networking --disable-component-update --disable-sync".split(),
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},2000",
        "--dump-dom",
        path.as_uri(),
    ]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="probe">(.*?)</pre>', shown)
    assert found is not None
    measured: dict[str, object] = json.loads(found[1])
    return measured


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_nothing_is_cut_off_on_a_common_screen(content: Content, lang: str, tmp_path: Path) -> None:
    found = measure(render_page(content, lang), 1280, tmp_path)
    assert found["page"] == 0
    assert found["wide"] == 0
    assert found["sorted"] == "descending"
    assert (found["chinese"] == "none") == (lang == "en")
    assert (found["english"] == "none") == (lang == "zh")


def test_a_narrow_screen_scrolls_tables_and_not_the_page(content: Content, tmp_path: Path) -> None:
    assert measure(render_page(content, "zh"), 600, tmp_path)["page"] == 0
