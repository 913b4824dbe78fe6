"""Take away from this process what cleaning a document does not need, for good."""

import ctypes
import resource

from lotproof.documents.cleaning.bounds import MOST_CPU_S, MOST_MEMORY, MOST_OUTPUT

_NEW_USER, _NEW_NET = 0x10000000, 0x40000000
_FILES = 64


def confine(memory: int = MOST_MEMORY, cpu_s: int = MOST_CPU_S) -> bool:
    """Bound memory, time, the size of files and their number; leave the network. Returns whether that was possible.

    The network is left where the system allows it (Linux namespaces); without it nothing here opens a connection.
    """
    for what, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_CPU, cpu_s),
        (resource.RLIMIT_FSIZE, MOST_OUTPUT),
        (resource.RLIMIT_NOFILE, _FILES),
        (resource.RLIMIT_CORE, 0),
    ):
        _limit(what, most)
    return _leave_network()


def _limit(what: int, most: int) -> None:
    _, hard = resource.getrlimit(what)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(what, (most, most))


def _leave_network() -> bool:
    unshare = getattr(ctypes.CDLL(None), "unshare", None)
    if unshare is None:
        return False
    return any(unshare(what) == 0 for what in (_NEW_NET, _NEW_USER | _NEW_NET))
