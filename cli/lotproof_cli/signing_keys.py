"""`lotproof key`: the keys that sign for organisations, and for persons and devices of theirs."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from lotproof.kernel.errors import InvalidInputError, RefusedError
from lotproof_cli.arguments import ORG, command
from lotproof_cli.output import facts, heading, printable, table
from lotproof_cli.surroundings import Here

if TYPE_CHECKING:
    from lotproof.ledger.keys import KnownKey
    from lotproof.ledger.unit_of_work import UnitOfWork

SUBJECTS = ("organisation", "person", "device")
_LARGEST_FILE = 65_536

subject_option = click.option(
    "--subject", type=click.Choice(SUBJECTS), default="organisation", show_default=True,
    help="Whose key it is: the organisation's, or that of a person or device acting for it.",
)  # fmt: skip
label_option = click.option("--label", help="What you call it, as Scanner 3. It never stands on the log.")


@click.group("key")
def key() -> None:
    """List, add, rotate and revoke the keys that sign for organisations."""


@command("list")
@click.option("--org", type=ORG, help="Keys of this organisation only.")
def list_(here: Here, org: str | None) -> None:
    """List every key that was ever bound, oldest first, with what became of it."""
    from lotproof.ledger.keys import known_keys

    with here.reading() as db:
        keys = known_keys(db, org)
    rows = [
        (
            one.did,
            one.party.rpartition("/")[2],
            _of(one),
            one.custody,
            printable(one.label or ""),
            _state(one),
        )
        for one in keys
    ]
    here.answer({"keys": keys}, lambda: table(("key", "GLN", "of", "kept by", "called", "state"), rows))


@command("add")
@click.option("--org", type=ORG, required=True, help="The organisation that it signs for.")
@subject_option
@label_option
def add(here: Here, org: str, subject: str, label: str | None) -> None:
    """Make a further key and bind it. It is kept here, sealed."""
    from lotproof.ledger.key_acts import bind_key
    from lotproof.ledger.keys import custody_of

    with here.writing() as log, log.unit_of_work() as uow:
        if custody_of(uow.db, org) is None:
            raise InvalidInputError("unknown_party", f"{org} is not registered here", "lotproof org add")
        did = bind_key(uow, _new_key(uow), org, log.operator, subject, label)
    _answer(here, uow, "bind", did)


@command("rotate")
@click.argument("did", metavar="KEY")
def rotate(here: Here, did: str) -> None:
    """Put a new key in the place of KEY, a did:key that is kept here; KEY signs nothing more.

    Of the authority's key too: then the new key is the authority.
    """
    from lotproof.ledger.key_acts import rotate_key

    with here.writing() as log, log.unit_of_work() as uow:
        done = rotate_key(uow, did, _new_key(uow), log.operator)
    _answer(here, uow, "rotate", done.did, replaces=did)


@command("revoke")
@click.argument("did", metavar="KEY")
@click.option("--reason", help="Why; kept here and never on the log.")
@click.option("--yes", is_flag=True, help="Do not ask.")
def revoke(here: Here, did: str, reason: str | None, yes: bool) -> None:
    """End KEY, a did:key, for good. What it signed before stands; it signs nothing more.

    This cannot be undone: a revoked key is never bound again.
    """
    from lotproof.ledger.key_acts import revoke_key

    _ask(here, did, yes)
    with here.writing() as log, log.unit_of_work() as uow:
        done = revoke_key(uow, did, log.operator, reason)
    _answer(here, uow, "revoke", done.did, repeated=done.submission.repeated)


@command("request")
@click.argument("act", type=click.Choice(("bind", "rotate", "revoke")))
@click.argument("did", metavar="KEY")
@click.option("--org", type=ORG, required=True, help="The organisation that the key signs for.")
@subject_option
@click.option("--replaces", metavar="KEY", help="For rotate: the key in whose place it comes.")
def request(here: Here, act: str, did: str, org: str, subject: str, replaces: str | None) -> None:
    """Say what the holder of KEY has to sign; nothing is recorded.

    The holder signs `signed` with an eddsa-jcs-2022 proof for `domain`, and gives back both: lotproof key bind FILE.
    """
    from lotproof.ledger.key_acts import own_payload
    from lotproof.proof.did_key import public_from_did

    public_from_did(did)
    if (act == "rotate") != (replaces is not None):
        raise InvalidInputError("replaces_missing", "--replaces names the old key, for rotate and only there")
    asked = {"signed": own_payload(act, org, did, subject, replaces), "domain": here.log.origin}
    here.answer(asked, lambda: click.echo(json.dumps(asked, ensure_ascii=False, indent=2)))


@command("bind")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False, exists=True, allow_dash=True))
@label_option
def bind(here: Here, file: Path, label: str | None) -> None:
    """Bind a key that its party keeps itself; FILE holds what its holder signed: {"signed": …, "proof": …}.

    Takes a rotation or revocation that was signed in the same way, too. Whoever calls this vouches that the key is
    the organisation's: compare its did with the holder, by voice or on paper.
    """
    from lotproof.ledger.key_acts import enter_key_act
    from lotproof_schemas.signed_payload import load_key_act

    with click.open_file(str(file), "rb") as opened:
        signed, proofs = load_key_act(opened.read(_LARGEST_FILE + 1))
    with here.writing() as log, log.unit_of_work() as uow:
        done = enter_key_act(uow, signed, proofs, label)
    _answer(here, uow, done.act, done.did, repeated=done.submission.repeated)


def _new_key(uow: "UnitOfWork") -> Any:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(uow.terms.entropy(32))


def _ask(here: Here, did: str, yes: bool) -> None:
    """Show which key it is and ask; a script says --yes. Raises: NotFoundError, RefusedError `not_confirmed`."""
    if yes:
        return
    known = _known(here, did)
    if here.as_json:
        raise _not_confirmed(did)
    heading("A revocation cannot be undone.")
    facts([("key", known.did), ("signs for", known.party), ("of", _of(known)), ("called", known.label),
           ("bound as entry", known.bound_at)])  # fmt: skip
    if not click.confirm("Revoke it for good?"):
        raise _not_confirmed(did)


def _not_confirmed(did: str) -> RefusedError:
    return RefusedError("not_confirmed", f"{did} was not revoked: that cannot be undone", "say so with --yes")


def _known(here: Here, did: str) -> "KnownKey":
    from lotproof.kernel.errors import NotFoundError
    from lotproof.ledger.keys import known_keys

    with here.reading() as db:
        for one in known_keys(db, dids=[did]):
            return one
    raise NotFoundError("unknown_key", f"{did} was never bound here", "lotproof key list shows the keys")


def _answer(
    here: Here, uow: "UnitOfWork", act: str, did: str, *, replaces: str | None = None, repeated: bool = False
) -> None:
    known = _known(here, did)
    entry = known.revoked_at if act == "revoke" else known.bound_at
    answer = {
        "act": act,
        "key": did,
        "replaces": replaces,
        "party": known.party,
        "custody": known.custody,
        "subject": known.subject,
        "label": known.label,
        "entry": entry,
        "repeated": repeated,
    }
    here.answer(answer, lambda: _tell(answer))


_DONE: Mapping[str, str] = {
    "bind": "The key signs from now on.",
    "rotate": "The new key signs from now on, and the old one nothing more.",
    "revoke": "The key signs nothing more. What it signed before stands.",
}


def _tell(answer: Mapping[str, Any]) -> None:
    heading(f"It stood already as entry {answer['entry']}." if answer["repeated"] else _DONE[answer["act"]])
    facts([("key", answer["key"]), ("in the place of", answer["replaces"]), ("signs for", answer["party"]),
           ("kept by", answer["custody"]), ("entry", answer["entry"])])  # fmt: skip


def _of(one: "KnownKey") -> str:
    return "authority" if one.is_authority else one.subject


def _state(one: "KnownKey") -> str:
    if one.is_valid:
        return f"valid from entry {one.bound_at}"
    on = f", {one.revoked_on:%Y-%m-%d}" if one.revoked_on else ""
    return f"{'replaced' if one.replaced_by else 'revoked'} by entry {one.revoked_at}{on}"


for _command in (list_, add, rotate, revoke, request, bind):
    key.add_command(_command)
