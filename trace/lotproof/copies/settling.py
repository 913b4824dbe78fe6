"""What must happen to a copy before anybody reads it: what the log says is erased is erased here, too."""

from collections.abc import Callable

from lotproof.instance import Place, open_instance
from lotproof.kernel.clock import Clock


def settle(place: Place, clock: Clock, entropy: Callable[[int], bytes]) -> None:
    """Open a copy once: that erases again what it brought back, and what newer entries erase."""
    log = open_instance(place, clock, entropy)
    log.engine.dispose()
