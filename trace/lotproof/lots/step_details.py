"""What one event says beside who, where, when and how much: (code, value) pairs that a page translates. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from lotproof.epcis.event import Event
from lotproof.epcis.vocabulary import EXTENSION_PREFIX, NS, bare
from lotproof.kernel.quantity import plain, to_decimal

_OWN = (f"{EXTENSION_PREFIX}:", NS)
Names = Mapping[tuple[str, str], Mapping[str, Any]]

_READINGS = (("temperature", "value"), ("temperature_min", "minValue"), ("temperature_max", "maxValue"),
             ("temperature_mean", "meanValue"))  # fmt: skip
_EXTENSIONS = (("verdict", "verdict"), ("laboratory", "laboratory"), ("registration", "registration"),
               ("ended_at", "endedAt"), ("crop", "crop"), ("plot", "plot"), ("recall", "recall"))  # fmt: skip


def step_place(event: Event) -> str | None:
    """Return the URI of where it happened."""
    return event.read_point or event.biz_location or None


def details_of(event: Event, names: Names) -> tuple[tuple[str, str], ...]:
    """Return the public details of an event in a fixed order. names: master data by (type, id)."""
    return tuple((code, value) for code, value in _details(event, names) if value)


def _details(event: Event, names: Names) -> Iterator[tuple[str, str]]:
    yield from _temperatures(event)
    if any(name.startswith(_OWN) for name in event.raw):
        yield from _extensions(event, names)
    certificate = event.raw.get("certificationInfo")
    yield (
        "certificate",
        certificate if isinstance(certificate, str) else str(event.extension("certificate") or ""),
    )
    for child in event.items("child"):
        if child.kind == "sscc":
            yield "container", child.uri.rpartition("/")[2]
    for item in event.all_items():
        if item.kind == "sscc" and item.role != "child":
            yield "container", item.uri.rpartition("/")[2]
    if event.type and event.biz_step.startswith("http"):
        yield "step", "" if "lotproof.org" in event.biz_step else event.biz_step


def _extensions(event: Event, names: Names) -> Iterator[tuple[str, str]]:
    for code, name in _EXTENSIONS:
        yield code, str(event.extension(name) or "")
    product = names.get(("input_product", str(event.extension("registration") or "")), {})
    yield "active_substance", str(product.get("active", ""))


def _temperatures(event: Event) -> Iterator[tuple[str, str]]:
    for element in event.sensor_elements:
        for report in element.get("sensorReport", ()):
            if bare(report.get("type", "")) != "Temperature":
                continue
            for code, name in _READINGS:
                if (value := report.get(name)) is not None:
                    yield code, f"{plain(to_decimal(value))} {report.get('uom', 'CEL')}"
            if device := report.get("deviceID") or report.get("lotproof:device"):
                yield "device", str(device).rpartition("/")[2]
