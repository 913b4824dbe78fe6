"""What nobody recorded about a lot: said on its page, never guessed. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from lotproof.lots.balance import Balance
from lotproof.lots.story import PaperThen, Step
from lotproof.lots.trace import Tracing

_MEASURED = frozenset({"temperature", "temperature_min", "temperature_max", "temperature_mean"})


def not_recorded(
    journey: Sequence[Step],
    upstream: Tracing,
    product: Mapping[str, Any],
    balance: Balance,
    papers: Sequence[PaperThen] = (),
) -> tuple[str, ...]:
    """Return codes of what is missing, in the order in which a reader would ask."""
    standing = [step for step in journey if not step.voided]
    kinds = {step.kind for step in standing}
    missing = {
        "product_name": not product.get("names"),
        "variety": bool(product.get("names")) and not product.get("variety"),
        "origin": not _has_origin(upstream, kinds),
        "harvest_date": "harvest" not in kinds and not any(edge.kind == "harvest" for edge in upstream.edges),
        "treatments": "input_applied" not in kinds,
        "inspection": "inspection" not in kinds,
        "certificates": not any(code == "certificate" for step in standing for code, _ in step.details),
        "temperature": not any(code in _MEASURED for step in standing for code, _ in step.details),
        "transport": not kinds & {"shipping", "transport", "receiving"},
        "quantities": balance.uom is None,
        "place_names": any(step.place and not step.place.names for step in standing),
        "party_names": any(not step.recorded_by.names for step in standing),
        "qualification": not papers,
    }
    return tuple(code for code, is_missing in missing.items() if is_missing)


def _has_origin(upstream: Tracing, kinds: set[str]) -> bool:
    """Every source that the lot goes back to is a growing cycle, or the lot itself was harvested."""
    made = {edge.dst for edge in upstream.edges}
    sources = [lot for lot in upstream.lots if lot.uri not in made]
    return bool(sources) and all(lot.type == "cycle" or "harvest" in kinds for lot in sources)
