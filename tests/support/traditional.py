"""Traditional Chinese drafted from Simplified Chinese: characters and phrases by OpenCC, the field's words by hand."""

from __future__ import annotations

from functools import lru_cache

import opencc

# Where the two traditions differ in the word and not only in its characters, or OpenCC takes the wrong one.
_WORDS = {
    "質量": "品質",
    "二維碼": "QR 碼",
    "批次號": "批號",
    "追溯": "溯源",
    "收穫": "採收",
    "掃碼": "掃描",
    "掃描碼": "掃描",
    "校驗": "驗證",
    "打印": "列印",
    "默認": "預設",
    "字節": "位元組",
    "哈希": "雜湊",
    "公鑰": "公開金鑰",
    "私鑰": "私密金鑰",
    "密鑰": "金鑰",
    "物流單元": "物流單位",
}


@lru_cache(maxsize=1)
def _converter() -> opencc.OpenCC:
    return opencc.OpenCC("s2twp")


def traditional(text: str) -> str:
    """Return a draft of a Simplified Chinese text as it is written in Taiwan."""
    draft: str = _converter().convert(text)
    for wrong, right in _WORDS.items():
        draft = draft.replace(wrong, right)
    return draft
