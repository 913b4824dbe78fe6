"""The season's papers: of everybody who acts from before the first day, and of suppliers in every state of today."""

from collections.abc import Callable, Iterator
from datetime import date, timedelta

from lotproof.demo import applicants as a
from lotproof.demo import cast
from lotproof.demo.catalogue import SPINACH
from lotproof.demo.chance import Dice
from lotproof.demo.desk import Case, put_on_file
from lotproof.demo.legs import DAY, begin_cycle, commit, inspect, sell
from lotproof.demo.papers import LICENSED, Facts
from lotproof.demo.people import FARMER
from lotproof.demo.requirements import record_requirements
from lotproof.demo.script import Script, moment
from lotproof.ledger.log import Log
from lotproof.ticks import tick

YEAR = timedelta(days=365)
SUN_ENDS_IN, APPROVED_BEFORE, RENEWED_BEFORE = 45 * DAY, 200 * DAY, 20 * DAY
TICKS = (75, 60, 45, 30, 15, 9, 5, 2, 1)
"""Days before today on which what was due was told; the last time is today itself."""
LAPSED_PICKS = (33, 26, 12)
_PAPERS_OF_ROLES = {
    "supplier": (),
    "warehouse": (),
    "carrier": ("transport_licence",),
    "seller_staff": ("food_licence",),
    "laboratory": ("laboratory_cma",),
}


def record_papers(log: Log, dice: Dice, first: date, today: date) -> None:
    """Say which papers are asked for, and put those of the cast on file; on the season's first day."""
    with log.unit_of_work() as uow:
        record_requirements(uow, log.operator)
        put_on_file(uow, log.operator, dice, [*_of_cast(first, today), *_of_applicants(first)])


def qualify(script: Script, dice: Dice, first: date, today: date) -> None:
    """Write the applications of the season, and what was told because time had passed."""
    for begins in _certificates(first, today):
        if begins - RENEWED_BEFORE > first:
            renewal = Case(FARMER, "supplier", [_certificate(cast.SUN, begins + YEAR - DAY)], dice)
            _approved(script, renewal, begins - RENEWED_BEFORE)
    _in_every_state(script, dice, today)
    _picked_while_certified(script, today)
    for days in TICKS:
        _at(script, today - days * DAY, "07:00", tell_what_is_due)


def tell_what_is_due(log: Log) -> None:
    """Tell everybody what is due because time has passed."""
    tick(log, log.around.clock())


def _of_cast(first: date, today: date) -> Iterator[Facts]:
    for one in cast.ORGANISATIONS:
        yield Facts(one, "business_licence", LICENSED)
        if one is cast.SUN:
            begun = [day for day in _certificates(first, today) if day - RENEWED_BEFORE <= first]
            yield from (_certificate(one, day + YEAR - DAY) for day in begun)
        elif one.kind == "family_farm":
            yield _certificate(one, today + 2 * YEAR, years=4)
        more = {type for role in one.roles for type in _PAPERS_OF_ROLES.get(role, ())}
        for type in sorted(more | ({"food_licence"} if one is cast.DAOXI else set())):
            yield Facts(one, type, first - YEAR, today + 2 * YEAR)


def _of_applicants(first: date) -> Iterator[Facts]:
    """Those who are asked for two papers had their licence on file already."""
    for one in (a.APPROVED, a.ENDS_IN_60, a.ENDS_IN_30, a.ENDS_IN_7, a.LAPSED, a.SUSPENDED):
        yield Facts(one.organisation, "business_licence", min(LICENSED, first))


def _certificates(first: date, today: date) -> list[date]:
    """The first days of the farm's certificates, a year each: the first holds on the season's first day."""
    begins = [today + SUN_ENDS_IN + DAY - YEAR]
    while begins[0] > first:
        begins.insert(0, begins[0] - YEAR)
    return begins


def _certificate(whose: cast.Organisation, ends: date, years: int = 1) -> Facts:
    return Facts(whose, "organic_certificate", ends + DAY - years * YEAR, ends)


