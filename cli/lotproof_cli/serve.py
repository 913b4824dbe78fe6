"""`lotproof serve`: the pages, the API and the published log, over HTTP."""

import os
import sys

import click

from lotproof.kernel.errors import RefusedError
from lotproof_cli.arguments import command
from lotproof_cli.surroundings import Here


@command("serve")
@click.option("--host", help="Address to listen on (default: LOTPROOF_HOST, this computer only).")
@click.option(
    "--workers", type=click.IntRange(1, 64), help="Serve by gunicorn with so many processes (PostgreSQL)."
)
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: LOTPROOF_PORT).")
def serve(here: Here, host: str | None, port: int | None, workers: int | None) -> None:
    """Serve the pages and the API until interrupted."""
    if workers and workers > 1 and here.settings.database_url.startswith("sqlite"):
        raise RefusedError(
            "sqlite_one_process",
            f"{workers} processes cannot serve SQLite: its writers queue fairly within one process only",
            "leave --workers out, or use PostgreSQL: LOTPROOF_DATABASE_URL",
        )
    log = here.log  # whoever has no ledger yet learns it here
    address, number = host or here.settings.host, port or here.settings.port
    shown = f"[{address}]" if ":" in address else address
    url = f"http://{shown}:{number}/"
    here.answer({"url": url, "origin": log.origin}, lambda: click.echo(f"Serving {log.origin} at {url}"))
    sys.stdout.flush()
    here.close()
    # The pages are another program, which takes over this process with its signals and its end.
    program = [sys.executable, "-m", *_server(address, number, shown, workers)]
    os.execv(sys.executable, program)


def _server(address: str, port: int, shown: str, workers: int | None) -> list[str]:
    if workers is None:
        return ["lotproof_web", "--host", address, "--port", str(port)]
    settings = "python:lotproof_web.gunicorn_conf"
    return ["gunicorn", "--config", settings, "--workers", str(workers), "--bind", f"{shown}:{port}"]
