"""The Chinese catalogues are whole and compiled from what stands in them."""

import re

import pytest
from babel.messages.catalog import Message

from support.catalogue import SIMPLIFIED, TRADITIONAL, compiled, extracted, folder, ids, written
from support.traditional import traditional

HOLE = re.compile(r"%\((\w+)\)s")
LOCALES = (SIMPLIFIED, TRADITIONAL)
# Characters of which each is written otherwise in Traditional Chinese, whatever the word.
ONLY_SIMPLIFIED = set("这个们来为与产农业单号处备应开录时无权级续记证认请货质运过还钥门间项验质标识检测冻结")


def messages_of(locale: str) -> list[Message]:
    found = [message for message in written(locale) if message.id]
    assert len(found) > 1000
    return found


def holes_of(text: str) -> set[str]:
    return set(HOLE.findall(text))


def wanted(message: Message) -> set[str]:
    return holes_of(message.id if isinstance(message.id, str) else message.id[-1])


def texts_of(message: Message) -> list[str]:
    return [message.string] if isinstance(message.string, str) else list(message.string)


@pytest.mark.parametrize("locale", LOCALES)
def test_a_catalogue_holds_exactly_the_messages_of_the_sources(locale: str) -> None:
    assert sorted(ids(written(locale))) == sorted(ids(extracted()))


@pytest.mark.parametrize("locale", LOCALES)
def test_a_compiled_catalogue_is_up_to_date(locale: str) -> None:
    assert (folder(locale) / "messages.mo").read_bytes() == compiled(written(locale))


@pytest.mark.parametrize("locale", LOCALES)
def test_every_message_is_translated_and_none_is_a_guess(locale: str) -> None:
    messages = messages_of(locale)

    assert [message.id for message in messages if message.fuzzy or not all(texts_of(message))] == []


@pytest.mark.parametrize("locale", LOCALES)
def test_a_translation_has_the_holes_of_its_message(locale: str) -> None:
    messages = messages_of(locale)

    assert [
        message.id
        for message in messages
        if any(holes_of(text) != wanted(message) for text in texts_of(message))
    ] == []


def test_no_simplified_character_stands_in_traditional_chinese() -> None:
    texts = [text for message in written(TRADITIONAL) if message.id for text in texts_of(message)]

    assert [text for text in texts if ONLY_SIMPLIFIED & set(text)] == []


def test_a_draft_takes_the_words_of_the_field() -> None:
    assert traditional("质量检测，密钥与哈希；扫描二维码") == "品質檢測，金鑰與雜湊；掃描QR 碼"
