"""A hold of the day before yesterday that one person wants to end: it waits for the second one."""

from datetime import date

from lotproof.demo.accounts import actor_of
from lotproof.demo.cast import LANLING
from lotproof.demo.catalogue import MATRINE
from lotproof.demo.legs import DAY
from lotproof.demo.people import PACKER
from lotproof.demo.script import Script, moment
from lotproof.ledger.log import Log
from lotproof.lots.book.releases import hold_lots, wish_release
from lotproof.storage.engine import writing


def second_person(script: Script, today: date) -> None:
    """Write it: the packer held what is left of an input, and has given the first approval to release it."""
    lot = MATRINE.product.lot(f"H{today:%y%m%d}")

    def hold(log: Log) -> None:
        with log.unit_of_work() as uow:
            hold_lots(uow, log.operator, actor_of(uow.db, PACKER), [lot], "瓶签受潮，看不清。Labels are wet.")

    def wish(log: Log) -> None:
        why = "供应方已补发瓶签。The supplier sent new labels."
        with writing(log.engine) as db:
            wish_release(db, log.operator, actor_of(db, PACKER), [lot], why, log.around.clock())

    script.run(LANLING, moment(today - 2 * DAY, "16:00"), hold)
    script.run(LANLING, moment(today - DAY, "09:00"), wish)
