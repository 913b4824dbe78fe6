"""Whether a value speaks of somebody: by name or telephone, however it is spelt. Pure.

- Case, width and the way in which accents are written make no difference; neither do spaces between words.
- A name in an alphabet counts as a whole word: "Li" is not in "delivered". Scripts that are written without spaces
  have no words to go by, so there every occurrence counts.
- Of a telephone number only its digits count.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

_SPACES = re.compile(r"\s+")
_NO_DIGITS = re.compile(r"[\s.\-()/]+")
_FEWEST_DIGITS = 6
_TEN = "0123456789"
_UNSPACED = re.compile(r"[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff]")


class Wanted:
    """What is looked for. texts: names and telephone numbers; empty ones are left out."""

    def __init__(self, texts: Iterable[str]) -> None:
        stated = [text for text in map(_fold, texts) if text]
        numbers = {digits for text in stated if (digits := _digits(text))}
        self._numbers = sorted(numbers)
        names = sorted({_pattern(text) for text in stated if not _digits(text)})
        self._names = re.compile("|".join(names)) if names else None

    def __bool__(self) -> bool:
        return bool(self._numbers) or self._names is not None

    def among(self, value: Any) -> bool:
        """Whether any text in a JSON value, its names of members included, speaks of it."""
        return any(self.within(text) for text in _texts(value))

    def within(self, text: str) -> bool:
        """Whether a text speaks of it."""
        folded = _fold(text)
        if self._names is not None and self._names.search(folded):
            return True
        if not self._numbers or sum(map(folded.count, _TEN)) < _FEWEST_DIGITS:
            return False
        joined = _NO_DIGITS.sub("", folded)
        return any(number in joined for number in self._numbers)


def _fold(text: str) -> str:
    if text.isascii():  # most texts are, and there are millions
        return " ".join(text.lower().split())
    return _SPACES.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def _digits(text: str) -> str:
    """The digits of a telephone number without its + and leading zeros; "" for what is none."""
    bare = _NO_DIGITS.sub("", text).lstrip("+").lstrip("0")
    return bare if bare.isascii() and bare.isdigit() and len(bare) >= _FEWEST_DIGITS else ""


def _pattern(text: str) -> str:
    words = r"\s?".join(re.escape(word) for word in text.split(" "))
    if _UNSPACED.search(text):
        return words
    return rf"(?<!\w){words}(?!\w)"


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for name, inner in value.items():
            yield str(name)
            yield from _texts(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _texts(inner)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield str(value)
