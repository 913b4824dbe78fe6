"""Make the web application from its services."""

from collections.abc import Iterable

from flask import Blueprint, Flask

from lotproof_web.assets import serve_assets
from lotproof_web.errors import answer_errors
from lotproof_web.headers import protect
from lotproof_web.i18n import speak
from lotproof_web.page_cache import PageCache
from lotproof_web.pages.demo import demo
from lotproof_web.pages.health import health
from lotproof_web.pages.here import CACHE, SERVICES
from lotproof_web.pages.home import home
from lotproof_web.pages.lots import lots
from lotproof_web.plain_requests import number_rows
from lotproof_web.request_ids import identify
from lotproof_web.request_log import log_requests
from lotproof_web.services import Services

_MOST_BYTES = 1 << 20


def create_app(services: Services, blueprints: Iterable[Blueprint] = ()) -> Flask:
    """The application over these services; `blueprints` are further parts, such as the log's files."""
    app = Flask(__name__)
    https = services.settings.public_url.startswith("https:")
    app.config.update(
        SESSION_COOKIE_SECURE=https,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=_MOST_BYTES,
    )
    app.jinja_env.trim_blocks = True
    app.jinja_env.lstrip_blocks = True
    number_rows(app)
    app.url_map.merge_slashes = False  # a lot code may hold slashes
    app.extensions[SERVICES] = services
    app.extensions[CACHE] = PageCache()
    app.context_processor(lambda: {"demo_mode": services.settings.demo, "mirror": services.mirror()})
    identify(app)
    log_requests(app)
    speak(app, https=https)
    protect(app, https=https)
    serve_assets(app)
    answer_errors(app)
    for blueprint in (home, lots, health, *((demo,) if services.settings.demo else ()), *blueprints):
        app.register_blueprint(blueprint)
    return app
