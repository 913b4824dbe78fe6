"""Migrations: whole or not at all, there and back, and equal to the models."""

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import copyfile
from textwrap import dedent

import pytest
from sqlalchemy import Engine, inspect, text
from sqlalchemy.exc import DBAPIError

from lotproof.kernel.errors import LogFaultError
from lotproof.storage import migrate, migrations
from lotproof.storage.engine import open_engine, reading, writing
from support.models import all_tables

SQLITE_ONLY = pytest.mark.parametrize("database_kind", ["sqlite"], indirect=True)
FARM = 'op.create_table("farm", sa.Column("id", sa.Integer, primary_key=True), sa.Column("name", sa.Text))'
FIELD = dedent("""
    op.create_table(
        "field",
        sa.Column("id", sa.Integer, primary_key=True),
        sa.Column("farm", sa.Integer, sa.ForeignKey("farm.id", ondelete="CASCADE")),
    )
    op.execute("INSERT INTO farm VALUES (1, 'hill')")
    op.execute("INSERT INTO field VALUES (1, 1)")
""")
REBUILD = """
with op.batch_alter_table("farm", recreate="always") as farm:
    farm.add_column(sa.Column("size", sa.Text))
"""


@pytest.fixture
def scripts(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of revisions of the test's own."""
    folder = tmp_path / "migrations"
    (folder / "versions").mkdir(parents=True)
    copyfile(Path(migrations.__path__[0]) / "env.py", folder / "env.py")
    monkeypatch.setattr(migrate, "SCRIPTS", str(folder))
    return folder


def add(scripts: Path, *upgrades: str) -> None:
    for number, upgrade in enumerate(upgrades, 1):
        body = "".join(f"    {line}\n" for line in upgrade.strip().splitlines())
        (scripts / "versions" / f"{number}.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n"
            f"revision = '{number}'\ndown_revision = {str(number - 1) if number > 1 else None!r}\n"
            f"def upgrade():\n{body}\ndef downgrade():\n    pass\n"
        )


def tables(engine: Engine) -> set[str]:
    with reading(engine) as db:
        return set(inspect(db).get_table_names())


def test_the_migrated_tables_are_those_of_the_models(migrated_engine: Engine) -> None:
    assert migrate.differences(migrated_engine, all_tables()) == []
    assert migrate.current(migrated_engine) == migrate.newest() is not None


def test_up_and_down_and_up_again_ends_where_it_began(engine: Engine) -> None:
    migrate.upgrade(engine)
    first = tables(engine)
    migrate.downgrade(engine, "base")

    assert tables(engine) <= {"alembic_version"}
    assert migrate.current(engine) is None

    migrate.upgrade(engine)
    assert tables(engine) == first
    assert migrate.differences(engine, all_tables()) == []


def test_upgrading_what_is_up_to_date_changes_nothing(migrated_engine: Engine) -> None:
    before = migrate.current(migrated_engine)

    migrate.upgrade(migrated_engine)

    assert migrate.current(migrated_engine) == before


def test_a_table_that_no_migration_knows_is_reported(engine: Engine) -> None:
    migrate.upgrade(engine)
    with writing(engine) as db:
        db.execute(text("CREATE TABLE stray (id INTEGER)"))

    (difference,) = migrate.differences(engine, all_tables())

    assert difference[0] == "remove_table"
    assert difference[1].name == "stray"


def test_a_revision_that_fails_takes_those_before_it_in_the_same_call_back(
    engine: Engine, scripts: Path
) -> None:
    add(scripts, FARM, 'op.execute("this is no SQL")')

    with pytest.raises(DBAPIError):
        migrate.upgrade(engine)

    assert tables(engine) == set()
    assert migrate.current(engine) is None


def test_two_who_upgrade_at_once_make_the_tables_once(engine: Engine, scripts: Path) -> None:
    add(scripts, FARM, FIELD)
    other = open_engine(engine.url.render_as_string(hide_password=False))

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(migrate.upgrade, [engine, other]))

    other.dispose()
    assert migrate.current(engine) == "2"
    assert tables(engine) == {"alembic_version", "farm", "field"}


@SQLITE_ONLY
def test_rebuilding_a_table_keeps_the_rows_that_point_to_it(engine: Engine, scripts: Path) -> None:
    add(scripts, FARM, FIELD, REBUILD)

    migrate.upgrade(engine)

    with reading(engine) as db:
        assert db.execute(text("SELECT count(*) FROM field")).scalar() == 1


@SQLITE_ONLY
def test_a_migration_that_leaves_rows_without_their_parents_is_undone(engine: Engine, scripts: Path) -> None:
    add(scripts, FARM, FIELD)
    migrate.upgrade(engine)
    add(scripts, FARM, FIELD, 'op.execute("DELETE FROM farm")')

    with pytest.raises(LogFaultError) as caught:
        migrate.upgrade(engine)

    assert caught.value.code == "orphaned_rows"
    assert migrate.current(engine) == "2"


@SQLITE_ONLY
def test_after_a_migration_foreign_keys_are_checked_again(engine: Engine, scripts: Path) -> None:
    add(scripts, FARM, FIELD)
    migrate.upgrade(engine)

    with pytest.raises(DBAPIError, match="FOREIGN KEY"), writing(engine) as db:
        db.execute(text("INSERT INTO field VALUES (2, 99)"))
