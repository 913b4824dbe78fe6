"""The words of the GS1 Core Business Vocabulary 2.0, and our own where it has none.

A standard word may come bare ("shipping"), as URN, as web URI or as compact URI; `bare` makes them one.
Source: GS1 CBV 2.0 sections 7.1 to 7.9 and its JSON-LD contexts (github.com/gs1/EPCIS, JSON-LD-Context).
"""

from __future__ import annotations

import re
from functools import lru_cache

NS = "https://lotproof.org/ns/"
EXTENSION_PREFIX = "lotproof"
STEP_PLANTING = NS + "step/planting"
STEP_APPLYING_INPUT = NS + "step/applying_input"
STEP_CERTIFYING = NS + "step/certifying"
OWN_STEPS = frozenset({STEP_PLANTING, STEP_APPLYING_INPUT, STEP_CERTIFYING})

CBV_ROOT = "https://ref.gs1.org/cbv/"


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


BIZ_STEPS = _words(
    """
    accepting arriving assembling collecting commissioning consigning creating_class_instance
    cycle_counting decommissioning departing destroying disassembling dispensing encoding
    entering_exiting holding inspecting installing killing loading other packing picking receiving
    removing repackaging repairing replacing reserving retail_selling sampling sensor_reporting shipping
    staging_outbound stock_taking stocking storing transporting unloading unpacking void_shipping
    """
)
DISPOSITIONS = _words(
    """
    active available completeness_inferred completeness_verified conformant container_closed
    container_open damaged destroyed dispensed disposed encoded expired in_progress in_transit inactive
    mismatch_class mismatch_instance mismatch_quantity needs_replacement no_pedigree_match
    non_conformant non_sellable_other partially_dispensed recalled reserved retail_sold returned
    sellable_accessible sellable_not_accessible stolen unavailable unknown
    """
)
BIZ_TRANSACTION_TYPES = _words(
    """
    bol cert desadv inv pedigree po poc prodorder recadv rma testprd testres upevt
    """
)
SOURCE_DEST_TYPES = _words(
    """
    location owning_party possessing_party
    """
)
ERROR_REASONS = _words(
    """
    did_not_occur incorrect_data
    """
)
SENSOR_TYPES = _words(
    """
    AbsoluteHumidity AbsorbedDose AbsorbedDoseRate Acceleration Altitude AmountOfSubstance
    AmountOfSubstancePerUnitVolume Angle AngularAcceleration AngularMomentum AngularVelocity Area
    Capacitance Conductance Conductivity Count Density Dimensionless DoseEquivalent DoseEquivalentRate
    DynamicViscosity ElectricCharge ElectricCurrent ElectricCurrentDensity ElectricFieldStrength Energy
    Exposure Force Frequency Illuminance Inductance Irradiance KinematicViscosity Length LinearMomentum
    Luminance LuminousFlux LuminousIntensity MagneticFlux MagneticFluxDensity MagneticVectorPotential
    Mass MassConcentration MassFlowRate MassPerAreaTime MemoryCapacity MolalityOfSolute MolarEnergy
    MolarMass MolarVolume Power Pressure RadiantFlux RadiantIntensity Radioactivity RelativeHumidity
    Resistance Resistivity SolidAngle SpecificVolume Speed SurfaceDensity SurfaceTension Temperature
    Time Torque Voltage Volume VolumeFlowRate VolumeFraction VolumetricFlux Wavenumber
    """
)
SENSOR_ALERTS = _words(
    """
    ALARM_CONDITION ERROR_CONDITION
    """
)
COMPONENTS = _words(
    """
    altitude axial_distance azimuth easting elevation_angle height latitude longitude northing
    polar_angle spherical_radius x y z
    """
)
ACTIONS = frozenset({"ADD", "OBSERVE", "DELETE"})
EVENT_TYPES = frozenset(
    {"ObjectEvent", "AggregationEvent", "TransactionEvent", "TransformationEvent", "AssociationEvent"}
)

# In a URN and in a web URI the same list goes by two names: urn:epcglobal:cbv:bizstep:… and …/cbv/BizStep-…
URN_LISTS = {"bizstep": "BizStep", "disp": "Disp", "btt": "BTT", "sdt": "SDT", "er": "ER", "comp": "Comp"}
_STANDARD = re.compile(
    r"(?:urn:epcglobal:cbv:(?:bizstep|disp|btt|sdt|er|comp):"
    r"|(?:https?://(?:ref|ns)\.gs1\.org/cbv/|cbv:)(?:BizStep|Disp|BTT|SDT|ER|Comp)-"
    r"|https?://(?:ref\.|www\.)?gs1\.org/voc/|gs1:)(\w+)"
)
_CBV = re.compile(r"urn:epcglobal:cbv:|https?://(?:ref|ns)\.gs1\.org/cbv/|cbv:")
_URI = re.compile(r"[A-Za-z][A-Za-z0-9+.\-]*:\S+")


@lru_cache(maxsize=4096)
def bare(value: str) -> str:
    """The bare word of a standard value; any other value unchanged."""
    match = _STANDARD.fullmatch(value)
    return match.group(1) if match else value


def is_known_step(value: str) -> bool:
    """True for a CBV business step in any notation, and for any absolute URI outside CBV's name spaces."""
    word = bare(value)
    return word in BIZ_STEPS or (bool(_URI.fullmatch(word)) and not _CBV.match(word))
