"""Every code of the core has words."""

import pytest

from lotproof.kernel import units as core_units
from lotproof.lots.kinds import BY_NAME
from lotproof.lots.problems import CODES
from lotproof_web.words.findings import FINDINGS, NOT_RECORDED
from lotproof_web.words.kinds import KINDS
from lotproof_web.words.states import STATES, state
from lotproof_web.words.units import UNITS

TONES = {"grey", "blue", "green", "amber", "red"}


def test_every_kind_of_step_has_words() -> None:
    assert {*KINDS, "other"} == set(BY_NAME)


def test_every_code_of_the_checks_has_words() -> None:
    assert set(FINDINGS) == {*CODES, "manual", "recall"}


def test_every_unit_that_can_be_converted_has_a_name() -> None:
    assert {*core_units._FACTORS, *core_units._TEMPERATURES} <= set(UNITS)


def test_every_state_of_a_story_has_a_look() -> None:
    states = {"recalled", "held", "destroyed", "sold_out", "used_up", "growing", "in_transit", "no_known_problem",
              "not_recorded"}  # fmt: skip

    assert set(STATES) == states
    assert {look.tone for look in STATES.values()} <= TONES


@pytest.mark.parametrize("code", ["recalled", "held"])
def test_a_state_that_warns_is_red(code: str) -> None:
    assert state(code).tone == "red"


@pytest.mark.parametrize("kind", KINDS)
def test_the_last_sentence_of_a_kind_needs_nothing(kind: str) -> None:
    words = KINDS[kind]

    assert "%(" not in words.says[-1]
    assert not words.as_input or "%(" not in words.as_input[-1]


def test_what_can_be_missing_is_said_as_what_a_reader_would_ask() -> None:
    assert all(text[0].isupper() and not text.endswith(".") for text in NOT_RECORDED.values())
