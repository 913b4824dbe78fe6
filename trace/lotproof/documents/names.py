"""The name that somebody gave a file: kept for people to read, never used as a path. Pure."""

import re
import unicodedata

MOST_CHARACTERS = 120
MOST_BYTES = 240
"""Of a name with its ending in UTF-8: file systems take 255."""
_NOT_SHOWN = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})
_NOT_IN_NAMES = re.compile(r'[<>:"|?*/\\]+')


def shown_name(given: str) -> str:
    """Return a name that is safe to show and to save under: no folders, nothing hidden, not too long.

    Folders are cut off ("../../etc/passwd" is "passwd"), characters that turn or hide text are left out, and the
    ending stays when the rest is shortened. A name of which nothing is left is "document".
    """
    last = re.split(r"[/\\]", given)[-1]
    kept = "".join(c for c in unicodedata.normalize("NFC", last) if unicodedata.category(c) not in _NOT_SHOWN)
    kept = " ".join(_NOT_IN_NAMES.sub("_", kept).split()).strip(". ")
    stem, dot, ending = kept.rpartition(".")
    if not dot or len(ending) > 8:
        stem, ending = kept, ""
    return _shortened(stem or "document", f".{ending}" if ending else "")


def name_with(name: str, ending: str) -> str:
    """The same name with the ending of what is sent: a clean copy may be of another format."""
    stem, dot, _ = name.rpartition(".")
    return _shortened(stem if dot else name, f".{ending}")


def _shortened(stem: str, ending: str) -> str:
    stem = stem[: MOST_CHARACTERS - len(ending)]
    most = MOST_BYTES - len(ending.encode())
    return stem.encode()[:most].decode(errors="ignore").rstrip() + ending
