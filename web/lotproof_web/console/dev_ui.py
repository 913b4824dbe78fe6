"""Every component of the signed-in pages in each of its states, for whoever builds or checks a page."""

from datetime import UTC, datetime

from flask import Blueprint, Response, render_template

from lotproof.lots import qr
from lotproof.people.drafts import Kept
from lotproof_web.lists import Filter, read_list
from lotproof_web.statuses import STATUSES

dev_ui = Blueprint("dev_ui", __name__)
_AT = datetime(2026, 11, 23, 6, 5, tzinfo=UTC)


@dev_ui.get("/dev/ui")
def index() -> str:
    """Show them."""
    listing = read_list(
        [Filter("state", "State", [("approved", "Approved"), ("expired", "Expired")])],
        [("newest", "Newest first"), ("name", "Name")],
    )
    rows = [
        {
            "id": str(n),
            "href": "/dev/ui",
            "cells": [f"Orchard {n}", STATUSES[code], f"{n * 1250:,} kg", f"2026-11-{n:02}"],
        }
        for n, code in enumerate(("approved", "expiring", "expired"), 1)
    ]
    return render_template(
        "dev_ui.html", statuses=STATUSES, listing=listing, rows=rows, kept=Kept({}, _AT), at=_AT
    )


@dev_ui.get("/dev/ui/code.svg")
def code() -> Response:
    """A code to show."""
    return Response(qr.svg("https://example.org/", "example"), mimetype="image/svg+xml")
