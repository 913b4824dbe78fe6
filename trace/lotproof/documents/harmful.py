"""The EICAR test file, known without any scanner: a harmless text by which people try whether viruses are found. Pure.

Source: EICAR, "Anti-Malware Testfile", 68 characters. It stands here in parts, or scanners would find this file.
"""

EICAR = b"X5O!P%@AP[4\\PZX54(P^)7CC)7}" + b"$EICAR-STANDARD-" + b"ANTIVIRUS-TEST-FILE!" + b"$H+H*"


class Watch:
    """Looks for the test file in a stream of chunks, also across their edges."""

    def __init__(self) -> None:
        self._tail = b""
        self.found = False

    def feed(self, chunk: bytes) -> None:
        """Look at the next chunk."""
        seen = self._tail + chunk
        self.found = self.found or EICAR in seen
        self._tail = seen[-len(EICAR) + 1 :]
