"""Which organisation may end which hold. Pure.

- What somebody put on hold by hand, or recalled, ends by the same organisation.
- What a check put on hold ends by an organisation that takes part in the lot, except where it would decide over its
  own goods: those only the operator ends.
- The operator may end every hold.
"""

from collections.abc import Iterable

from lotproof.kernel.errors import RefusedError

OPERATORS_ONLY = frozenset({"inspection_failed", "harvest_too_early", "input_not_allowed"})
_BY_HAND = frozenset({"manual", "recall"})


def may_end(party: str, operator: str, code: str, placed_by: str) -> bool:
    """Whether an organisation may end a hold with this code, placed by that organisation."""
    if party in (operator, placed_by):
        return True
    return code not in OPERATORS_ONLY and code not in _BY_HAND and placed_by == operator


def refuse_others_holds(party: str, operator: str, holds: Iterable[tuple[str, str, str]]) -> None:
    """Refuse a release that would end a hold of others. holds: (lot, code, placed by).

    Raises: RefusedError `not_your_hold`.
    """
    for lot, code, placed_by in holds:
        if not may_end(party, operator, code, placed_by):
            raise RefusedError(
                "not_your_hold",
                f"{lot} is on hold ({code}), which {placed_by} has to end",
                "ask who placed it; a failed inspection and a forbidden treatment only the operator ends",
            )
