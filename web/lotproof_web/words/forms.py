"""What the forms of the books and their fields are called, and what each field's value looks like."""

from dataclasses import dataclass

from lotproof_web.words.mark import N_


@dataclass(frozen=True, slots=True)
class FormWords:
    """title: of the page.  act: on its button.  icon: of icons.svg."""

    title: str
    act: str
    icon: str


@dataclass(frozen=True, slots=True)
class FieldWords:
    """type: as the macro `field` knows it.  hint: shown under the label."""

    label: str
    type: str = "text"
    hint: str = ""


FORMS: dict[str, FormWords] = {
    "planting": FormWords(N_("Planting"), N_("Record the planting"), "leaf"),
    "spray": FormWords(N_("Spraying or fertilising"), N_("Record the treatment"), "drop"),
    "observation": FormWords(N_("Observation"), N_("Record the observation"), "eye"),
    "harvest": FormWords(N_("Harvest"), N_("Record the harvest"), "basket"),
    "creation": FormWords(N_("A lot from before"), N_("Record the lot"), "plus"),
    "cooling": FormWords(N_("Cooling"), N_("Record the cooling"), "snow"),
    "packing": FormWords(N_("Packing"), N_("Record the packing"), "box"),
    "repacking": FormWords(N_("Repacking"), N_("Record the repacking"), "box"),
    "processing": FormWords(N_("Processing"), N_("Record the processing"), "gear"),
    "split": FormWords(N_("Split a lot"), N_("Split the lot"), "out"),
    "merge": FormWords(N_("Merge two lots"), N_("Merge the lots"), "plus"),
    "shipping": FormWords(N_("Ship"), N_("Record the shipment"), "truck"),
    "receiving": FormWords(N_("Receive"), N_("Record what arrived"), "inbox"),
    "transport": FormWords(N_("Transport"), N_("Record the transport"), "truck"),
    "storage": FormWords(N_("Storage"), N_("Record the storage"), "store"),
    "sensor": FormWords(N_("Temperature"), N_("Record the temperature"), "gauge"),
    "container": FormWords(N_("Into a container"), N_("Record the filling"), "box"),
    "unpacking": FormWords(N_("Out of a container"), N_("Record the unpacking"), "box"),
    "sampling": FormWords(N_("Sampling"), N_("Record the sampling"), "drop"),
    "inspection": FormWords(N_("Inspection"), N_("Record the inspection"), "eye"),
    "commitment": FormWords(N_("Commitment certificate"), N_("Record the certificate"), "paper"),
    "sale": FormWords(N_("Sale to a business"), N_("Record the sale"), "tag"),
    "retail-sale": FormWords(N_("Retail sale"), N_("Record the sale"), "tag"),
    "return": FormWords(N_("Return"), N_("Record what came back"), "turn"),
    "destruction": FormWords(N_("Destruction"), N_("Record the destruction"), "bin"),
    "loss": FormWords(N_("Loss"), N_("Record the loss"), "minus"),
    "count": FormWords(N_("Stock count"), N_("Record the count"), "list"),
}

