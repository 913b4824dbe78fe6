"""The Chinese catalogues are whole and compiled from what stands in them."""

import re

import pytest
from babel.messages.catalog import Message

from support.catalogue import SIMPLIFIED, TRADITIONAL, compiled, extracted, folder, ids, written
from support.traditional import traditional

HOLE = re.compile(r"%\((\w+)\)s")
LOCALES = (SIMPLIFIED, TRADITIONAL)
MESSAGES = [pytest.param(message, id=f"{locale}-{str(message.id)[:60]}")
            for locale in LOCALES for message in written(locale) if message.id]  # fmt: skip
# Characters of which each is written otherwise in Traditional Chinese, whatever the word.
ONLY_SIMPLIFIED = set("这个们来为与产农业单号处备应开录时无权级续记证认请货质运过还钥门间项验质标识检测冻结")


def texts_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_holds_exactly_the_messages_of_the_sources(locale: str) -> None:
    assert sorted(ids(written(locale))) == sorted(ids(extracted()))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_compiled_catalogue_is_up_to_date(locale: str) -> None:
    assert (folder(locale) / "messages.mo").read_bytes() == compiled(written(locale))


@pytest.mark.parametrize("message", MESSAGES)
def test_a_message_is_translated_and_not_a_guess(message: Message) -> None:
    assert all(texts_of(message))
    assert not message.fuzzy


@pytest.mark.parametrize("message", MESSAGES)
def test_a_translation_has_the_holes_of_its_message(message: Message) -> None:
    source = message.id if isinstance(message.id, str) else message.id[-1]

    for text in texts_of(message):
        assert set(HOLE.findall(text)) == set(HOLE.findall(source))


def test_no_simplified_character_stands_in_traditional_chinese() -> None:
    texts = [text for message in written(TRADITIONAL) if message.id for text in texts_of(message)]

    assert [text for text in texts if ONLY_SIMPLIFIED & set(text)] == []


def test_a_draft_takes_the_words_of_the_field() -> None:
    assert traditional("质量检测，密钥与哈希；扫描二维码") == "品質檢測，金鑰與雜湊；掃描QR 碼"
