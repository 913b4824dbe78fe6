"""The application for servers that load one; `gunicorn_conf` says how gunicorn does.

Call it in the process that serves, not in one that forks afterwards (gunicorn without --preload): the threads
that apply documents and publish the log are started here.
"""

import gc
from functools import partial

from flask import Flask

from lotproof_schemas.settings import Settings, read_settings
from lotproof_web.binding import build_app, build_services, start, stop
from lotproof_web.demonstration import SeasonDemonstration
from lotproof_web.logs import write_logs

STOP = "lotproof_stop"
"""Among the application's extensions: what ends the work behind it."""


def application(settings: Settings | None = None) -> Flask:
    """Return the whole application over the instance of these settings, its work going on behind it.

    settings: None reads them from the environment.
    Raises: InvalidInputError `invalid_settings`; NotFoundError `not_initialised`; LogFaultError.
    """
    told = settings or read_settings()
    write_logs(told.log_format, told.log_level)
    services = build_services(told, SeasonDemonstration)
    app = build_app(services)
    app.extensions[STOP] = partial(stop, services)
    start(services)
    # What is loaded now stays: looking through all of it again and again held every twentieth request up.
    gc.collect()
    gc.freeze()
    return app
