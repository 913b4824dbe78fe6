"""The Chinese catalogue is whole and compiled from what stands in it."""

import re

import pytest
from babel.messages.catalog import Message

from support.catalogue import FOLDER, compiled, extracted, ids, written

HOLE = re.compile(r"%\((\w+)\)s")
MESSAGES = [message for message in written() if message.id]


def test_the_catalogue_holds_exactly_the_messages_of_the_sources() -> None:
    assert sorted(ids(written())) == sorted(ids(extracted()))


def test_the_compiled_catalogue_is_up_to_date() -> None:
    assert (FOLDER / "messages.mo").read_bytes() == compiled(written())


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id)[:60])
def test_a_message_is_translated_and_not_a_guess(message: Message) -> None:
    texts = [message.string] if isinstance(message.string, str) else list(message.string)

    assert all(texts)
    assert not message.fuzzy


@pytest.mark.parametrize("message", MESSAGES, ids=lambda message: str(message.id)[:60])
def test_a_translation_has_the_holes_of_its_message(message: Message) -> None:
    source = message.id if isinstance(message.id, str) else message.id[-1]
    texts = [message.string] if isinstance(message.string, str) else list(message.string)

    for text in texts:
        assert set(HOLE.findall(text)) == set(HOLE.findall(source))
