"""What the papers of a party are called in the language of a page."""

from lotproof_web.words.mark import N_

PAPERS: dict[str, str] = {
    "business_licence": N_("Business licence"),
    "tax_registration": N_("Tax registration"),
    "organisation_code": N_("Organisation code certificate"),
    "food_licence": N_("Food licence"),
    "small_producer_registration": N_("Registration as a small food producer"),
    "organic_certificate": N_("Organic certificate"),
    "green_food_certificate": N_("Green food certificate"),
    "household_proof": N_("Proof of a farm household"),
    "land_contract": N_("Land contract"),
    "laboratory_cma": N_("Laboratory approval (CMA)"),
    "laboratory_cnas": N_("Laboratory accreditation (CNAS)"),
    "inspector_certificate": N_("Inspector's certificate"),
    "transport_licence": N_("Road transport licence"),
}
