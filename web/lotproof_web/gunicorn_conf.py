"""gunicorn's settings, for `lotproof serve --workers 2` or gunicorn --config python:lotproof_web.gunicorn_conf.

- The application is loaded by each worker and not before the fork: its threads and connections are the worker's own.
- A worker that is stopped, or that has served its number of requests, finishes those that it has; what goes on behind
  them is safe to be cut off.
- The time limit is for a worker that hangs. A thread may take as long as an upload does: the worker's main thread goes
  on telling that it lives.
"""

import os
import shutil
import sys
import tempfile
from typing import Any

from lotproof_schemas.settings import read_settings

_settings = read_settings()
_host = f"[{_settings.host}]" if ":" in _settings.host else _settings.host

wsgi_app = "lotproof_web.wsgi:application()"
bind = f"{_host}:{_settings.port}"
worker_class = "gthread"
threads = 16
preload_app = False
timeout = 120
graceful_timeout = 60
keepalive = 75  # longer than a proxy keeps a connection, so that it is the proxy that closes it
max_requests = 20_000
max_requests_jitter = 2_000
limit_request_line = 8190
worker_tmp_dir = "/dev/shm" if os.path.isdir("/dev/shm") else None
secure_scheme_headers: dict[str, str] = {}  # `proxies` decides whom to believe
forwarder_headers = ""  # else a visitor of a proxy on this machine could send SCRIPT_NAME, PATH_INFO as headers
control_socket_disable = True
logconfig_dict = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "ours": {
            "()": "lotproof_web.logs.formatter",
            "format": _settings.log_format or ("text" if sys.stderr.isatty() else "json"),
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "ours"}},
    "root": {"level": _settings.log_level.upper(), "handlers": ["stderr"]},
    "loggers": {
        "gunicorn.error": {"level": _settings.log_level.upper(), "handlers": [], "propagate": True},
        "gunicorn.access": {"level": "ERROR", "handlers": [], "propagate": False},
    },
}
_counts = tempfile.mkdtemp(prefix="lotproof-counts-")
raw_env = [f"PROMETHEUS_MULTIPROC_DIR={_counts}"]


def on_starting(server: Any) -> None:
    """Refuse several processes on SQLite, before any is started."""
    if server.cfg.workers > 1 and _settings.database_url.startswith("sqlite"):
        sys.exit(
            "lotproof: one process serves SQLite, whose writers queue fairly within one process only: "
            "use --workers 1, or PostgreSQL (LOTPROOF_DATABASE_URL)"
        )


def worker_exit(_server: Any, worker: Any) -> None:
    """Let what goes on behind the requests come to the end of its turn."""
    from lotproof_web.wsgi import STOP

    app = getattr(worker, "wsgi", None)
    if app is not None:
        app.extensions[STOP]()


def child_exit(_server: Any, worker: Any) -> None:
    """Take a process that is gone out of the figures of living ones."""
    from prometheus_client.multiprocess import mark_process_dead

    mark_process_dead(worker.pid, path=_counts)  # type: ignore[no-untyped-call]


def on_exit(_server: Any) -> None:
    """Leave nothing behind."""
    shutil.rmtree(_counts, ignore_errors=True)
