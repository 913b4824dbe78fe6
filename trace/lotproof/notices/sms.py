"""Text messages by an HTTP gateway: one JSON object by POST, with a bearer token.

    POST <url>   Authorization: Bearer <token>   Idempotency-Key: <id>
    {"id": "lotproof-7-…", "to": "+8613800138000", "text": "…"}

2xx: taken.  408, 425, 429 and 5xx: tried again.  401, 403, 404, 405 and redirects: the gateway is not set up, all wait.
Any other 4xx: this message is refused for good.
"""

import ssl
from http.client import HTTPConnection, HTTPException, HTTPSConnection
from json import dumps

from lotproof.notices.letters import Letter, letter_id, text_message
from lotproof.notices.post import Gateway
from lotproof.notices.senders import RefusedByReceiverError, TryLaterError, UnreachableError

TIMEOUT_S = 20.0
_LATER = frozenset({408, 425, 429})
_NOT_SET_UP = frozenset({401, 403, 404, 405})


class HttpSmsSender:
    """Hands text messages in, one connection each."""

    def __init__(
        self, gateway: Gateway, *, timeout_s: float = TIMEOUT_S, context: ssl.SSLContext | None = None
    ) -> None:
        self._gateway, self._timeout_s, self._context = gateway, timeout_s, context

    def send(self, letter: Letter) -> None:
        """Hand one message in; see `senders.Sender`."""
        to, text = text_message(letter)
        body = dumps({"id": letter_id(letter), "to": to, "text": text}, ensure_ascii=False).encode()
        status = self._post(body, letter_id(letter))
        if 200 <= status < 300:
            return
        said = f"the gateway answered {status}"
        if status in _NOT_SET_UP or status < 400:
            raise UnreachableError(said)
        if status in _LATER or status >= 500:
            raise TryLaterError(said)
        raise RefusedByReceiverError(said)

    def close(self) -> None:
        """Nothing is kept open."""

    def _post(self, body: bytes, id: str) -> int:
        headers = {"Content-Type": "application/json", "Idempotency-Key": id}
        if self._gateway.token:
            headers["Authorization"] = f"Bearer {self._gateway.token}"
        connection = self._connection()
        try:
            connection.request("POST", self._gateway.path, body, headers)
            return connection.getresponse().status
        except (OSError, HTTPException) as error:
            why = error.strerror if isinstance(error, OSError) and error.strerror else type(error).__name__
            raise UnreachableError(f"the gateway does not answer: {why}") from None
        finally:
            connection.close()

    def _connection(self) -> HTTPConnection:
        there, wait = self._gateway, self._timeout_s
        if there.is_tls:
            context = self._context or ssl.create_default_context()
            return HTTPSConnection(there.host, there.port, timeout=wait, context=context)
        return HTTPConnection(there.host, there.port, timeout=wait)
