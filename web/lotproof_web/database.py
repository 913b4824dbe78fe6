"""Sessions for views, on the engine that the core opened: its connections are durable, and no other is made.

- A view's session is its one moment of the database; it ends with the request.
- Whatever changes a lot goes through a unit of work of the core, never through this session.
"""

from typing import Any

from flask import Flask
from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import Connection, Engine

from lotproof.storage.base import Base

_ENGINE = "lotproof_engine"
_ONE_MOMENT = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}


class Database(SQLAlchemy):
    """Flask-SQLAlchemy over the core's tables and engine."""

    def attach(self, app: Flask, engine: Engine) -> None:
        """Serve the sessions of an application from this engine."""
        app.extensions[_ENGINE] = engine
        app.config["SQLALCHEMY_DATABASE_URI"] = engine.url
        self.init_app(app)

    def _make_engine(self, bind_key: str | None, options: dict[str, Any], app: Flask) -> Engine:
        engine = app.extensions[_ENGINE]
        assert isinstance(engine, Engine)
        return engine

    def _make_declarative_base(self, model_class: Any, disable_autonaming: bool = False) -> Any:
        # The extension would copy the base, which SQLAlchemy refuses for one that has a type_annotation_map.
        model_class.metadata.info["bind_key"] = None
        self.metadatas[None] = model_class.metadata
        return model_class


database = Database(model_class=Base)


def moment() -> Connection:
    """Return the connection of this request's session, which sees one moment of the database."""
    begins = not database.session().in_transaction()
    if begins and database.engine.dialect.name == "postgresql":
        return database.session.connection(execution_options=_ONE_MOMENT)
    return database.session.connection()
