"""Bind the pages and the API to one instance: its log, its settings, its clock, and the work behind the requests."""

import os
from collections.abc import Callable, Hashable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Protocol

from flask import Flask, Response, request
from sqlalchemy.exc import SQLAlchemyError

from lotproof.instance import Place, open_instance
from lotproof.kernel.clock import system_clock
from lotproof.kernel.errors import NotFoundError
from lotproof.kernel.identifiers import LotId
from lotproof.ledger.heads import absent_as_of
from lotproof.ledger.log import Log
from lotproof.ledger.proofs import log_size
from lotproof.ledger.standing import read_only, refuse_unworked
from lotproof.lots.bundles import make_bundle
from lotproof.lots.label import label_pdf
from lotproof.lots.story import HeadsState, Story
from lotproof.lots.telling import page_key, tell_story
from lotproof.lots.trace import require_lot, unknown_lot
from lotproof.lots.trace_rows import read_trace
from lotproof.notices.ways import ways_of
from lotproof.parties.records import get_record
from lotproof.people.entrance import Step, Visitor
from lotproof.storage.engine import reading
from lotproof.storage.in_use import Held, hold
from lotproof_schemas.settings import Settings
from lotproof_schemas.trace_out import trace_json
from lotproof_web.accounts.door import GLN_PREFIX
from lotproof_web.accounts.stale import refuse_stale_forms
from lotproof_web.api.bearer import asker_of
from lotproof_web.api.here import Ledger, keep
from lotproof_web.api.v1.registering import register
from lotproof_web.app import create_app
from lotproof_web.consoles import CONSOLES
from lotproof_web.database import database
from lotproof_web.document_keeper import DocumentKeeper
from lotproof_web.epcis.routes import epcis
from lotproof_web.epcis.worker import CaptureWorker
from lotproof_web.forms import protect_forms
from lotproof_web.frame import put_frames
from lotproof_web.local_time import tell_times
from lotproof_web.log.heads import HeadsKeeper
from lotproof_web.log.publisher import Publisher
from lotproof_web.log.routes import log_files
from lotproof_web.mail_keeper import MailKeeper
from lotproof_web.metrics.page import measure, metrics
from lotproof_web.plain_requests import refuse_nul
from lotproof_web.proxies import TrustedProxies
from lotproof_web.rate_limits import limit_costly_views, limit_requests
from lotproof_web.readiness import checks
from lotproof_web.services import (
    Check,
    DemoCard,
    DemoPerson,
    Direction,
    EarlyHarvest,
    LabelSize,
    LapsedHarvest,
    Mirrored,
    Tampering,
)
from lotproof_web.taking_files import take_files


class Demonstration(Protocol):
    """What only the demonstration season can show; its part of `Services`."""

    def demo_cards(self) -> tuple[DemoCard, ...]:
        """Lots of the demonstration data."""

    def demo_people(self) -> tuple[DemoPerson, ...]:
        """As whom a visitor may sign in."""

    def sign_in_as(self, key: str, visitor: Visitor) -> Step:
        """Begin a session as one of them. Raises: NotFoundError."""

    def try_early_harvest(self) -> EarlyHarvest:
        """Try the harvest that the interval forbids; nothing is recorded."""

    def try_lapsed_harvest(self) -> LapsedHarvest:
        """Try a harvest of a farm whose certificate ended; nothing is recorded."""

    def tamper_and_verify(self) -> Tampering:
        """Change one byte in a copy of the log and verify the copy."""


class NoDemonstration:
    """An instance with real data only."""

    def demo_cards(self) -> tuple[DemoCard, ...]:
        """None."""
        return ()

    def demo_people(self) -> tuple[DemoPerson, ...]:
        """Nobody."""
        return ()

    def sign_in_as(self, key: str, visitor: Visitor) -> Step:
        """Raises: NotFoundError."""
        raise _no_demonstration()

    def try_early_harvest(self) -> EarlyHarvest:
        """Raises: NotFoundError."""
        raise _no_demonstration()

    def try_lapsed_harvest(self) -> LapsedHarvest:
        """Raises: NotFoundError."""
        raise _no_demonstration()

    def tamper_and_verify(self) -> Tampering:
        """Raises: NotFoundError."""
        raise _no_demonstration()


