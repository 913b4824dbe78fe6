"""A person at a browser who registers and signs in by the pages, and reads the codes that are sent to her."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from lotproof.notices.models import Outgoing
from support.entrance import PASSWORD, PHONE
from support.forms import submit
from support.served import Served


@dataclass
class Visiting:
    """client: the browser, with its cookies."""

    served: Served
    client: FlaskClient = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.served.app.test_client()

    @property
    def code(self) -> str:
        """The newest code that was sent."""
        with self.served.world.read() as db:
            newest = select(Outgoing.detail).where(Outgoing.kind == "code").order_by(Outgoing.id.desc())
            return str(db.execute(newest.limit(1)).scalar_one()["code"])

    @property
    def token(self) -> str:
        """The session's token, "" without one."""
        cookie = self.client.get_cookie("session")
        return cookie.value if cookie else ""

    def submit(self, path: str, to: str | None = None, **fields: Any) -> TestResponse:
        """Fill in the form at a path and send it."""
        return submit(self.client, path, to, **fields)

    def register(self, contact: str = PHONE, password: str = PASSWORD, name: str = "Li Hua") -> TestResponse:
        """Register by the pages; returns the last answer."""
        asked = self.submit("/register", contact=contact)
        assert asked.status_code == 303, asked.text
        return self.submit(
            asked.location, code=self.code, name=name, password=password, terms="yes", privacy="yes"
        )

    def sign_in(self, contact: str = PHONE, password: str = PASSWORD, query: str = "") -> TestResponse:
        """Sign in by password."""
        return self.submit(f"/sign-in{query}", contact=contact, password=password)
