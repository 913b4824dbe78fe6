"""Ask clamd, over its socket, whether a file holds a virus.

Source: clamd(8), command INSTREAM: chunks, each after its length as four bytes in network order; a length of zero
ends the stream. The answer is "stream: OK", "stream: NAME FOUND", or an error.
"""

import socket
import struct
from pathlib import Path

from lotproof.documents.files import CHUNK
from lotproof.kernel.errors import LotproofError

WAIT_S = 30.0
_MOST_ANSWER = 4096


class ScannerDownError(LotproofError):
    """The scanner did not answer, or could not say: the file waits, and is asked about again."""


class Clamd:
    """A scanner. address: path of a unix socket, or host:port."""

    def __init__(self, address: str, wait_s: float = WAIT_S) -> None:
        self._address = address
        self._wait_s = wait_s

    def find(self, path: Path) -> str:
        """Return the name of the virus in a file, "" where it passed. Raises: ScannerDownError `scanner_down`."""
        try:
            with path.open("rb") as file, self._connected() as connection:
                connection.sendall(b"zINSTREAM\0")
                while chunk := file.read(CHUNK):
                    connection.sendall(struct.pack("!L", len(chunk)) + chunk)
                connection.sendall(struct.pack("!L", 0))
                answer = _answer(connection)
        except OSError as error:
            raise _down(str(error)) from error
        if answer == "stream: OK":
            return ""
        if answer.startswith("stream: ") and answer.endswith(" FOUND"):
            return answer.removeprefix("stream: ").removesuffix(" FOUND")
        raise _down(answer or "it closed the connection")

    def _connected(self) -> socket.socket:
        host, colon, port = self._address.rpartition(":")
        if colon and port.isdigit():
            return socket.create_connection((host.strip("[]"), int(port)), self._wait_s)
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(self._wait_s)
        try:
            connection.connect(self._address)
        except BaseException:
            connection.close()
            raise
        return connection


def _answer(connection: socket.socket) -> str:
    answer = b""
    while not answer.endswith(b"\0") and len(answer) < _MOST_ANSWER:
        part = connection.recv(_MOST_ANSWER)
        if not part:
            break
        answer += part
    return answer.rstrip(b"\0\n").decode(errors="replace")


def _down(why: str) -> ScannerDownError:
    return ScannerDownError(
        "scanner_down", f"the virus scanner did not do it: {why}", "see whether clamd runs"
    )
