"""Calls one function of a topic and prints what it returns as JSON; see `measure.fresh`.

python benchmarks/worker.py MODULE FUNCTION ARGUMENTS-AS-JSON
"""

from __future__ import annotations

import contextlib
import importlib
import json
import sys


def main() -> None:
    module, function, arguments = sys.argv[1:]
    with contextlib.redirect_stdout(sys.stderr):  # stdout is for the result alone
        result = getattr(importlib.import_module(module), function)(**json.loads(arguments))
    print(json.dumps(result))


if __name__ == "__main__":
    main()
