"""`lotproof migrate`: bring the tables up to this release."""

import click

from lotproof_cli.arguments import command
from lotproof_cli.surroundings import Here


@command("migrate")
def migrate(here: Here) -> None:
    """Bring the tables of an older release up to this one. Make a backup first."""
    from lotproof.instance import erase_again
    from lotproof.storage.engine import open_engine
    from lotproof.storage.migrate import current, upgrade

    # Another engine than the log's: a mirror's tables are brought up too, and its log lets nothing be written.
    engine = open_engine(here.log.engine.url.render_as_string(hide_password=False))
    before = current(engine)
    upgrade(engine)
    erase_again(here.log)
    after = current(engine)
    engine.dispose()
    said = f"at {after} already" if before == after else f"brought from {before or 'nothing'} to {after}"
    here.answer({"before": before, "after": after}, lambda: click.echo(f"The tables are {said}."))
