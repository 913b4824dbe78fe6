"""What a command stands on: the settings, read once, and the instance, opened when it is first asked for."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from functools import cached_property
from typing import TYPE_CHECKING, Any

from lotproof.kernel.clock import system_clock
from lotproof.kernel.errors import LotproofError
from lotproof_cli.output import echo_json

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from lotproof.instance import Place
    from lotproof.ledger.log import Log
    from lotproof_schemas.settings import Settings


class Here:
    """One call of the command. as_json: answer by one JSON value."""

    def __init__(self) -> None:
        self.as_json = False

    @cached_property
    def settings(self) -> "Settings":
        """The settings. Raises: InvalidInputError `invalid_settings`."""
        from lotproof_schemas.settings import read_settings

        return read_settings()

    @cached_property
    def place(self) -> "Place":
        """Where the instance lives."""
        from lotproof.instance import Place

        settings = self.settings
        usual = Place(settings.home, None, settings.master_key, settings.master_key_file)
        if settings.database_url == usual.url:
            return usual
        return replace(usual, database_url=settings.database_url)

    @cached_property
    def log(self) -> "Log":
        """The opened instance. Raises: NotFoundError `not_initialised`, LogFaultError."""
        from lotproof.instance import open_instance

        return open_instance(self.place, system_clock, os.urandom)

    def look_at(self) -> "LotproofError | None":
        """Open the instance to verify it, also where it does not go on from what was published: returns that error.

        Nothing can be published by this call afterwards.
        """
        from lotproof.instance import open_instance

        try:
            self.log  # noqa: B018  # opens it
        except LotproofError as error:
            if error.code not in ("log_rolled_back", "log_forked", "checkpoint_damaged"):
                raise
            self.log = open_instance(self.place, system_clock, os.urandom, publishes=False)
            return error
        return None

    @contextmanager
    def reading(self, *, derived: bool = True) -> "Iterator[Connection]":
        """Give a connection that sees one moment of the database. derived: tables that follow from entries are read.

        Raises: RefusedError `being_rebuilt` where those are not whole yet.
        """
        from lotproof.ledger.standing import refuse_unworked
        from lotproof.storage.engine import reading

        with reading(self.log.engine) as db:
            if derived and self.log.is_mirror:
                refuse_unworked(db)
            yield db

    @contextmanager
    def writing(self) -> "Iterator[Log]":
        """Give the log for acts, and publish afterwards whatever came to stand, also where a later act fails."""
        log = self.log
        try:
            yield log
        except BaseException:
            with suppress(OSError, LotproofError):  # what went wrong before is what has to be told
                log.publish()
            raise
        try:
            log.publish()
        except (OSError, LotproofError) as error:
            message = f"it is recorded and stands, but the log's files could not be written: {error}"
            raise LotproofError(
                "not_published", message, "mend that, then run: lotproof log publish"
            ) from error

    def answer(self, value: Any, text: Callable[[], None]) -> None:
        """Print `value` as JSON, or let `text` print it for people."""
        if self.as_json:
            echo_json(value)
        else:
            text()

    def close(self) -> None:
        """Let go of the database."""
        if "log" in self.__dict__:
            self.log.engine.dispose()
