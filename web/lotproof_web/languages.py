"""Which languages there are and which one a visitor gets: question mark, cookie, then browser, by one table.

Language tags of browsers are never handed to the catalogues as they come: an unknown one would be an error.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the pages. code: catalogue and core; tag: BCP 47 for HTML; name: in itself."""

    code: str
    tag: str
    name: str


ENGLISH = Language("en", "en", "English")
SIMPLIFIED = Language("zh_Hans", "zh-Hans", "简体中文")
LANGUAGES: dict[str, Language] = {language.code: language for language in (ENGLISH, SIMPLIFIED)}

# Traditional Chinese reads the simplified catalogue until it has its own.
_TAGS = {
    "en": ENGLISH,
    "zh": SIMPLIFIED,
    "zh-cn": SIMPLIFIED,
    "zh-sg": SIMPLIFIED,
    "zh-hans": SIMPLIFIED,
    "zh-tw": SIMPLIFIED,
    "zh-hk": SIMPLIFIED,
    "zh-mo": SIMPLIFIED,
    "zh-hant": SIMPLIFIED,
}


def from_tag(tag: str) -> Language | None:
    """The language for a tag such as "zh-Hans-CN", "zh_TW" or "en-GB"; None where there is none."""
    parts = tag.strip().lower().replace("_", "-").split("-")
    while parts:
        found = _TAGS.get("-".join(parts))
        if found:
            return found
        parts.pop()
    return None


def choose(asked: str | None, remembered: str | None, accepted: Iterable[str]) -> Language:
    """The first that is known of: what the address asks for, what the cookie says, what the browser accepts."""
    for tag in (asked, remembered, *accepted):
        found = from_tag(tag) if tag else None
        if found:
            return found
    return ENGLISH
