"""`python -m lotproof.documents.cleaning IN OUT`; see the package."""

import sys
from pathlib import Path

from lotproof.documents.cleaning.confine import confine
from lotproof.documents.cleaning.outcome import OUTCOME, Outcome, dumps


def main(source: Path, out: Path) -> int:
    """Clean one file. Whatever it does to this process, the answer is an outcome or a process that ended."""
    confine()
    from lotproof.documents.refusals import BadFileError

    try:
        outcome = _clean(source, out)
    except BadFileError as error:
        outcome = Outcome(error.code)
    except MemoryError:
        outcome = Outcome("too_costly_file")
    except (
        Exception
    ) as error:  # libraries raise many kinds at what is damaged; a person reads why on standard error
        print(f"{type(error).__name__}: {error}", file=sys.stderr)
        outcome = Outcome("unreadable_file")
    (out / OUTCOME).write_text(dumps(outcome))
    return 0


def _clean(source: Path, out: Path) -> Outcome:
    with source.open("rb") as file:
        is_pdf = file.read(5) == b"%PDF-"
    if is_pdf:
        from lotproof.documents.cleaning.pdfs import clean_pdf

        return clean_pdf(source, out)
    from lotproof.documents.cleaning.images import clean_image

    return clean_image(source, out)


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2])))