@dataclass(frozen=True, slots=True)
class BoundServices:
    """The services of pages over a ledger. One object for all threads: each method opens what it needs itself."""

    settings: Settings
    here: Ledger
    demonstration: Demonstration

    @property
    def log(self) -> Log:
        """The instance's log."""
        return self.here.log

    def now(self) -> datetime:
        """The instance's time."""
        return self.log.around.clock()

    def mirror(self) -> Mirrored | None:
        """What this is a mirror of; the ledger's own pages ask no database for it."""
        if not self.log.is_mirror:
            return None
        try:
            with reading(self.log.engine) as db:
                return Mirrored(self.log.origin, log_size(db) - 1)
        except SQLAlchemyError:  # the page of that very error says so, too
            return Mirrored(self.log.origin, None)

    def story(self, lot: LotId) -> Story:
        """What is recorded about a lot. Raises: NotFoundError `unknown_lot`."""
        with reading(self.log.engine) as db:
            return tell_story(db, lot)

    def page_key(self, lot: LotId) -> Hashable:
        """What changes when the lot's page does. Raises: NotFoundError `unknown_lot`."""
        with reading(self.log.engine) as db:
            return page_key(db, lot, self.now())

    @property
    def public_proofs(self) -> bool:
        """Whether a lot's proof is for everybody."""
        return self.here.public_entries

    def bundle(self, lot: LotId, key: str) -> bytes:
        """The lot's proof. Raises: UnauthorisedError; NotFoundError `unknown_lot`."""
        with reading(self.log.engine) as db:
            reader = None if self.public_proofs else asker_of(db, key, self.log.operator).reader
            return make_bundle(db, lot, reader, self.log.around.heads)

    def trace(self, lot: LotId, direction: Direction, key: str) -> bytes:
        """Where a lot came from or went. Raises: UnauthorisedError; NotFoundError `unknown_lot`."""
        with reading(self.log.engine) as db:
            if not self.public_proofs and asker_of(db, key, self.log.operator).reader is not None:
                raise unknown_lot(lot.uri)
            return trace_json(read_trace(db, require_lot(db, lot.uri), direction))

    def absent_as_of(self, lot: LotId) -> HeadsState | None:
        """The newest heads entry, if it shows that no entry was about a lot."""
        with reading(self.log.engine) as db:
            stated = absent_as_of(db, self.log.around.heads, lot.uri)
        return HeadsState(stated.index, stated.recorded_at, stated.heads.size) if stated is not None else None

    def label(self, lot: LotId, size: LabelSize) -> bytes:
        """The lot's label. Raises: NotFoundError `unknown_lot`."""
        with reading(self.log.engine) as db:
            require_lot(db, lot.uri)
            product = get_record(db, "product", lot.gtin14) or {}
        return label_pdf(lot, self.settings.public_url, product.get("names", {}), size)

    def readiness(self) -> tuple[Check, ...]:
        """Everything that has to work; never raises."""
        return checks(self.log, (self.here.worker.loop, self.here.publisher.loop))

    def demo_cards(self) -> tuple[DemoCard, ...]:
        """The demonstration's lots."""
        return self.demonstration.demo_cards()

    def demo_people(self) -> tuple[DemoPerson, ...]:
        """The demonstration's people."""
        return self.demonstration.demo_people()

    def sign_in_as(self, key: str, visitor: Visitor) -> Step:
        """A session as one of them."""
        return self.demonstration.sign_in_as(key, visitor)

    def try_early_harvest(self) -> EarlyHarvest:
        """The demonstration's refusal."""
        return self.demonstration.try_early_harvest()

    def try_lapsed_harvest(self) -> LapsedHarvest:
        """The demonstration's other refusal."""
        return self.demonstration.try_lapsed_harvest()

    def tamper_and_verify(self) -> Tampering:
        """The demonstration's tampering."""
        return self.demonstration.tamper_and_verify()


