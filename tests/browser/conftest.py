"""The pages as a running server, over stories made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from threading import Thread

import pytest
from waitress.server import create_server

from lotproof_web.app import create_app
from lotproof_web.forms import protect_forms
from support.page_services import FakeServices, FakeSettings


@pytest.fixture(scope="session")
def site() -> Iterator[str]:
    """Root address of the pages in demo mode."""
    app = create_app(FakeServices(FakeSettings("http://localhost", demo=True)))
    protect_forms(app, b"for tests only")
    server = create_server(app, port=0, host="127.0.0.1")
    thread = Thread(target=server.run, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.effective_port}"
    server.trigger.pull_trigger(server.close)  # within its own loop, which then has nothing left to wait for
    thread.join(timeout=5)
    server.task_dispatcher.shutdown()
