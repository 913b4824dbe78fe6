"""Alembic's environment: how revisions are run and written."""
