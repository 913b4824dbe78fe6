"""Everywhere that one can go, whom one can act for, and the languages: what does not fit on a phone's bar."""

from flask import Blueprint, render_template

from lotproof_web.signed_in import signed_in

more = Blueprint("more", __name__)


@more.get("/more")
def index() -> str:
    """Show it."""
    signed_in()
    return render_template("more.html")
