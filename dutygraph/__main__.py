"""``python -m dutygraph``."""

from dutygraph.cli import script

script()
