"""Finished pages are kept while nothing about them has changed, and never without bound."""

from lotproof_web.page_cache import CachedPage, PageCache


def page(key: object) -> CachedPage:
    return CachedPage(key, b"", "")


def test_a_page_is_good_for_its_key_and_language_only() -> None:
    cache = PageCache()
    cache.put("lot", "en", page(1))

    assert cache.get("lot", "en", 1) is not None
    assert cache.get("lot", "en", 2) is None
    assert cache.get("lot", "zh_Hans", 1) is None


def test_a_lot_never_holds_more_than_one_page_a_language() -> None:
    cache = PageCache()
    for key in range(100):
        cache.put("lot", "en", page(key))

    assert len(cache) == 1


def test_the_page_that_was_asked_for_longest_ago_goes_first() -> None:
    cache = PageCache(limit=2)
    cache.put("a", "en", page(1))
    cache.put("b", "en", page(1))
    cache.get("a", "en", 1)
    cache.put("c", "en", page(1))

    assert cache.get("b", "en", 1) is None
    assert cache.get("a", "en", 1) is not None
    assert len(cache) == 2
