"""What a client signed for itself: {"signed": …, "proof": …}, and beside an event what it hid and shortened.

What is not asked for is refused: nothing that a client sends is silently dropped. Names twice, numbers that no other
reader would read alike, and depth are refused by `strict_json`.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.kernel.strict_json import loads

_FIELDS = ("epcList", "childEPCs", "inputEPCList", "outputEPCList")
MOST_PROOFS = 3  # of a key act: the new key, the old one, and nobody else
MOST_DISCLOSURES = 1000


@dataclass(frozen=True, slots=True)
class ClientEntry:
    """An event that a client signed. disclosures: as RFC 9901 passes them on.  lists: field -> the whole EPC list."""

    signed: dict[str, Any]
    proof: dict[str, Any]
    disclosures: tuple[str, ...]
    lists: Mapping[str, list[str]]


def load_key_act(data: bytes) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    """Return the payload of a key act and its proofs.

    Raises: InvalidInputError `invalid_payload` with every problem, or what the JSON is refused with.
    """
    value = _object(loads(data), {"signed", "proof"}, set())
    given = value["proof"] if isinstance(value["proof"], list) else [value["proof"]]
    problems = [*_not_object("signed", value["signed"]), *_not_proofs(given)]
    _refuse(problems)
    return value["signed"], given


def load_client_entry(data: bytes) -> ClientEntry:
    """Return a client's entry. Raises: InvalidInputError `invalid_payload`, or what the JSON is refused with."""
    value = _object(loads(data), {"signed", "proof"}, {"disclosures", "lists"})
    problems = [*_not_object("signed", value["signed"])]
    if isinstance(value["proof"], list):
        problems.append(_problem("proof", "an event is signed by one key, so it has one proof"))
    else:
        problems += _not_proofs([value["proof"]])
    disclosures, lists = value.get("disclosures", []), value.get("lists", {})
    if not _are_texts(disclosures) or len(disclosures) > MOST_DISCLOSURES:
        problems.append(_problem("disclosures", f"must be a list of at most {MOST_DISCLOSURES} texts"))
    if not isinstance(lists, dict) or not all(k in _FIELDS and _are_texts(v) for k, v in lists.items()):
        problems.append(_problem("lists", f"must be lists of texts by their names: {', '.join(_FIELDS)}"))
    _refuse(problems)
    return ClientEntry(value["signed"], value["proof"], tuple(disclosures), lists)


def _object(value: Any, needed: set[str], allowed: set[str]) -> dict[str, Any]:
    if not isinstance(value, dict):
        raise _refusal([_problem("$", "must be an object")])
    missing = [_problem(name, "is needed and not there") for name in sorted(needed - value.keys())]
    unknown = [_problem(name[:100], "is not known here") for name in sorted(value.keys() - needed - allowed)]
    _refuse([*missing, *unknown])
    return value


def _not_object(where: str, value: Any) -> list[Problem]:
    return [] if isinstance(value, dict) else [_problem(where, "must be an object")]


def _not_proofs(given: list[Any]) -> list[Problem]:
    if not 1 <= len(given) <= MOST_PROOFS:
        return [_problem("proof", f"must be one proof, or a list of up to {MOST_PROOFS}")]
    fits = all(isinstance(one, dict) and all(isinstance(v, str) for v in one.values()) for one in given)
    return [] if fits else [_problem("proof", "must be an object that holds text only")]


def _are_texts(value: Any) -> bool:
    return isinstance(value, list) and all(isinstance(one, str) for one in value)


def _problem(where: str, message: str) -> Problem:
    return Problem(where, "invalid_payload", message)


def _refuse(problems: list[Problem]) -> None:
    if problems:
        raise _refusal(problems)


def _refusal(problems: list[Problem]) -> InvalidInputError:
    said = "; ".join(f"{one.where}: {one.message}" for one in problems[:5])
    return InvalidInputError(
        "invalid_payload", f"this is no signed payload: {said}", "docs/keys.md shows one", problems
    )
