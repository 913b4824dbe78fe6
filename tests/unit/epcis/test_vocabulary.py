"""Standard words in their four notations.

The sizes of the lists are those of the JSON-LD context of EPCIS and CBV 2.0
(ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld).
"""

import pytest

from lotproof.epcis import vocabulary as cbv


@pytest.mark.parametrize(
    ("value", "word"),
    [
        ("shipping", "shipping"),
        ("urn:epcglobal:cbv:bizstep:shipping", "shipping"),
        ("https://ref.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("cbv:BizStep-shipping", "shipping"),
        ("https://ns.gs1.org/cbv/BizStep-shipping", "shipping"),
        ("urn:epcglobal:cbv:disp:in_transit", "in_transit"),
        ("https://ref.gs1.org/cbv/Disp-in_transit", "in_transit"),
        ("urn:epcglobal:cbv:btt:po", "po"),
        ("https://ref.gs1.org/cbv/SDT-owning_party", "owning_party"),
        ("urn:epcglobal:cbv:er:incorrect_data", "incorrect_data"),
        ("gs1:Temperature", "Temperature"),
        ("https://gs1.org/voc/Temperature", "Temperature"),
        ("https://ref.gs1.org/voc/ALARM_CONDITION", "ALARM_CONDITION"),
        (cbv.STEP_PLANTING, cbv.STEP_PLANTING),
        ("https://example.com/steps/pruning", "https://example.com/steps/pruning"),
        ("urn:epcglobal:cbv:bt:0614141073467:1152", "urn:epcglobal:cbv:bt:0614141073467:1152"),
        ("", ""),
    ],
)
def test_a_standard_word_is_one_word_in_every_notation(value: str, word: str) -> None:
    assert cbv.bare(value) == word


def test_the_lists_hold_what_the_published_context_holds() -> None:
    sizes = [len(cbv.BIZ_STEPS), len(cbv.DISPOSITIONS), len(cbv.BIZ_TRANSACTION_TYPES)]
    sizes += [len(cbv.SOURCE_DEST_TYPES), len(cbv.ERROR_REASONS), len(cbv.COMPONENTS)]

    assert sizes == [41, 33, 13, 3, 2, 14]
    assert len(cbv.SENSOR_TYPES | cbv.SENSOR_ALERTS) == 74


@pytest.mark.parametrize(
    "value",
    [
        "harvesting",
        "cbv:BizStep-harvesting",
        "urn:epcglobal:cbv:bizstep:harvesting",
        "in_transit",
        "",
        "cbv:x",
    ],
)
def test_a_word_that_cbv_does_not_have_is_no_known_step(value: str) -> None:
    assert not cbv.is_known_step(value)


@pytest.mark.parametrize(
    "value",
    ["sampling", "urn:epcglobal:cbv:bizstep:packing", "https://example.com/pruning", *sorted(cbv.OWN_STEPS)],
)
def test_a_step_of_cbv_or_of_another_vocabulary_is_known(value: str) -> None:
    assert cbv.is_known_step(value)


def test_our_own_steps_stand_in_our_own_name_space() -> None:
    assert cbv.STEP_APPLYING_INPUT == "https://lotproof.org/ns/step/applying_input"
    assert all(step.startswith(cbv.NS) for step in cbv.OWN_STEPS)
