"""Build the demonstration season: a function of (seed, today) and of nothing else.

Stories of a crop's year are tied to the calendar; those of the greenhouse and the import go back from today. The
newest year that is finished by `today` is told whole, the one that has begun since as far as it has come.
"""

from datetime import date, datetime, timedelta

from lotproof.demo.accounts import make_accounts
from lotproof.demo.apples import apples
from lotproof.demo.applicants import record_applicants
from lotproof.demo.chance import Dice
from lotproof.demo.greenhouse import greenhouse
from lotproof.demo.master_data import record_master_data
from lotproof.demo.outside import outside
from lotproof.demo.qualification import qualify, record_papers, tell_what_is_due
from lotproof.demo.rice import rice
from lotproof.demo.script import Progress, Script, moment, play
from lotproof.demo.second_person import second_person
from lotproof.demo.sun_house import sun_house
from lotproof.demo.tea import tea
from lotproof.kernel.clock import SteppingClock
from lotproof.ledger.log import Log

YEAR_ENDS = (11, 15)
"""By then the last story of a crop year has come to its point."""
YEAR_BEGINS = (2, 10)
BEFORE = timedelta(days=3)


def first_moment(today: date) -> datetime:
    """Return when the instance of a season for `today` has to begin: its clock starts there."""
    return moment(date(_whole_year(today), *YEAR_BEGINS) - BEFORE, "08:00")


def build_season(
    log: Log, clock: SteppingClock, seed: int, today: date, progress: Progress = lambda _acts: None
) -> None:
    """Fill an empty log. clock: the log's own, standing at `first_moment(today)`; it ends where `today` begins.

    The same seed and day give the same log if its entropy is `chance.SeededBytes(seed)` and its origin the same.
    """
    if log.around.clock is not clock:
        raise ValueError("the season has to move the clock that the log reads")
    record_master_data(log)
    record_applicants(log)
    make_accounts(log, Dice(seed))
    record_papers(log, Dice(seed), first_moment(today).date(), today)
    play(log, clock, write_script(seed, today), moment(today, "00:00"), progress)
    clock.set(moment(today, "00:00"))
    tell_what_is_due(log)
    log.publish()


def acts_of_season(seed: int, today: date) -> int:
    """Return how many acts `build_season` will record, for a bar that shows how far it is."""
    end = moment(today, "00:00")
    return sum(act.at < end for act in write_script(seed, today).acts)


def write_script(seed: int, today: date) -> Script:
    """Write all stories, also what lies after `today`."""
    script = Script(Dice(seed))
    year = _whole_year(today)
    for one in (year, year + 1) if date(year + 1, *YEAR_BEGINS) < today else (year,):
        apples(script, one)
        tea(script, one)
        rice(script, one)
    greenhouse(script, today)
    outside(script, today)
    sun_house(script, today)
    second_person(script, today)
    qualify(script, script.dice, first_moment(today).date(), today)
    return script


def _whole_year(today: date) -> int:
    return today.year if today >= date(today.year, *YEAR_ENDS) else today.year - 1
