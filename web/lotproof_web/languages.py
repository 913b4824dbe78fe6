"""Which languages there are and which one a visitor gets: question mark, cookie, then browser, by one table.

Language tags of browsers are never handed to the catalogues as they come: an unknown one would be an error.
"""

from collections.abc import Iterable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Language:
    """One language of the pages. code: catalogue and core; tag: BCP 47 for HTML; name: in itself.

    near: the codes of names that its readers take where there is none in their own, the nearest first.
    """

    code: str
    tag: str
    name: str
    near: tuple[str, ...] = ()


ENGLISH = Language("en", "en", "English")
SIMPLIFIED = Language("zh_Hans", "zh-Hans", "简体中文", ("zh_Hant",))
TRADITIONAL = Language("zh_Hant", "zh-Hant", "繁體中文", ("zh_Hans",))
LANGUAGES: dict[str, Language] = {language.code: language for language in (ENGLISH, SIMPLIFIED, TRADITIONAL)}

_TAGS = {
    "en": ENGLISH,
    "zh": SIMPLIFIED,
    "zh-cn": SIMPLIFIED,
    "zh-sg": SIMPLIFIED,
    "zh-hans": SIMPLIFIED,
    "zh-tw": TRADITIONAL,
    "zh-hk": TRADITIONAL,
    "zh-mo": TRADITIONAL,
    "zh-hant": TRADITIONAL,
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