_READS = frozenset({"GET", "HEAD", "OPTIONS"})
_NOT_DERIVED = ("/log/", "/static/", "/healthz", "/readyz", "/metrics")
"""Where nothing is answered from tables that follow from the entries."""
_holds: list[Held] = []
"""What this process serves, held until it ends."""
Demonstrate = Callable[[Log, Settings], Demonstration]


def build_services(settings: Settings, demonstrate: Demonstrate | None = None) -> BoundServices:
    """Open the instance of these settings.

    Raises: NotFoundError `not_initialised`; LogFaultError `log_rolled_back`, `wrong_master_key`.
    """
    place = Place(settings.home, None, settings.master_key, settings.master_key_file)
    if settings.database_url != place.url:
        place = replace(place, database_url=settings.database_url)
    return bind(open_instance(place, system_clock, os.urandom), settings, demonstrate)


def bind(log: Log, settings: Settings, demonstrate: Demonstrate | None = None) -> BoundServices:
    """Bind an opened log; nothing goes on behind it yet."""
    here = Ledger(
        log,
        CaptureWorker(log),
        Publisher(log),
        HeadsKeeper(log, settings.heads_every),
        MailKeeper(log, ways_of(settings.post), settings.public_url),
        settings.log_entries == "public",
        settings.capture_limit,
        DocumentKeeper(log, settings.clamd),
        settings.document_limit,
    )
    shown = demonstrate(log, settings) if demonstrate and settings.demo else NoDemonstration()
    return BoundServices(settings, here, shown)


def build_app(services: BoundServices) -> Flask:
    """Return the whole application: pages, EPCIS interface and the log's files. Nothing goes on behind it yet."""
    settings = services.settings
    is_measured = bool(settings.metrics_from or settings.metrics_token)
    app = create_app(services, (epcis, log_files, *((metrics,) if is_measured else ())))
    app.wsgi_app = TrustedProxies(app.wsgi_app, settings.trusted_proxies)  # type: ignore[method-assign]
    limit_requests(app, settings.requests_per_minute)
    if is_measured:
        measure(app, services.here, settings)
    database.attach(app, services.log.engine)
    keep(app, services.here)
    take_files(app)
    protect_forms(app, services.log.around.vault.derived("forms"))
    refuse_nul(app)
    refuse_stale_forms(app)
    tell_times(app)
    put_frames(app)
    register(app)
    app.config[GLN_PREFIX] = settings.gln_prefix
    for blueprint in CONSOLES:
        app.register_blueprint(blueprint)
    limit_costly_views(app)
    app.after_request(partial(_let_mails_go, services.here))
    if services.log.is_mirror:
        asked_first = app.before_request_funcs.setdefault(None, [])
        asked_first[:0] = [partial(_only_read, services.log.origin), partial(_only_whole, services.log)]
    return app


def _only_read(origin: str) -> None:
    """A mirror refuses whatever could write before it asks who comes. Raises: RefusedError `read_only_mirror`."""
    if request.method not in _READS:
        raise read_only(origin)


def _let_mails_go(here: Ledger, response: Response) -> Response:
    """Whatever changed something may have told somebody: she need not wait for the next look."""
    if request.method not in _READS:
        here.mails.loop.ring()
    return response


def _only_whole(log: Log) -> None:
    """Answer from derived tables when all entries have worked on them. Raises: RefusedError `being_rebuilt`."""
    if not request.path.startswith(_NOT_DERIVED):
        with reading(log.engine) as db:
            refuse_unworked(db)


def start(services: BoundServices) -> None:
    """Begin the work behind the requests, once, in the process that serves them (after any fork).

    Raises: RefusedError `being_restored`.
    """
    _holds.append(hold(services.log.engine))
    for loop in services.here.loops:
        loop.start()


def stop(services: BoundServices) -> None:
    """End the work behind the requests after what each loop is doing now; to be killed instead harms nothing."""
    for loop in services.here.loops:
        loop.stop()


def _no_demonstration() -> NotFoundError:
    return NotFoundError("no_demonstration", "this instance holds no demonstration data", "run: run.py demo")
