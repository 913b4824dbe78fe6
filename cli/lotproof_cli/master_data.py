"""`lotproof record` for master data: what guards, balances and pages know of parties, places and products.

The options are the columns of a season file, and are read alike.
"""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof_cli.arguments import by_option, command
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof_schemas.season_records import SeasonRecord

SAID: Mapping[str, str] = {
    "party": "An organisation or person that records nothing itself; lotproof org add gives one a key",
    "place": "A place, with the time zone in which its dates are meant",
    "product": "A product, by its GTIN",
    "input_product": "A pesticide or fertiliser: for which crops, and how long before the harvest",
    "conversion": "How many of one unit of a product are one of another",
    "tolerance": "How much a process may gain or lose",
    "cycle": "A growing cycle: one crop on one plot in one season",
    "retention": "How long a kind of private data is kept; see lotproof retention",
    "device": "A device that measures",
}
"""Type of record -> what it is, without a full stop."""

_OPTIONS: Mapping[str, tuple[str, str]] = {
    "gln": ("GLN", "Its GLN"),
    "gtin": ("GTIN", "The product's GTIN"),
    "registration": ("ID", "Its registration"),
    "cycle": ("URI", "Its URI, as urn:uuid:…"),
    "device": ("ID", "Its number"),
    "name": ("TEXT", "English name"),
    "name_zh": ("TEXT", "Chinese name"),
    "roles": ("WORDS", "grower; packer; carrier …"),
    "country": ("CODE", "Country, as CN"),
    "person": ("yes", "It is a natural person: names stay off the log and can be erased"),
    "phone": ("NUMBER", "Telephone; it stays off the log"),
    "zone": ("ZONE", "Its time zone, as Asia/Shanghai"),
    "party": ("GLN", "Whose it is"),
    "parent": ("GLN", "The place that it is part of"),
    "place": ("GLN", "The place that it belongs to"),
    "region": ("TEXT", "English name of its region"),
    "region_zh": ("TEXT", "Chinese name of its region"),
    "uom": ("UNIT", "Unit that it is counted in, UN/ECE Rec 20, as KGM"),
    "variety": ("TEXT", "English name of its variety"),
    "variety_zh": ("TEXT", "Chinese name of its variety"),
    "category": ("WORD", "fruit, tea, grain …"),
    "crop": ("WORD", "Crop, as apple"),
    "shelf_life_days": ("DAYS", "How long it keeps"),
    "temperature_min": ("NUMBER", "Lowest temperature that it stands, in degrees Celsius"),
    "temperature_max": ("NUMBER", "Highest temperature that it stands, in degrees Celsius"),
    "active": ("TEXT", "Active substance"),
    "from_uom": ("UNIT", "One of this unit …"),
    "to_uom": ("UNIT", "… are so many of this unit"),
    "factor": ("NUMBER", "So many"),
    "process": ("KIND", "Kind of event, as processing"),
    "percent": ("NUMBER", "Per cent"),
    "plot": ("TEXT", "Piece of land"),
    "season": ("TEXT", "As 2026"),
    "data": ("KIND", "names, phones, people, documents, texts or jobs"),
    "days": ("DAYS", "How many days they are kept"),
}
_INTERVAL = click.option(
    "--interval",
    "intervals",
    multiple=True,
    metavar="CROP=DAYS",
    help="Days from an application to the first harvest of a crop; repeatable  [needed]",
)


def command_of(type_name: str) -> click.Command:
    """Make the command that puts records of one type on the log."""
    from lotproof_schemas.season_records import TYPES

    def run(here: Here, by: str | None, **given: Any) -> None:
        _write(here, by, _load(type_name, given))

    run.__doc__ = f"{SAID[type_name]}."
    function: Any = by_option(run)
    row = TYPES[type_name]
    for name in reversed((*row.required, *row.optional)):
        if type_name == "input_product" and name in ("crop", "interval_days"):
            continue
        written, means = _OPTIONS[name]
        needed = "  [needed]" if name in row.required else ""
        function = click.option(f"--{name.replace('_', '-')}", name, metavar=written, help=means + needed)(
            function
        )
    if type_name == "input_product":
        function = _INTERVAL(function)
    return command(type_name.replace("_", "-"))(function)


def _load(type_name: str, given: Mapping[str, Any]) -> "SeasonRecord":
    """Read the options as rows of a season file; more than one for an input product on several crops."""
    from lotproof_schemas.season_records import load_record, merge

    made: SeasonRecord | None = None
    problems: list[Problem] = []
    for values in _rows(given):
        record, wrong = load_record(type_name, values)
        problems += [one for one in wrong if one not in problems]
        if record is not None:
            made = record if made is None else merge(made, record) or made
    if problems or made is None:
        named = [replace(one, where=_option(one.where)) for one in problems]
        hint = f"see: lotproof record {type_name.replace('_', '-')} --help"
        raise InvalidInputError("invalid_record", "nothing was recorded: mend each option", hint, named)
    return made


def _rows(given: Mapping[str, Any]) -> Iterator[dict[str, str]]:
    values = {name: text for name, text in given.items() if isinstance(text, str) and text.strip()}
    intervals: tuple[str, ...] = given.get("intervals", ())
    for pair in intervals or ("",):
        crop, _, days = pair.partition("=")
        stated = {"crop": crop.strip(), "interval_days": days.strip()} if "intervals" in given else {}
        yield values | {name: text for name, text in stated.items() if text}


def _option(column: str) -> str:
    return "--interval" if column == "interval_days" else f"--{column.replace('_', '-')}"


def _write(here: Here, by: str | None, record: "SeasonRecord") -> None:
    from lotproof.lots.master_data import write_master_data
    from lotproof.lots.queries import entry_indexes

    with here.writing() as log, log.unit_of_work() as uow:
        done = write_master_data(uow, log.operator, by or log.operator, record.type, record.id, record.body)
    with here.reading() as db:
        entry = entry_indexes(db, [done.id]).get(done.id)
    answer = {
        "type": record.type,
        "id": record.id,
        "body": record.body,
        "entry": entry,
        "repeated": done.repeated,
    }
    where = f"stood already as entry {entry}" if done.repeated else f"entry {entry}"
    here.answer(answer, lambda: click.echo(f"{record.type.replace('_', ' ')} {record.id}: {where}"))
