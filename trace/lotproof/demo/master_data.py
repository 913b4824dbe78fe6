"""Put the season's master data on the log: organisations with their keys, places, products, inputs, rules."""

from typing import Any

from lotproof.demo import cast, catalogue
from lotproof.ledger.log import Log
from lotproof.lots.master_data import write_master_data
from lotproof.parties.actions import register_party


def record_master_data(log: Log) -> None:
    """Record everything that does not change through a season, in one transaction."""
    with log.unit_of_work() as uow:
        for one in cast.ORGANISATIONS:
            body = {"names": one.names, "roles": list(one.roles), "country": "CN", "kind": one.kind}
            register_party(uow, log.operator, one.gln, body)
        for site in cast.SITES:
            write_master_data(uow, log.operator, site.owner.uri, "place", site.gln.place_uri, _place(site))
        for uri, (owner, names) in cast.DEVICES.items():
            write_master_data(
                uow, log.operator, owner.uri, "device", uri, {"names": names, "party": owner.uri}
            )
        for product in catalogue.PRODUCTS:
            write_master_data(
                uow, log.operator, log.operator, "product", product.gtin, product_record(product)
            )
            if product.holds_kg:
                conversion = {
                    "gtin": product.gtin,
                    "from_uom": product.uom,
                    "to_uom": "KGM",
                    "factor": product.holds_kg,
                }
                write_master_data(
                    uow,
                    log.operator,
                    log.operator,
                    "conversion",
                    f"{product.gtin}:{product.uom}:KGM",
                    conversion,
                )
        for used in catalogue.INPUTS:
            body = {"names": used.product.names, "active": used.active, "intervals": used.intervals}
            write_master_data(uow, log.operator, log.operator, "input_product", used.registration, body)
        for process, percent in catalogue.TOLERANCES.items():
            write_master_data(uow, log.operator, log.operator, "tolerance", process, {"percent": percent})


def _place(site: cast.Site) -> dict[str, Any]:
    return {
        "names": site.names,
        "zone": site.zone,
        "party": site.owner.uri,
        "kind": site.kind,
        "region": site.region,
    }


def product_record(product: catalogue.Product) -> dict[str, Any]:
    """Return what the log says of a product."""
    body: dict[str, Any] = {"names": product.names, "uom": product.uom, "category": product.category}
    if product.crop:
        body["crop"] = product.crop
    if product.variety:
        body["variety"] = product.variety
    if product.shelf_life_days is not None:
        body["shelf_life_days"] = product.shelf_life_days
    if product.band:
        body["temperature_band"] = {"min": product.band[0], "max": product.band[1]}
    return body
