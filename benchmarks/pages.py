"""results.json → README.md, for people."""

from __future__ import annotations

import importlib
from typing import Any

from measure import Value


def readme(results: dict[str, Any]) -> str:
    """The page of all topics of the results."""
    lines = [
        "# Benchmark results",
        "",
        "Written by `python benchmarks/run.py`; the single figures are in results.json.",
        "A benchmark is never a test: these figures hold for one machine on one day, and what",
        "carries over to another machine are the ratios.",
        "",
        "## Machine",
        "",
    ]
    lines += [f"- {key.capitalize()}: {value}" for key, value in results["machine"].items()]
    topics = results["topics"]
    versions = {name: _versions(topic) for name, topic in topics.items()}
    same = len(set(versions.values())) == 1
    if same:
        lines.append(f"- Versions: {next(iter(versions.values()))}")
    lines += ["", "## Aims", "", *_aims(topics)]
    for name, topic in topics.items():
        lines += ["", *_topic(name, topic)]
        if not same:
            lines += ["", f"Versions: {versions[name]}"]
    return "\n".join(lines) + "\n"


def _aims(topics: dict[str, Any]) -> list[str]:
    rows: list[list[Value]] = []
    for topic in topics.values():
        for aim in topic["aims"]:
            unit = aim["unit"]
            verdict = "met" if aim["met"] else "**missed**"
            rows.append(
                [
                    aim["what"],
                    f"{show(aim['limit'])} {unit}",
                    f"{show(aim['measured'])} {unit}",
                    verdict,
                ]
            )
    return _table(["What", "At most", "Measured", "Aim"], rows)


def _topic(name: str, topic: dict[str, Any]) -> list[str]:
    module = importlib.import_module(name)
    began = topic["state"]
    load = "" if began["load"] is None else f", load {began['load']} at the start"
    lines = [
        f"## {module.TITLE}",
        "",
        f"{topic['date']}, commit {began['commit']}{load}.",
        "",
    ]
    if topic["quick"]:
        lines += ["**A quick run, to try the benchmark: not figures to quote.**", ""]
    lines += [(module.__doc__ or "").strip()]
    for remark in topic["remarks"]:
        lines += ["", f"*{remark}*"]
    for table in topic["tables"]:
        lines += ["", f"### {table['title']}", "", *_table(table["head"], table["rows"])]
        if table["note"]:
            lines += ["", table["note"]]
    return lines


def _versions(topic: dict[str, Any]) -> str:
    return ", ".join(f"{key} {value}" for key, value in topic["state"]["versions"].items())


def _table(head: list[str], rows: list[list[Value]]) -> list[str]:
    numeric = [
        bool(rows) and all(isinstance(row[i], int | float | None) for row in rows)
        for i in range(len(head))
    ]
    rules = ["---:" if right else "---" for right in numeric]
    body = [[show(value) for value in row] for row in rows]
    return [f"| {' | '.join(row)} |" for row in (head, rules, *body)]


def show(value: Value) -> str:
    """A value of a table, a fraction with three significant digits.

    >>> [show(v) for v in ("a", 12345, 0.123456, 12.3456, 1234.56, None)]
    ['a', '12,345', '0.123', '12.3', '1,235', '–']
    """
    if value is None:
        return "–"
    if isinstance(value, float) and value.is_integer() and abs(value) >= 100:
        return f"{value:,.0f}"
    if isinstance(value, float):
        size = abs(value)
        digits = 0 if size >= 100 else 1 if size >= 10 else 2 if size >= 1 else 3
        return f"{value:,.{digits}f}"
    return f"{value:,}" if isinstance(value, int) else value
