"""`lotproof serve`: the pages, the API and the published log, over HTTP."""

import os
import sys

import click

from lotproof_cli.arguments import command
from lotproof_cli.surroundings import Here


@command("serve")
@click.option("--host", help="Address to listen on (default: LOTPROOF_HOST, this computer only).")
@click.option("--port", type=click.IntRange(1, 65535), help="Port (default: LOTPROOF_PORT).")
def serve(here: Here, host: str | None, port: int | None) -> None:
    """Serve the pages and the API until interrupted."""
    log = here.log  # whoever has no ledger yet learns it here
    address, number = host or here.settings.host, port or here.settings.port
    shown = f"[{address}]" if ":" in address else address
    url = f"http://{shown}:{number}/"
    here.answer({"url": url, "origin": log.origin}, lambda: click.echo(f"Serving {log.origin} at {url}"))
    sys.stdout.flush()
    here.close()
    # The pages are another program, which takes over this process with its signals and its end.
    program = [sys.executable, "-m", "lotproof_web", "--host", address, "--port", str(number)]
    os.execv(sys.executable, program)
