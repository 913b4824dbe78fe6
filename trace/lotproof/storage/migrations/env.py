"""Run or write revisions on the connection that `lotproof.storage.migrate` hands over, in its transaction."""

from alembic import context

from lotproof.storage import migrate

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=context.config.attributes.get("metadata"),
    **migrate.OPTIONS,
)
context.run_migrations()
