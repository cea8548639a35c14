"""The report in a browser: nothing is cut off, nothing is asked for, everything leads somewhere.

Needs Chromium; skipped where it is not installed.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from pathlib import Path
from typing import Any

import pytest

from dutygraph.report.content import choose
from dutygraph.report.write import write_report
from dutygraph.store import Embedded

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed")

# Stands before everything else, so that it hears of every mistake.
LISTEN = """
<script>
window.heard = [];
addEventListener("error", function (e) { heard.push(String(e.message || e.target)); }, true);
addEventListener("unhandledrejection", function (e) { heard.push(String(e.reason)); });
["error", "warn"].forEach(function (k) {
  var old = console[k];
  console[k] = function () { heard.push(k + ": " + Array.from(arguments).join(" ")); old.apply(console, arguments); };
});
</script>
"""
# Uses the page as a reader does and writes what it found into it, where --dump-dom shows it.
PROBE = """
<script>
addEventListener("load", function () {
  var chinese = document.getElementById("lang-zh").checked;
  var head = document.querySelector("table.sortable th button");
  head.click();
  var table = head.closest("table"), input = document.querySelector("label.filter input");
  input.value = "公安局";
  input.dispatchEvent(new Event("input"));
  var shown = Array.from(table.tBodies[0].rows).filter(function (r) { return !r.hidden; }).length;
  input.value = "";
  input.dispatchEvent(new Event("input"));
  var mark = Array.from(document.querySelectorAll("#figure-load .drawing." + (chinese ? "zh" : "en") + " a *"))
    .filter(function (m) { return m.getAttribute("aria-label"); })[0];
  mark.dispatchEvent(new MouseEvent("mousemove", {bubbles: true, clientX: 50, clientY: 50}));
  var tip = document.querySelector(".tip");
  var said = tip.hidden ? "" : tip.textContent;
  location.hash = "#item/cooperative/57";
  setTimeout(function () {
    var item = document.getElementById("item/cooperative/57");
    var svgs = Array.from(document.querySelectorAll("figure.chart svg")).filter(function (s) { return s.getBoundingClientRect().width; });
    var out = document.createElement("pre");
    out.id = "probe";
    out.textContent = JSON.stringify({
      page: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      wide: Array.from(document.querySelectorAll(".scroll")).filter(function (e) { return e.scrollWidth > e.clientWidth + 1; }).length,
      sorted: head.parentNode.getAttribute("aria-sort"),
      chinese: getComputedStyle(document.querySelector("h1 .zh")).display,
      english: getComputedStyle(document.querySelector("h1 .en")).display,
      filtered: shown,
      tip: said,
      opened: item.closest("details").open,
      figures: svgs.length,
      cut: svgs.filter(function (svg) {
        var box = svg.getBoundingClientRect();
        return Array.from(svg.querySelectorAll("text")).some(function (t) {
          var r = t.getBoundingClientRect();
          return r.width && (r.left < box.left - 1 || r.right > box.right + 1 || r.top < box.top - 1 || r.bottom > box.bottom + 1);
        });
      }).map(function (svg) { return svg.closest("figure").id; }),
      asked: performance.getEntriesByType("resource").map(function (e) { return e.name; }),
      heard: heard
    });
    document.body.appendChild(out);
  }, 300);
});
</script>
"""


@pytest.fixture(scope="module")
def pages(packaged: Embedded, tmp_path_factory: pytest.TempPathFactory) -> dict[str, str]:
    out = {}
    for lang in ("zh", "en"):
        folder = tmp_path_factory.mktemp(lang)
        written = write_report(packaged, choose(packaged), folder, lang=lang)
        out[lang] = written.page.read_text(encoding="utf-8")
    return out


def look(page: str, width: int, folder: Path) -> dict[str, Any]:
    path = folder / "page.html"
    path.write_text(page.replace("<head>", "<head>" + LISTEN) + PROBE, encoding="utf-8")
    command = [
        str(CHROMIUM),
        *"--headless --no-sandbox --disable-gpu --no-first-run --disable-quic".split(),
        *"--disable-background-networking --disable-component-update --disable-sync".split(),
        f"--user-data-dir={folder / 'profile'}",
        f"--window-size={width},2000",
        "--virtual-time-budget=5000",
        "--dump-dom",
        path.as_uri(),
    ]
    shown = subprocess.run(command, capture_output=True, text=True, timeout=120, check=True).stdout
    found = re.search(r'<pre id="probe">(.*?)</pre>', shown)
    assert found is not None
    seen: dict[str, Any] = json.loads(unescape(found[1]))
    return seen


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_common_screen(pages: dict[str, str], lang: str, tmp_path: Path) -> None:
    found = look(pages[lang], 1280, tmp_path)
    assert found["heard"] == []
    assert found["asked"] == []
    assert found["page"] == 0
    assert found["wide"] == 0
    assert found["sorted"] == "descending"
    assert (found["chinese"] == "none") == (lang == "en")
    assert (found["english"] == "none") == (lang == "zh")
    assert found["filtered"] == 1
    assert "%" in found["tip"]
    assert found["opened"]
    assert found["figures"] == 8
    assert found["cut"] == []


@pytest.mark.parametrize("lang", ["zh", "en"])
def test_a_narrow_screen_scrolls_parts_and_not_the_page(
    pages: dict[str, str], lang: str, tmp_path: Path
) -> None:
    found = look(pages[lang], 500, tmp_path)
    assert found["page"] == 0
    assert found["heard"] == []
    assert found["asked"] == []
