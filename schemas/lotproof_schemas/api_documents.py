"""What the JSON interface takes and gives of documents, version 1."""

from typing import Any

from marshmallow import Schema, fields, validate

from lotproof.documents.refusals import REFUSALS
from lotproof.documents.states import State
from lotproof.documents.types import TYPES

_STATES = [state.value for state in State if state is not State.REMOVED]


class File(fields.Field[Any]):
    """A file of a form: as it comes, with its name and a stream."""

    default_error_messages = {"invalid": "must be a file with a name"}  # noqa: RUF012 - as the library declares it

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        if not getattr(value, "filename", None):
            raise self.make_error("invalid")
        return value


class DocumentIn(Schema):
    """A form with a file."""

    file = File(
        required=True,
        metadata={
            "type": "string",
            "format": "binary",
            "description": "PDF, JPEG, PNG, WebP or TIFF, by name and content",
        },
    )
    type = fields.String(required=True, validate=validate.OneOf(TYPES))
    subject = fields.String(
        metadata={"description": "GLN or URI of the party that it is about; your own, if none is given"}
    )


class ReceivedOut(Schema):
    """A document that was received."""

    id = fields.String(required=True)
    sha256 = fields.String(required=True, metadata={"description": "of the file as it was sent, in hex"})
    state = fields.String(required=True, validate=validate.OneOf(_STATES))


class DocumentOut(ReceivedOut):
    """A document as it stands now."""

    type = fields.String(required=True)
    subject = fields.String(required=True)
    size = fields.Integer(required=True, metadata={"description": "in bytes"})
    problem = fields.String(
        required=True,
        metadata={"description": f"why it is refused, else empty: {', '.join(REFUSALS)}"},
    )
    scan = fields.String(
        required=True, metadata={"description": "none, passed or found: what a virus scanner said"}
    )
    received_at = fields.AwareDateTime(required=True, format="iso")
