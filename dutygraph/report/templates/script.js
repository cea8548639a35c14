"use strict";
(function () {
  // Sorting: a click on a heading, or Enter on it, orders the rows.
  function text(cell) { return (cell.dataset.value || cell.innerText || "").trim(); }
  function number(value) {
    var found = parseFloat(value.replace(/[,%]/g, ""));
    return isNaN(found) ? -Infinity : found;
  }
  document.querySelectorAll("table.sortable").forEach(function (table) {
    var body = table.tBodies[0], heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach(function (head, index) {
      if (head.classList.contains("plain")) return;
      var button = document.createElement("button");
      button.type = "button";
      while (head.firstChild) button.appendChild(head.firstChild);
      head.appendChild(button);
      button.addEventListener("click", function () {
        var down = head.getAttribute("aria-sort") !== "descending";
        var numeric = head.classList.contains("n");
        heads.forEach(function (other) { other.removeAttribute("aria-sort"); });
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        Array.from(body.rows).sort(function (a, b) {
          var x = text(a.cells[index]), y = text(b.cells[index]);
          var order = numeric ? number(x) - number(y) : x.localeCompare(y, "zh");
          return (down ? -order : order) || 0;
        }).forEach(function (row) { body.appendChild(row); });
      });
    });
    // Filtering: rows that hold the typed words stay.
    if (body.rows.length > 7) {
      var box = document.createElement("label"), input = document.createElement("input");
      box.className = "filter";
      box.innerHTML = '<span class="zh" lang="zh-Hans">筛选</span><span class="en" lang="en">Filter</span>';
      input.type = "search";
      box.appendChild(input);
      input.addEventListener("input", function () {
        var words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
        Array.from(body.rows).forEach(function (row) {
          var content = row.textContent.toLowerCase();
          row.hidden = !words.every(function (word) { return content.includes(word); });
        });
      });
      table.parentNode.parentNode.insertBefore(box, table.parentNode);
    }
  });

  // Tooltips: what a mark says to a screen reader, it says to the eye as well.
  var tip = document.createElement("div");
  tip.className = "tip";
  tip.hidden = true;
  document.body.appendChild(tip);
  function labelled(node) {
    var mark = node.closest && node.closest(".drawing [aria-label]");
    return mark && !/^mark-/.test(mark.getAttribute("class") || "") && mark.getAttribute("role") !== "graphics-object" ? mark : null;
  }
  function show(mark, x, y) {
    tip.textContent = mark.getAttribute("aria-label");
    tip.hidden = false;
    tip.style.left = Math.max(4, Math.min(x + 14, innerWidth - tip.offsetWidth - 8)) + "px";
    tip.style.top = Math.max(4, Math.min(y + 16, innerHeight - tip.offsetHeight - 8)) + "px";
  }
  document.addEventListener("mousemove", function (event) {
    var mark = labelled(event.target);
    if (mark) show(mark, event.clientX, event.clientY); else tip.hidden = true;
  });
  document.addEventListener("focusin", function (event) {
    var mark = labelled(event.target) || (event.target.querySelector && event.target.closest(".drawing") && event.target.querySelector("[aria-label]"));
    if (!mark) { tip.hidden = true; return; }
    var place = mark.getBoundingClientRect();
    show(mark, place.right, place.top);
  });
  document.addEventListener("keydown", function (event) { if (event.key === "Escape") tip.hidden = true; });

  // A link into a closed part opens it.
  function reveal() {
    var target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (!target) return;
    for (var node = target; node; node = node.parentElement) if (node.tagName === "DETAILS") node.open = true;
    target.scrollIntoView();
  }
  addEventListener("hashchange", reveal);
  if (location.hash) reveal();
})();
