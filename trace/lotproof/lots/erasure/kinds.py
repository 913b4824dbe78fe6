"""The kinds of private data, by which they are kept for some time and told before they are erased. Pure."""

from collections.abc import Mapping

NAMES, PHONES, PEOPLE, DOCUMENTS, TEXTS, OWNERS, JOBS = (
    "names", "phones", "people", "documents", "texts", "owners", "jobs",
)  # fmt: skip

KINDS: Mapping[str, str] = {
    NAMES: "names of persons that are parties",
    PHONES: "telephone numbers of parties",
    PEOPLE: "names of those who approved or witnessed",
    DOCUMENTS: "orders, invoices, bills of lading; papers that people handed in",
    TEXTS: "reasons, notes, prices and every other extension that is not public",
    OWNERS: "who sold to whom",
    JOBS: "reports of documents that were captured",
}
"""Kind -> what it is. `owners` is told, and never erased by its age: a recall needs it."""

ENDS = ("/event/sourceList/", "/event/destinationList/")
_BY_NAME = {
    "/record/body/names": NAMES,
    "/record/body/phone": PHONES,
    "/record/body/original": DOCUMENTS,
    "/record/body/shown": DOCUMENTS,
    "/record/body/reviewer": PEOPLE,
    "/event/bizTransactionList": DOCUMENTS,
    "/event/lotproof:witness": PEOPLE,
}


def kind_of(pointer: str) -> str:
    """Return the kind of the hidden part with this JSON Pointer."""
    if pointer.startswith(ENDS):
        return OWNERS
    if pointer.startswith("/approvals/"):
        return PEOPLE
    return _BY_NAME.get(pointer, TEXTS)
