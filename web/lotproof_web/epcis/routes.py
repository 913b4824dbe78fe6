"""The blueprint with all its views."""

from lotproof_web.epcis import capture, events
from lotproof_web.epcis.blueprint import epcis

__all__ = ["capture", "epcis", "events"]
