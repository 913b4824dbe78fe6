"""An application over stories made by hand."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lotproof_web.app import create_app
from lotproof_web.forms import protect_forms
from support.page_services import FakeServices, FakeSettings
from support.served import Served, serve
from support.world import World


@pytest.fixture
def services() -> FakeServices:
    return FakeServices()


@pytest.fixture
def app(services: FakeServices) -> Flask:
    return create_app(services)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


@pytest.fixture
def demo_services() -> FakeServices:
    return FakeServices(FakeSettings(demo=True))


@pytest.fixture
def demo_client(demo_services: FakeServices) -> FlaskClient:
    app = create_app(demo_services)
    protect_forms(app, b"for tests only")
    return app.test_client()


@pytest.fixture
def served(world: World, tmp_path: Path) -> Served:
    """The application over a small world, on each kind of database, with nothing going on behind it."""
    return serve(world, tmp_path)
