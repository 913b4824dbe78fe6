"""Scans and cleans documents behind the requests that brought them, one process at a time."""

from functools import partial

from lotproof.documents.clamd import Clamd
from lotproof.documents.reading import is_installed, read_text
from lotproof.documents.working import Worker
from lotproof.ledger.log import Log
from lotproof.storage.one_process import one_process_at
from lotproof_web.background import Loop

EVERY_S = 15.0
"""How often to look without being rung for: for documents of a process that died, and while the scanner is down."""


class DocumentKeeper:
    """clamd: where the virus scanner listens, None for none."""

    def __init__(self, log: Log, clamd: str | None) -> None:
        self._log = log
        self._worker = Worker(log, Clamd(clamd) if clamd else None, reader=read_text if is_installed() else None)
        self.loop = Loop("documents", self.turn, EVERY_S, partial(one_process_at, log.engine, "documents"))

    def turn(self) -> None:
        """Do what is due; on a mirror nobody hands anything in."""
        if not self._log.is_mirror:
            self._worker.sweep()