def _in_every_state(script: Script, dice: Dice, today: date) -> None:
    """Suppliers as the reviewers see them today; days are counted back from it."""

    def case(one: a.Applicant, *papers: Facts, role: str = "supplier", **more: object) -> Case:
        return Case(one.owner, role, papers or (_licence(one),), dice, **more)  # type: ignore[arg-type]

    draft = case(a.DRAFT, missing=[_certificate(a.DRAFT.organisation, today + YEAR)])
    _at(script, today - 2 * DAY, "19:40", draft.begin)
    _at(script, today - DAY, "10:15", case(a.SUBMITTED).begin_and_submit)
    _at(script, today - 20 * DAY, "14:05", case(a.OVERDUE).begin_and_submit)
    seen = case(a.UNDER_REVIEW)
    _at(script, today - 3 * DAY, "09:30", seen.begin_and_submit)
    _at(script, today - 2 * DAY, "11:00", seen.claim)
    proof = Facts(a.MORE_WANTED.organisation, "household_proof", today - 40 * DAY)
    unclear = case(a.MORE_WANTED, proof, blurred=True)
    _at(script, today - 6 * DAY, "20:10", unclear.begin_and_submit)
    why = "照片模糊，看不清公章，请重拍。The photo is blurred: please take it again, so that the seal can be read."
    _at(script, today - 4 * DAY, "15:30", lambda log: unclear.ask(log, why))
    _approved(
        script, case(a.APPROVED, _certificate(a.APPROVED.organisation, today + 200 * DAY)), today - 30 * DAY
    )
    refused = case(a.REJECTED)
    _at(script, today - 25 * DAY, "16:20", refused.begin_and_submit)
    other = "营业执照是另一家公司的。The licence is another company's."
    _at(script, today - 22 * DAY, "10:40", lambda log: refused.reject(log, other))
    for one, days in ((a.ENDS_IN_60, 60), (a.ENDS_IN_30, 30), (a.ENDS_IN_7, 7), (a.LAPSED, 0)):
        ends = today + (days - 1) * DAY
        _approved(script, case(one, _certificate(one.organisation, ends)), today - APPROVED_BEFORE)
    permit = Facts(a.SUSPENDED.organisation, "transport_licence", today - YEAR, today + YEAR)
    hauler = case(a.SUSPENDED, permit, role="carrier")
    _approved(script, hauler, today - 150 * DAY)
    lent = "许可证车辆与登记不符，核实中。Its truck does not fit the register; this is being looked into."
    _at(script, today - 10 * DAY, "09:10", lambda log: hauler.stop(log, "suspend", lent))
    forged = case(a.REVOKED)
    _approved(script, forged, today - 140 * DAY)
    gone = "登记机关已吊销。The register has struck it off."
    _at(script, today - 20 * DAY, "09:15", lambda log: forged.stop(log, "revoke", gone))


def _picked_while_certified(script: Script, today: date) -> None:
    """Lots of the last month, of a farm whose certificate ended yesterday."""
    house = a.LAPSED_HOUSE
    cycle = begin_cycle(script, house, "spinach", "2号棚", f"{today} 朝露", today - 70 * DAY)
    for days in LAPSED_PICKS:
        on = today - days * DAY
        picked = SPINACH.of(f"L{on:%y%m%d}", script.dice.about(140, "spinach", days))
        script.note("harvest", moment(on, "06:30"), house, portions=(picked,), cycle=cycle, harvested_on=on)
        commit(script, house, moment(on, "08:00"), picked.lot)
        inspect(script, cast.HAIJIAO_LAB, moment(on + DAY, "13:00"), picked.lot)
        sell(script, house, cast.NANMEN_SHOP, on + 2 * DAY, picked)


def _licence(one: a.Applicant) -> Facts:
    return Facts(one.organisation, "business_licence", LICENSED)


def _approved(script: Script, case: Case, on: date) -> None:
    _at(script, on, "09:20", case.begin_and_submit)
    _at(script, on + DAY, "10:30", case.claim)
    _at(script, on + DAY, "10:50", case.approve)


def _at(script: Script, on: date, clock: str, do: Callable[[Log], None]) -> None:
    script.run(cast.PLATFORM, moment(on, clock), do)
