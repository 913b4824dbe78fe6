"""What an EPCIS 2.0 document says about itself, around its events.

Source: GS1 EPCIS 2.0 section 9.3 and its JSON Schema.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from marshmallow import EXCLUDE, Schema

from lotproof.epcis.vocabulary import EVENT_TYPES
from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof_schemas.epcis_fields import Context, Judge, Text, Time
from lotproof_schemas.faults import fault, problems

# What is read; epcisHeader (master data) and members that the standard does not know are passed over.
MEMBERS = frozenset(
    {"@context", "id", "type", "schemaVersion", "creationDate", "instanceIdentifier", "sender", "receiver"}
)
_VERSION = re.compile(r"2(\.\d+)*")


@dataclass(frozen=True, slots=True)
class Header:
    """type: "EPCISDocument", or the type of the one event that the document is.

    context: the document's @context as it came; events of an EPCISDocument are read in it.
    schema_version, creation_date: as they came; None for a single event.
    members: everything else that was read, by its name in the document.
    """

    type: str
    context: Any
    schema_version: str | None
    creation_date: str | None
    members: Mapping[str, Any]

    @property
    def is_single_event(self) -> bool:
        """Whether the document is one event."""
        return self.type != "EPCISDocument"


class _Version(Judge):
    def judge(self, value: Any) -> None:
        if not isinstance(value, str) or not _VERSION.fullmatch(value):
            raise fault("unsupported_version", f'must be a version 2 such as "2.0", not {value!r:.50}')


class _SingleEvent(Schema):
    class Meta:
        unknown = EXCLUDE

    context = Context(data_key="@context", required=True)


class _Document(_SingleEvent):
    schemaVersion = _Version(required=True)
    creationDate = Time(required=True)
    id = Text()
    instanceIdentifier = Text()
    sender = Text()
    receiver = Text()


_DOCUMENT, _SINGLE_EVENT = _Document(), _SingleEvent()


def load_header(found: Mapping[str, Any]) -> tuple[Header, list[Problem]]:
    """Return the header made of the members that were found, and everything that is wrong with them.

    Raises: InvalidInputError("not_epcis" | "unsupported_document") for what is no document to capture.
    """
    kind = found.get("type")
    if kind != "EPCISDocument" and not (isinstance(kind, str) and kind in EVENT_TYPES):
        raise _no_document(kind)
    single = kind in EVENT_TYPES
    wrong = problems((_SINGLE_EVENT if single else _DOCUMENT).validate(dict(found)), "$")
    read = {} if single else found
    named = {"type", "@context", "schemaVersion", "creationDate"}
    header = Header(
        type=str(kind),
        context=found.get("@context"),
        schema_version=read.get("schemaVersion"),
        creation_date=read.get("creationDate"),
        members={name: value for name, value in read.items() if name not in named},
    )
    return header, wrong


def _no_document(kind: object) -> InvalidInputError:
    if kind == "EPCISQueryDocument":
        return InvalidInputError(
            "unsupported_document", "an EPCISQueryDocument answers a query and is not for capture",
            "Put its events into the eventList of an EPCISDocument.",
            [Problem("$.type", "unsupported_document", "must be EPCISDocument")],
        )  # fmt: skip
    said = "there is no type" if kind is None else f"its type is {kind!r:.100}"
    return InvalidInputError(
        "not_epcis", f"this is no EPCIS 2.0 document: {said}",
        "Send an EPCISDocument of EPCIS 2.0 in JSON, or one event with its @context.",
        [Problem("$.type", "not_epcis", "must be EPCISDocument or a type of event")],
    )  # fmt: skip
