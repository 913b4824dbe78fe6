"""The application for servers that load one: gunicorn --threads 16 'lotproof_web.wsgi:application()'.

Call it in the process that serves, not in one that forks afterwards (gunicorn without --preload): the threads
that apply documents and publish the log are started here.
"""

import gc

from flask import Flask

from lotproof_schemas.settings import Settings, read_settings
from lotproof_web.binding import build_app, build_services, start
from lotproof_web.demonstration import SeasonDemonstration


def application(settings: Settings | None = None) -> Flask:
    """Return the whole application over the instance of these settings, its work going on behind it.

    settings: None reads them from the environment.
    Raises: InvalidInputError `invalid_settings`; NotFoundError `not_initialised`; LogFaultError.
    """
    services = build_services(settings or read_settings(), SeasonDemonstration)
    app = build_app(services)
    start(services)
    # What is loaded now stays: looking through all of it again and again held every twentieth request up.
    gc.collect()
    gc.freeze()
    return app
