"""Keys of the demonstration prefix."""

from __future__ import annotations

from lotproof.demo import cast, catalogue, keys
from lotproof.kernel.identifiers import Gtin, identify


def test_every_key_has_its_check_digit_and_the_prefix_952() -> None:
    assert Gtin(keys.gtin(101)).digits14.startswith("0952")
    assert keys.gln(1001).digits.startswith("952")
    assert keys.sscc(7).digits.startswith("0952")
    assert identify(keys.device(3)).kind == "asset"


def test_no_two_things_share_a_key() -> None:
    glns = [cast.OPERATOR_GLN, *(one.gln for one in (*cast.ORGANISATIONS, *cast.SITES))]
    gtins = [product.gtin for product in catalogue.PRODUCTS]

    assert len(set(glns)) == len(glns)
    assert len(set(gtins)) == len(gtins)
    assert len({used.registration for used in catalogue.INPUTS}) == len(catalogue.INPUTS)


def test_every_place_is_run_by_an_organisation_of_the_cast() -> None:
    assert all(site.owner in cast.ORGANISATIONS for site in cast.SITES)
