"""What `lotproof monitor` remembers between two looks, and the evidence that it keeps. Written whole or not at all."""

import json
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lotproof.kernel.errors import InvalidInputError, LotproofError, RefusedError

if TYPE_CHECKING:
    from lotproof.proof.following import Alarm, Seen

VERSION = 1


class Memory:
    """A state file and the folder of evidence beside it. key: the log's, which a first call names."""

    def __init__(self, file: Path, key: str | None) -> None:
        """Raises: InvalidInputError `invalid_state`, `log_key_needed`; RefusedError `another_key`."""
        self.file = file
        self.seen: Seen | None = None
        kept = self._read()
        known = str(kept["key"]) if kept else None
        if key is None and known is None:
            raise InvalidInputError(
                "log_key_needed",
                "a log that is followed for the first time needs its key",
                "give the log's key as you know it from elsewhere: --key NAME+ID+BASE64",
            )
        if key is not None and known is not None and key != known:
            raise RefusedError(
                "another_key",
                f"{file} is of a log with the key {known}",
                "name another --state for another log; a log does not change its key",
            )
        self.key = key or str(known)

    @property
    def evidence(self) -> Path:
        """The folder of evidence."""
        return self.file.with_name(f"{self.file.name}.evidence")

    def keep(self, seen: "Seen") -> None:
        """Remember what was seen."""
        from lotproof.storage.durable_files import write_file

        self.seen = seen
        log = json.loads(seen.log.to_bytes()) if seen.log is not None else None
        tree = seen.tree.to_bytes().hex()
        value = {"v": VERSION, "key": self.key, "note": seen.note.decode(), "tree": tree, "log": log}
        write_file(self.file, json.dumps(value, ensure_ascii=False).encode() + b"\n")

    def keep_evidence(self, alarm: "Alarm", at: str) -> tuple[Path, bool]:
        """Keep what shows an alarm; returns the file, and whether it is the first time that it was seen."""
        from lotproof.storage.durable_files import write_file

        shown = json.dumps([alarm.code, alarm.message, dict(alarm.evidence)], sort_keys=True)
        file = self.evidence / f"{alarm.code}-{sha256(shown.encode()).hexdigest()[:16]}.json"
        if file.exists():
            return file, False
        value = {"code": alarm.code, "message": alarm.message, "at": at, "key": self.key, **alarm.evidence}
        write_file(file, json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n")
        return file, True

    def _read(self) -> dict[str, Any] | None:
        from lotproof.proof.following import Seen
        from lotproof.proof.merkle import Frontier
        from lotproof.proof.verify import VerifyState

        try:
            value: dict[str, Any] = json.loads(self.file.read_bytes())
            if value["v"] != VERSION:
                raise ValueError
            log = VerifyState.from_bytes(json.dumps(value["log"]).encode()) if value["log"] else None
            tree = Frontier.from_bytes(bytes.fromhex(value["tree"]))
            self.seen = Seen(value["note"].encode(), tree, log)
            if self.seen.checkpoint.root != tree.root() or not isinstance(value["key"], str):
                raise ValueError
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError, AttributeError, LotproofError):
            raise InvalidInputError(
                "invalid_state",
                f"{self.file} is no state of lotproof monitor",
                "put a good copy back: what was seen before is what a fork is found by; or begin anew elsewhere",
            ) from None
        return value
