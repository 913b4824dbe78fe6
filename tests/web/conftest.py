"""An application over stories made by hand."""

from __future__ import annotations

import pytest
from flask import Flask
from flask.testing import FlaskClient

from lotproof_web.app import create_app
from support.page_services import FakeServices, FakeSettings


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
    return create_app(demo_services).test_client()
