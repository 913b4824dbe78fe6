"""Run the benchmarks: `python tests/bench`, or `python3 run.py bench`. See docs/benchmarks.md."""

import sys
from pathlib import Path

sys.path[0] = str(Path(__file__).resolve().parent.parent)

if __name__ == "__main__":
    from bench.command import main

    sys.exit(main(sys.argv[1:]))
