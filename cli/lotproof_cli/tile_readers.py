"""Where published logs are read from: a folder, or an address."""

from collections.abc import Callable
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

from lotproof.kernel.errors import ForbiddenError, InvalidInputError, NotFoundError

_TIMEOUT_S = 30
_LARGEST = 256 * (65_535 + 2)  # an entry bundle: 256 entries with their lengths


def reader_of(place: str) -> Callable[[str], bytes]:
    """Return a function from a path of the log ("checkpoint", "tile/0/000") to its bytes; see TileSource.

    place: an http(s) address, as https://example.org/log, or a folder.
    Raises: NotFoundError `no_such_log`; the reader raises it too where an address does not answer.
    """
    if place.startswith(("http://", "https://")):
        return _from_address(place.rstrip("/"))
    if "://" in place:
        raise InvalidInputError(
            "invalid_log", f"cannot read a log from {place}", "give an http(s) address or a folder"
        )
    folder = Path(place)
    if folder.is_file():
        raise InvalidInputError(
            "invalid_log",
            f"{place} is a file, and a log is a folder",
            "unpack it first: tar -xf; or make a mirror of it: lotproof import",
        )
    if not folder.is_dir():
        raise NotFoundError(
            "no_such_log", f"there is no folder {place}", "give the folder that holds `checkpoint`"
        )
    return lambda path: (folder / path).read_bytes()


def _from_address(root: str) -> Callable[[str], bytes]:
    def read(path: str) -> bytes:
        address = f"{root}/{path}"
        try:
            with urlopen(Request(address, headers={"User-Agent": "lotproof"}), timeout=_TIMEOUT_S) as answer:  # noqa: S310
                data: bytes = answer.read(_LARGEST + 1)
        except HTTPError as error:
            if error.code in (404, 410):
                raise LookupError(address) from None
            if error.code in (401, 403):
                raise ForbiddenError(
                    "entries_for_members",
                    f"{address} is not shown to everybody: it answers {error.code}",
                    "check its hash tiles alone: --hashes; or get the log as an export from its operator",
                ) from None
            raise _unreachable(address, f"it answers {error.code} {error.reason}") from None
        except (URLError, OSError, ValueError) as error:
            raise _unreachable(address, str(getattr(error, "reason", error))) from None
        if len(data) > _LARGEST:
            raise _unreachable(address, "it is larger than any file of a log")
        return data

    return read


def _unreachable(address: str, why: str) -> NotFoundError:
    return NotFoundError(
        "no_such_log", f"{address} cannot be read: {why}", "check the address and the connection"
    )
