"""Every deed that the code notes has words on the audit page."""

import ast
from pathlib import Path

import lotproof
import lotproof_web
from lotproof_web.words.people import ACTS

ROOTS = (Path(lotproof.__file__).parent, Path(lotproof_web.__file__).parent)
AT = 3
"""Where `deeds.note` takes the act."""


def acts_noted() -> set[str]:
    found = set()
    for root in ROOTS:
        for path in root.rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            if "people.deeds" in path.read_text(encoding="utf-8"):
                found |= {act for call in ast.walk(tree) if (act := act_of(call))}
    return found


def act_of(call: ast.AST) -> str:
    is_note = (
        isinstance(call, ast.Call) and getattr(call.func, "id", getattr(call.func, "attr", "")) == "note"
    )
    if not is_note or len(call.args) <= AT or not isinstance(call.args[AT], ast.Constant):
        return ""
    return str(call.args[AT].value)


def test_every_deed_that_is_noted_has_words() -> None:
    noted = acts_noted()

    assert {"sign_out", "hold_lot"} <= noted
    assert sorted(noted - set(ACTS)) == []
