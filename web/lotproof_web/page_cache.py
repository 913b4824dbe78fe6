"""Finished pages, kept in this process: bounded, least recently used out first.

A page is found by (lot, language) and is good only while its page key is the same, so nothing has to be told
when a lot changes, and one lot never holds more than one page a language.
"""

from collections import OrderedDict
from collections.abc import Hashable
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class CachedPage:
    """A finished page and what it was made for."""

    page_key: Hashable
    body: bytes
    etag: str


class PageCache:
    """At most `limit` pages; safe for threads."""

    def __init__(self, limit: int = 512) -> None:
        self._limit = limit
        self._pages: OrderedDict[tuple[str, str], CachedPage] = OrderedDict()
        self._lock = Lock()

    def get(self, lot: str, language: str, page_key: Hashable) -> CachedPage | None:
        """The page, if it was made for this page key."""
        with self._lock:
            page = self._pages.get((lot, language))
            if page is None or page.page_key != page_key:
                return None
            self._pages.move_to_end((lot, language))
            return page

    def put(self, lot: str, language: str, page: CachedPage) -> None:
        """Keep a page and let go of the one that was asked for longest ago."""
        with self._lock:
            self._pages[lot, language] = page
            self._pages.move_to_end((lot, language))
            if len(self._pages) > self._limit:
                self._pages.popitem(last=False)

    def __len__(self) -> int:
        return len(self._pages)
