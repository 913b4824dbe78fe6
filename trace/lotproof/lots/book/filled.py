"""The fact that a filled-in form states. Pure: units and new keys are given."""

from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.kernel.identifiers import LotId
from lotproof.kernel.quantity import plain
from lotproof.lots.book.forms import Form
from lotproof.lots.kinds import BY_NAME, Effect
from lotproof.lots.native import Fact, Portion

Uoms = Callable[[str], str | None]
"""The unit of a product's GTIN-14 or a lot's URI, None where neither is recorded."""

_AS_THEY_ARE = ("place", "cycle", "crop", "plot", "registration", "ended_at", "harvested_on", "temperature",
                "temperature_min", "temperature_max", "device", "verdict", "certificate", "laboratory", "from_place",
                "to_place", "carrier", "buyer", "reason", "witness", "note", "container")  # fmt: skip
_WITHOUT_AMOUNT = frozenset({"storage", "sensor", "inspection", "commitment"})


def state_fact(
    form: Form, got: Mapping[str, Any], uoms: Uoms, new_cycle: str
) -> tuple[Fact | None, list[Problem]]:
    """Return the fact of a form whose fields were read, or None and every problem at its field.

    got: values by field, those that were filled in.  new_cycle: URN for a growing cycle that begins.
    """
    stating = _Stating(form, got, uoms)
    said = {name: got[name] for name in _AS_THEY_ARE if name in got}
    if form.name == "planting":
        said |= {"cycle": new_cycle, "place": got["place_of_plot"]}
    if "place_to" in got:
        said["to_place"] = got["place_to"]
    if "document" in got:
        said["references"] = {form.document: got["document"]}
    said |= stating.goods()
    if stating.problems:
        return None, stating.problems
    return Fact(form.kind, got["at"], **said), []


class _Stating:
    """Amounts with their units, and new lots with their keys; what is missing or cannot be becomes a problem."""

    def __init__(self, form: Form, got: Mapping[str, Any], uoms: Uoms) -> None:
        self._form, self._got, self._uoms = form, got, uoms
        self.problems: list[Problem] = []

    def goods(self) -> dict[str, Any]:
        """Return the fields of the fact that say which goods, and how much of them."""
        got, kind = self._got, BY_NAME[self._form.kind]
        if self._form.name == "split":
            return self._split()
        if kind.effect is Effect.TREAT:
            return {
                name: got[other] for name, other in (("amount", "amount"), ("uom", "unit")) if other in got
            }
        if kind.effect is Effect.TRANSFORM:
            inputs = self._named()
            return {"inputs": inputs, "outputs": self._made(inputs)}
        if kind.effect is Effect.PLANT:
            return {"inputs": self._named()}
        if kind.effect is Effect.CREATE:
            return {"portions": self._portions([(self._new("code"), got["amount"], "amount")])}
        if kind.name in _WITHOUT_AMOUNT or ("lot" in got and "amount" not in got):
            return {"lots": (got["lot"],)}
        named = self._named()
        # A sample's kind needs the lots named; the amount stands beside them.
        return {"portions": named, "lots": (got["lot"],)} if kind.name == "sampling" else {"portions": named}

    def _named(self) -> tuple[Portion, ...]:
        got, rows = self._got, []
        for lot, amount in (("lot", "amount"), ("lot_2", "amount_2")):
            if lot in got and amount in got:
                rows.append((got[lot], got[amount], amount))
            elif lot in got or amount in got:
                missing = amount if lot in got else lot
                self.problems.append(Problem(missing, "missing", "lot and amount go together"))
        return self._portions(rows)

    def _made(self, inputs: tuple[Portion, ...]) -> tuple[Portion, ...]:
        got = self._got
        if self._form.name != "merge":
            return self._portions([(self._new("code"), got["made"], "made")])
        if not inputs:
            return ()
        if len({one.lot.gtin14 for one in inputs}) > 1:
            self.problems.append(
                Problem("lot_2", "other_product", "both lots must be of one product; else it is processing")
            )
        made = self._lot(inputs[0].lot.gtin14, "code")
        if made is None or self.problems:
            return ()
        if len({one.uom for one in inputs}) > 1:
            self.problems.append(Problem("unit", "missing", "the lots have different units: choose one"))
            return ()
        return (Portion(made, sum((one.amount for one in inputs), Decimal(0)), inputs[0].uom),)

    def _split(self) -> dict[str, Any]:
        got, source = self._got, self._got["lot"]
        if ("code_2" in got) != ("made_2" in got):
            missing = "made_2" if "code_2" in got else "code_2"
            self.problems.append(Problem(missing, "missing", "the second lot needs its code and its amount"))
        rows = [
            (self._lot(source.gtin14, code), got[made], made)
            for code, made in (("code", "made"), ("code_2", "made_2"))
            if code in got and made in got
        ]
        if got.get("code") == got.get("code_2"):
            self.problems.append(
                Problem("code_2", "duplicate_element", "the new lots need two different codes")
            )
        outputs = self._portions(rows)
        total = sum((one.amount for one in outputs), Decimal(0))
        return {"inputs": self._portions([(source, total, "made")] if outputs else []), "outputs": outputs}

    def _new(self, field: str) -> LotId | None:
        product = self._got["product"]
        return self._lot(product.digits14, field)

    def _lot(self, gtin: str, field: str) -> LotId | None:
        try:
            return LotId(gtin, self._got[field])
        except InvalidInputError as error:
            self.problems.append(Problem(field, error.code, error.message))
            return None

    def _portions(self, rows: list[tuple[LotId | None, Decimal, str]]) -> tuple[Portion, ...]:
        found = []
        for lot, amount, field in rows:
            if lot is None:
                continue
            uom = self._got.get("unit") or self._uoms(lot.uri) or self._uoms(lot.gtin14)
            if uom is None:
                message = f"the unit of {lot} is not recorded: choose one"
                self.problems.append(Problem("unit", "missing", message))
            elif amount <= 0 and self._form.kind != "count":
                self.problems.append(Problem(field, "not_positive", "amounts must be above zero"))
            else:
                found.append(Portion(lot, amount, uom))
        return tuple(found)


def earlier_values(fact: Fact) -> dict[str, str]:
    """Return what a form begins with after this fact was recorded: texts by field, without lots, times and remarks."""
    effect = BY_NAME[fact.kind].effect
    goods = fact.outputs or (fact.portions if effect is Effect.CREATE else ())
    # What was applied stands by itself, or with the lot that it came from.
    used = fact.inputs[0] if effect is Effect.TREAT and fact.amount is None and fact.inputs else fact
    said: dict[str, Any] = {
        "registration": fact.registration, "amount": used.amount, "unit": used.uom, "crop": fact.crop,
        "device": fact.device, "laboratory": fact.laboratory, "temperature": fact.temperature,
        "place": fact.place, "place_of_plot": fact.place, "to_place": fact.to_place, "place_to": fact.to_place,
        "carrier": fact.carrier, "buyer": fact.buyer, "product": goods[0].lot.gtin14 if goods else None,
    }  # fmt: skip
    return {
        name: plain(value) if isinstance(value, Decimal) else str(value)
        for name, value in said.items()
        if value is not None
    }
