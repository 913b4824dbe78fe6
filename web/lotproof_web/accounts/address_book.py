"""The address book."""

from typing import Any

from flask import Blueprint, redirect
from werkzeug.wrappers import Response

from lotproof.kernel.errors import LotproofError
from lotproof.people import addresses
from lotproof.storage.engine import writing
from lotproof_web.accounts.account import me
from lotproof_web.accounts.forms import Field, FormPage, posted, text
from lotproof_web.api.here import ledger
from lotproof_web.signed_in import reads
from lotproof_web.words.mark import N_

address_book = Blueprint("address_book", __name__, url_prefix="/account/addresses")
_BACK = "/account/#addresses"
_CRUMBS = [(N_("Account"), "/account/")]


@address_book.route("/new", methods=["GET", "POST"])
def add() -> Response:
    """One more."""
    page = _page(N_("New address"), None)
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            addresses.add_address(db, me(), _typed(), is_default=bool(text("is_default")))
    except LotproofError as error:
        return page.show(error)
    return redirect(_BACK, 303)


@address_book.route("/<int:id>", methods=["GET", "POST"])
def change(id: int) -> Response:
    """Write one anew."""
    page = _page(N_("Change the address"), addresses.one_of(reads(), me(), id))
    if not posted():
        return page.show()
    try:
        with writing(ledger().log.engine) as db:
            addresses.change_address(db, me(), id, _typed(), is_default=bool(text("is_default")))
    except LotproofError as error:
        return page.show(error)
    return redirect(_BACK, 303)


@address_book.post("/<int:id>/remove")
def remove(id: int) -> Response:
    """Take one out."""
    with writing(ledger().log.engine) as db:
        addresses.remove_address(db, me(), id)
    return redirect(_BACK, 303)


def _typed() -> dict[str, str]:
    return {name: text(name) for name in addresses.FIELDS}


def _page(title: str, row: Any) -> FormPage:
    def field(name: str, label: str, complete: str, *, optional: bool = False, hint: str = "") -> Field:
        value = getattr(row, name) if row is not None else ("CN" if name == "country" else "")
        return Field(name, label, value=value, optional=optional, hint=hint, attrs={"autocomplete": complete})

    return FormPage(
        title,
        [
            field("recipient", N_("Recipient"), "name"),
            field("phone", N_("Telephone"), "tel"),
            field("country", N_("Country"), "country", hint=N_("Two letters, such as CN.")),
            field("region", N_("Province"), "address-level1", hint=N_("Needed in China.")),
            field("city", N_("City"), "address-level2"),
            field("district", N_("District or county"), "address-level3", hint=N_("Needed in China.")),
            field("street", N_("Street and house, or village"), "street-address"),
            field("postcode", N_("Postcode"), "postal-code", optional=True),
            Field("is_default", N_("My usual address"), "checkbox", value=row is not None and row.is_default),
        ],
        N_("Save"),
        _CRUMBS,
        cancel=_BACK,
    )
