"""Write the revision that brings the newest tables to the models: `python3 run.py migration "message"`."""

from __future__ import annotations

import sys
import tempfile

from lotproof.storage import migrate
from lotproof.storage.engine import open_engine
from support.models import all_tables


def main(message: str) -> None:
    """Compare a fresh database at the newest revision with the models, and write what is missing."""
    with tempfile.TemporaryDirectory() as folder:
        engine = open_engine(f"sqlite:///{folder}/compare.sqlite")
        migrate.upgrade(engine)
        migrate.new_revision(engine, message, all_tables())
        engine.dispose()


if __name__ == "__main__":
    main(" ".join(sys.argv[1:]))
