"""Lots in words for the pages of the books: rows of the list, steps of a journey, what comes next."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from lotproof.kernel.identifiers import identify
from lotproof.kernel.quantity import plain
from lotproof.lots.book.forms import FORMS, LOTS, Form
from lotproof.lots.book.lot_detail import LotDetail
from lotproof.lots.book.stock import StockLine
from lotproof.lots.book.undo import Receipt
from lotproof.lots.lot_history import HistoryLine
from lotproof.lots.native import Portion
from lotproof.people.actor import Actor
from lotproof.people.permissions import Permission as P
from lotproof_web.books.refusals import lot_href
from lotproof_web.phrases import Phrasebook, day
from lotproof_web.words.forms import FIELDS
from lotproof_web.words.forms import FORMS as FORM_WORDS
from lotproof_web.words.kinds import step_words
from lotproof_web.words.states import state

Names = Mapping[str, Mapping[str, str]]
_FIRST = ("shipping", "packing", "split", "merge", "storage", "loss", "count", "sale", "destruction")
"""Forms that a lot's page offers, the likeliest first."""


@dataclass(frozen=True, slots=True)
class Step:
    """One line of a journey. voided: it was taken back."""

    icon: str
    tone: str
    title: str
    at: Any
    who: str
    where: str
    amount: str
    entry: int | None
    voided: bool
    corrects: int | None


def state_mark(code: str) -> tuple[str, str, str]:
    """A lot's state as tone, icon and word."""
    look = state(code)
    return look.tone, look.icon, look.short


def rows_of(lines: Sequence[StockLine], book: Phrasebook) -> list[dict[str, Any]]:
    """Return the rows of the list of lots."""
    return [
        {
            "cells": (
                f"{book.name(line.product)} {line.code}".strip(),
                book.amount(line.balance.on_hand, line.balance.uom) if line.balance.uom else "",
                state_mark(line.state),
                line.gtin,
                day(line.harvested_on) or (day(line.begun.date()) if line.begun else ""),
            ),
            "href": lot_href(line.uri),
            "id": f"{line.gtin}/{line.code}",
        }
        for line in lines
    ]


def step_of(line: HistoryLine, names: Names, book: Phrasebook) -> Step:
    """Return one event of a lot in words."""
    words = step_words(line.kind)
    return Step(
        words.icon, words.tone, book.say(words.title), line.at, _named(line.by, names, book),
        _named(line.place, names, book) if line.place else "", book.amount(line.amount, line.uom), line.index,
        line.corrected_by is not None, line.corrects,
    )  # fmt: skip


def acts_for(who: Actor, found: LotDetail, coming: bool) -> list[tuple[Form, Any]]:
    """Return the forms that somebody may fill in about a lot, the likeliest first."""
    first = ("receiving", *_FIRST) if coming else _FIRST
    forms = [
        form
        for form in FORMS.values()
        if form.room == LOTS and "lot" in form.fields and who.may(form.permission)
    ]
    forms.sort(key=lambda form: first.index(form.name) if form.name in first else len(first))
    if found.state in ("held", "recalled"):
        kept = {
            "storage",
            "sensor",
            "count",
            "loss",
            "destruction",
            "inspection",
            "sampling",
            "return",
            "receiving",
        }
        forms = [form for form in forms if form.name in kept]
    return [(form, FORM_WORDS[form.name]) for form in forms]


def next_of(who: Actor, found: LotDetail, coming: bool, book: Phrasebook) -> tuple[str, str]:
    """Return what comes next with a lot, and its tone."""
    if found.state == "recalled":
        return book.say("Set it apart, sell none of it, and say in the recall what you have."), "red"
    if found.state == "held":
        if who.may(P.APPROVE_RELEASE):
            return book.say("Look into it, then two people release it; or destroy it."), "red"
        return book.say("It waits until two people who may release lots have looked into it."), "red"
    if coming:
        return book.say("Receive it when it arrives."), "blue"
    if found.state == "no_known_problem":
        return book.say("It can be packed, moved and sold."), "green"
    return book.say("Nothing has to be done."), "grey"


def receipt_facts(found: Receipt, book: Phrasebook) -> list[tuple[str, str]]:
    """Return what an event says, field by field."""
    return list(_facts(found, book))


def _facts(found: Receipt, book: Phrasebook) -> Iterator[tuple[str, str]]:
    fact = found.fact
    if fact is None:
        return
    for label, portions in ((book.say("Goods"), fact.portions), (book.say("Went in"), fact.inputs),
                            (book.say("Came out"), fact.outputs)):  # fmt: skip
        if portions:
            yield label, book.listed(_portion(one, book) for one in portions)
    if fact.amount is not None:
        yield book.say("How much"), book.amount(fact.amount, fact.uom)
    for name in ("registration", "crop", "plot", "harvested_on", "temperature", "temperature_min", "temperature_max",
                 "device", "verdict", "certificate", "laboratory", "reason", "note"):  # fmt: skip
        value = getattr(fact, name)
        if value is not None:
            said = f"{plain(value)} °C" if name.startswith("temperature") else str(value)
            yield book.say(FIELDS[name].label), said
    for name in ("place", "from_place", "to_place", "carrier", "buyer"):
        if (gln := getattr(fact, name)) is not None:
            yield book.say(FIELDS[name].label), str(gln)
    for kind, number in fact.references.items():
        yield book.say("Document number"), f"{kind} {number}"


def _portion(one: Portion, book: Phrasebook) -> str:
    return f"{one.lot.code} {book.amount(one.amount, one.uom)}"


def _named(uri: str, names: Names, book: Phrasebook) -> str:
    return book.name(names.get(uri, {})) or book.key(identify(uri).uri)
