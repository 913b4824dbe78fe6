"""What types of documents are called, and what is said of a file that is not taken."""

from lotproof_web.words.mark import N_
from lotproof_web.words.papers import PAPERS

TYPES: dict[str, str] = {
    **PAPERS,
    "test_report": N_("Test report"),
    "conformity_commitment": N_("Commitment certificate"),
    "photo": N_("Photo"),
    "other": N_("Another document"),
}

FILE_PROBLEMS: dict[str, str] = {
    "file_type_not_taken": N_(
        "Files of this kind are not taken. Send a PDF, or a picture as JPEG, PNG, WebP or TIFF."
    ),
    "file_type_differs": N_(
        "The file is not what the end of its name says. Send it as it was made; do not rename it."
    ),
    "file_too_large": N_("The file is too large. Take a photo with a lower resolution, or send it in parts."),
    "empty_file": N_("The file is empty. Send it again."),
    "harmful_file": N_("The file holds a known virus. Do not open it; make the document anew."),
    "unreadable_file": N_("The file is damaged, or is not what it seems. Make it anew, or take a photo."),
    "locked_file": N_("The file asks for a password. Save it without one, and send it again."),
    "too_many_pages": N_("The file has more than 30 pages. Send it in parts."),
    "too_many_pixels": N_("The picture has more than 40 megapixels. Send a smaller one."),
    "several_pictures": N_("The file holds several pictures. Send them one by one, or as a PDF."),
    "too_costly_file": N_("Opening the file takes too much time or memory. Make it anew, or take a photo."),
    "unknown_document_type": N_("Choose what kind of document it is."),
    "not_your_organisation": N_("You do not act for the organisation that this document would be about."),
    "unknown_party": N_("This organisation is not registered here."),
}
"""By code of the error, or of the document's problem."""

READ_FIELDS: dict[str, str] = {
    "credit_code": N_("Unified social credit code"),
    "number": N_("Number"),
    "name": N_("Name"),
    "valid_from": N_("Valid from"),
    "valid_to": N_("Valid to"),
}
"""What a program may have read in a document."""
