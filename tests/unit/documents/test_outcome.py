"""What a cleaning wrote is believed only as far as it can be checked."""

from __future__ import annotations

import pytest

from lotproof.documents.cleaning.outcome import Outcome, dumps, loads


@pytest.mark.parametrize("outcome", [Outcome("locked_file"), Outcome("", "image/png", [(3, 4)])])
def test_an_outcome_is_read_as_it_was_written(outcome: Outcome) -> None:
    assert loads(dumps(outcome)) == outcome


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{}",
        "[]",
        '{"problem": "made_up", "media_type": "", "pages": []}',
        '{"problem": "", "media_type": "text/html", "pages": [[1, 1]]}',
        '{"problem": "", "media_type": "image/png", "pages": []}',
        '{"problem": "", "media_type": "image/png", "pages": [[0, 1]]}',
        '{"problem": "", "media_type": "image/png", "pages": [[1, 1, 1]]}',
        '{"problem": "", "media_type": "image/png", "pages": [[1, "1"]]}',
        '{"problem": "", "media_type": "image/png", "pages": [[1, true]]}',
    ],
)
def test_an_odd_outcome_is_refused(text: str) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        loads(text)
