"""Say things in one language: messages, names, amounts, times. Needs no request and no application.

A page of many steps asks for hundreds of words, so a phrasebook holds its catalogue and is made once a language.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from babel.support import NullTranslations, Translations

from lotproof.kernel.quantity import plain
from lotproof.lots.story import Somebody
from lotproof_web.languages import LANGUAGES, Language
from lotproof_web.words.details import VALUES
from lotproof_web.words.mark import N_
from lotproof_web.words.units import UNITS

CATALOGUES = Path(__file__).parent / "translations"

_AMOUNT = re.compile(r"(-?\d+(?:\.\d+)?) ([A-Z0-9]{2,3})")
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})")
_THOUSANDS = re.compile(r"(?<=\d)(?=(?:\d{3})+$)")
_KEYS = {"00": N_("container %(key)s"), "414": N_("place %(key)s"), "417": N_("party %(key)s"),
         "01": N_("product %(key)s")}  # fmt: skip


class Phrasebook:
    """The words of one language."""

    def __init__(self, language: Language, catalogue: NullTranslations) -> None:
        self.language = language
        self._catalogue = catalogue

    def say(self, message: str, **values: object) -> str:
        """The message in this language, its slots filled."""
        text: str = self._catalogue.ugettext(message) if message else ""
        return text % values if values else text

    def count(self, one: str, many: str, n: int) -> str:
        """The message for so many, with the slot %(n)s."""
        text: str = self._catalogue.ungettext(one, many, n)
        return text % {"n": f"{n:,}"}

    def name(self, names: Mapping[str, str]) -> str:
        """The name in this language or one near it, else one without a language, else any; "" if there is none."""
        for code in (self.language.code, *self.language.near, "", "en"):
            if names.get(code):
                return names[code]
        return next((name for name in names.values() if name), "")

    def somebody(self, who: Somebody | None) -> str:
        """A party or place by its name, else by its key; "" for nobody. A person who was erased is said to be."""
        if who is None:
            return ""
        if who.erased:
            return self.say("%(who)s (erased)", who=self.key(who.uri))
        return self.name(who.names) or self.key(who.uri)

    def key(self, uri: str) -> str:
        """A URI as people read it: GTIN/LOT, "Place 952…", else the URI as it is."""
        parts = urlsplit(uri)
        path = parts.path.strip("/").split("/")
        if parts.scheme not in ("http", "https") or len(path) < 2 or path[0] not in _KEYS:
            return uri
        if path[0] == "01" and len(path) == 4 and path[2] == "10":
            return f"{path[1]}/{unquote(path[3])}"
        return self.say(_KEYS[path[0]], key=path[1])

    def amount(self, amount: Decimal | None, uom: str | None) -> str:
        """An exact amount with its unit, thousands grouped; "" where none is recorded."""
        if amount is None:
            return ""
        whole, dot, rest = plain(amount).partition(".")
        number = _THOUSANDS.sub(",", whole) + dot + rest
        return f"{number} {self.unit(uom)}" if uom else number

    def unit(self, uom: str) -> str:
        """The name of a unit; one that is not in the table stays a code."""
        return self.say(UNITS[uom]) if uom in UNITS else uom

    def value(self, text: str) -> str:
        """A detail's value: amounts, times and known codes in this language, people's text as typed."""
        if text in VALUES:
            return self.say(VALUES[text])
        if found := _AMOUNT.fullmatch(text):
            return self.amount(Decimal(found[1]), found[2])
        if _INSTANT.fullmatch(text):
            at = datetime.fromisoformat(text)
            return f"{minute(at)} {offset(at)}"
        return text

    def listed(self, texts: Iterable[str]) -> str:
        """Texts in a row."""
        return self.say(", ").join(texts)


def minute(at: datetime) -> str:
    """The time at its own offset: 2026-11-23 14:05."""
    return at.strftime("%Y-%m-%d %H:%M")


def offset(at: datetime) -> str:
    """The offset of a time from universal time: UTC, UTC+8, UTC−3:30."""
    total = at.utcoffset() or timedelta()
    minutes = int(total.total_seconds() // 60)
    if not minutes:
        return "UTC"
    hours, rest = divmod(abs(minutes), 60)
    return f"UTC{'+' if minutes > 0 else '−'}{hours}" + (f":{rest:02}" if rest else "")


def day(on: date | None) -> str:
    """A day as 2026-11-23; "" for none."""
    return on.isoformat() if on else ""


@lru_cache(maxsize=len(LANGUAGES))
def phrasebook(code: str) -> Phrasebook:
    """The phrasebook of one of the languages."""
    return Phrasebook(LANGUAGES[code], Translations.load(CATALOGUES, [code]))
