"""The virus scanner, asked over a real socket by its own protocol; its other end is made here."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from lotproof.documents.clamd import Clamd, ScannerDownError
from support.papers import eicar


@contextmanager
def answering(server: socket.socket, answer: bytes = b"") -> Iterator[list[bytes]]:
    """Serve one connection as clamd does; gives what was sent to it."""
    got: list[bytes] = []

    def serve() -> None:
        connection, _ = server.accept()
        with connection, connection.makefile("rb") as stream:
            assert stream.read(10) == b"zINSTREAM\0"
            data = b""
            while length := struct.unpack("!L", stream.read(4))[0]:
                data += stream.read(length)
            got.append(data)
            found = b"stream: Eicar-Signature FOUND\0" if eicar() in data else b"stream: OK\0"
            connection.sendall(answer or found)

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield got
    finally:
        thread.join(10)
        server.close()


def listening(tmp_path: Path) -> tuple[socket.socket, str]:
    server = socket.socket(socket.AF_UNIX)
    server.bind(str(tmp_path / "clamd"))
    server.listen(1)
    return server, str(tmp_path / "clamd")


@pytest.mark.parametrize(("data", "found"), [(bytes(200_000), ""), (eicar(), "Eicar-Signature")])
def test_a_file_is_sent_whole_and_the_answer_understood(tmp_path: Path, data: bytes, found: str) -> None:
    (tmp_path / "file").write_bytes(data)
    server, address = listening(tmp_path)

    with answering(server) as got:
        assert Clamd(address, 5).find(tmp_path / "file") == found

    assert got == [data]


def test_a_scanner_on_another_machine_is_asked_by_host_and_port(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"harmless")
    server = socket.create_server(("127.0.0.1", 0))

    with answering(server):
        assert Clamd(f"127.0.0.1:{server.getsockname()[1]}", 5).find(tmp_path / "file") == ""


@pytest.mark.parametrize("answer", [b"INSTREAM size limit exceeded. ERROR\0", b"\0", b"stream: OK maybe\0"])
def test_an_answer_that_is_not_ok_never_passes(tmp_path: Path, answer: bytes) -> None:
    (tmp_path / "file").write_bytes(b"harmless")
    server, address = listening(tmp_path)

    with answering(server, answer), pytest.raises(ScannerDownError):
        Clamd(address, 5).find(tmp_path / "file")


def test_a_scanner_that_is_not_there_is_down(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"harmless")

    with pytest.raises(ScannerDownError) as error:
        Clamd(str(tmp_path / "nothing"), 1).find(tmp_path / "file")

    assert error.value.code == "scanner_down"