FIELDS: dict[str, FieldWords] = {
    "at": FieldWords(N_("When"), "datetime-local"),
    "ended_at": FieldWords(N_("Until"), "datetime-local"),
    "harvested_on": FieldWords(N_("Picked on, if another day"), "date"),
    "place": FieldWords(N_("Where"), "select"),
    "place_of_plot": FieldWords(N_("Where"), "select"),
    "from_place": FieldWords(N_("Where from")),
    "to_place": FieldWords(N_("Where to"), hint=N_("choose a place, or type its GLN of 13 digits")),
    "place_to": FieldWords(N_("Where to"), hint=N_("choose a place, or type its GLN of 13 digits")),
    "carrier": FieldWords(N_("Carrier"), hint=N_("GLN of 13 digits")),
    "buyer": FieldWords(N_("Buyer"), hint=N_("GLN of 13 digits")),
    "cycle": FieldWords(N_("Plot"), "select"),
    "crop": FieldWords(N_("Crop")),
    "plot": FieldWords(N_("What the plot is called")),
    "season": FieldWords(N_("Season")),
    "registration": FieldWords(N_("Product"), hint=N_("choose one, or type its registration number")),
    "unit": FieldWords(N_("Unit"), "select"),
    "product": FieldWords(N_("Product"), "select"),
    "lot": FieldWords(N_("Lot"), hint=N_("choose, scan or type it: product number / lot code")),
    "lot_2": FieldWords(N_("Second lot"), hint=N_("choose, scan or type it: product number / lot code")),
    "code": FieldWords(N_("New lot code"), hint=N_("letters, digits and hyphens, at most 20")),
    "code_2": FieldWords(N_("Code of a second new lot")),
    "amount": FieldWords(N_("How much"), "decimal"),
    "amount_2": FieldWords(N_("How much of the second lot"), "decimal"),
    "made": FieldWords(N_("How much came out"), "decimal"),
    "made_2": FieldWords(N_("How much of it is the second new lot"), "decimal"),
    "temperature": FieldWords(N_("Temperature"), "decimal"),
    "temperature_min": FieldWords(N_("Lowest temperature"), "decimal"),
    "temperature_max": FieldWords(N_("Highest temperature"), "decimal"),
    "device": FieldWords(N_("Measured by")),
    "verdict": FieldWords(N_("Result"), "radio"),
    "certificate": FieldWords(N_("Certificate number")),
    "laboratory": FieldWords(N_("Laboratory")),
    "container": FieldWords(N_("Container"), hint=N_("its SSCC of 18 digits")),
    "document": FieldWords(N_("Document number"), hint=N_("private: it is not on the log in the clear")),
    "reason": FieldWords(N_("Why"), hint=N_("private: it is not on the log in the clear")),
    "witness": FieldWords(N_("Witness"), hint=N_("private: it is not on the log in the clear")),
    "note": FieldWords(N_("What was seen"), "textarea", N_("private: it is not on the log in the clear")),
}
AMOUNTS = frozenset({"amount", "amount_2", "made", "made_2"})
TEMPERATURES = frozenset({"temperature", "temperature_min", "temperature_max"})
VERDICTS = (("pass", N_("passed")), ("fail", N_("failed")))
UNITS = ("KGM", "GRM", "TNE", "LTR", "MLT", "EA", "XCS", "XBX", "XCR", "XBG", "XPX")
"""What a unit may be chosen from where none is recorded."""

WRONG: dict[str, str] = {
    "missing": N_("Please fill this in."),
    "invalid_number": N_("Write a number with a point, such as 12.5."),
    "not_positive": N_("The number must be above zero."),
    "invalid_check_digit": N_("A digit is mistyped: the check digit does not fit. Compare it with the label."),
    "invalid_identifier": N_("This cannot be read. Compare it with the label."),
    "invalid_time": N_("Write a time such as 2026-11-23 16:36."),
    "invalid_date": N_("Write a day such as 2026-11-23."),
    "ambiguous_time": N_("The clocks were changed then. Choose another minute."),
    "no_zone": N_("The time zone of the place is not recorded."),
    "too_long": N_("This is too long."),
    "duplicate_element": N_("The two new lots need two different codes."),
    "other_product": N_("Both lots must be of one product. Else it is processing."),
    "lot_code_taken": N_("Another organisation has a lot with this code. Choose another one."),
    "not_your_place": N_("This is no place of the organisation that you act for."),
    "unknown_lot": N_("No lot of yours has this number and code."),
    "recorded_by_another": N_("This number belongs to another organisation."),
    "no_lots": N_("Choose at least one lot."),
    "too_many_lots": N_("These are too many lots at once."),
}
"""What is wrong with a field, by the code of the problem."""
