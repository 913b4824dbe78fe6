"""A folder that holds one demonstration season: made once for a seed and a day, and found again.

- `season.json` says what lies in the folder, and whether it was finished; what was not is made anew.
- A folder that is neither empty nor such a season is refused: nothing of anybody else is ever removed.
"""

import fcntl
import json
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Any

from lotproof import __version__
from lotproof.demo.cast import OPERATOR_GLN, OPERATOR_NAMES
from lotproof.demo.chance import SeededBytes
from lotproof.demo.script import Progress
from lotproof.demo.season import build_season, first_moment
from lotproof.instance import BLOBS, DATABASE, MASTER_KEY, TILES, Place, init_instance, open_instance
from lotproof.kernel.clock import Clock, SteppingClock
from lotproof.kernel.errors import LotproofError, RefusedError
from lotproof.ledger.log import Log

MARK, LOCK = "season.json", ".making-season"
_OURS = (TILES, BLOBS, Path(MASTER_KEY).parts[0], "documents", "mails")


@dataclass(frozen=True, slots=True)
class Season:
    """What a folder holds, or should. made_by: the release, as another one may make another season."""

    seed: int
    today: date
    is_finished: bool = False
    made_by: str = __version__

    @property
    def origin(self) -> str:
        """The log's name: logs that differ have names that differ."""
        return f"demo.lotproof.example/{self.today}/{self.seed}"

    def write(self, home: Path) -> None:
        """Say in the folder what it holds."""
        said = {
            "seed": self.seed,
            "today": self.today.isoformat(),
            "finished": self.is_finished,
            "made_by": self.made_by,
        }
        aside = home / f"{MARK}.new"
        aside.write_text(json.dumps(said), encoding="utf-8")
        aside.replace(home / MARK)

    @classmethod
    def read(cls, home: Path) -> "Season | None":
        """Return what the folder holds, None where it is no season's."""
        try:
            said: dict[str, Any] = json.loads((home / MARK).read_text(encoding="utf-8"))
            return cls(
                said["seed"], date.fromisoformat(said["today"]), said["finished"] is True, said["made_by"]
            )
        except (OSError, ValueError, KeyError, TypeError):
            return None


def open_or_make(
    home: Path, seed: int, today: date, clock: Clock, entropy: Callable[[int], bytes], progress: Progress
) -> tuple[Log, bool]:
    """Open the season in a folder, making it where it is not there; returns also whether it was there.

    clock, entropy: of the opened log, which is used like any other.  The folder's own database and key file are
    used, whatever the settings of this installation say.
    Raises: RefusedError `not_a_demonstration` for a folder with anything else, `demonstration_busy`.
    """
    wanted = Season(seed, today)
    home.mkdir(parents=True, exist_ok=True)
    _refuse_others(home)
    with _alone(home):
        found = Season.read(home)
        if found == replace(wanted, is_finished=True) and (log := _opened(home, clock, entropy)):
            return log, True
        _remove(home)
        wanted.write(home)
        _make(home, wanted, progress)
        replace(wanted, is_finished=True).write(home)
        return open_instance(Place(home), clock, entropy), False


def _refuse_others(home: Path) -> None:
    if (home / MARK).exists() or not any(path.name != LOCK for path in home.iterdir()):
        return
    raise RefusedError(
        "not_a_demonstration",
        f"{home} holds something that is no demonstration season",
        "name an empty folder with --home: what a demonstration finds there it may replace",
    )


@contextmanager
def _alone(home: Path) -> Iterator[None]:
    """Let one process at a time make or open the season; the lock ends with the process."""
    with (home / LOCK).open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise RefusedError(
                "demonstration_busy",
                f"another process is making a season in {home}",
                "wait, or name another --home",
            ) from None
        yield


def _opened(home: Path, clock: Clock, entropy: Callable[[int], bytes]) -> Log | None:
    """Open a finished season; one that does not open any more is made anew."""
    try:
        return open_instance(Place(home), clock, entropy)
    except LotproofError:
        return None


def _remove(home: Path) -> None:
    for name in _OURS:
        shutil.rmtree(home / name, ignore_errors=True)
    for path in (home / MARK, *home.glob(f"{DATABASE}*")):
        path.unlink(missing_ok=True)


def _make(home: Path, season: Season, progress: Progress) -> None:
    clock = SteppingClock(first_moment(season.today))
    log = init_instance(
        Place(home), clock, SeededBytes(season.seed), season.origin, OPERATOR_GLN, OPERATOR_NAMES
    )
    build_season(log, clock, season.seed, season.today, progress)
    log.engine.dispose()
