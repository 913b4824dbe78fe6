"""Which files are taken: name and content have to agree."""

from __future__ import annotations

import pytest

from lotproof.documents.formats import JPEG, PDF, TIFF, format_of_name, require_format
from lotproof.documents.harmful import EICAR, Watch
from lotproof.documents.refusals import WrongFileError


@pytest.mark.parametrize(
    ("name", "media_type"), [("a.JPG", JPEG), ("a.b.jpeg", JPEG), ("..\\x.pdf", PDF), ("证.tif", TIFF)]
)
def test_the_end_of_a_name_promises_a_format(name: str, media_type: str) -> None:
    assert format_of_name(name) == media_type


@pytest.mark.parametrize(
    "name", ["a.svg", "a.html", "a.exe", "a.zip", "a.pdf.exe", "pdf", "", "a.gif", "a.jpg/x"]
)
def test_other_names_are_not_taken(name: str) -> None:
    with pytest.raises(WrongFileError) as error:
        format_of_name(name)

    assert error.value.code == "file_type_not_taken"


def test_a_file_is_taken_when_its_content_is_what_its_name_says() -> None:
    assert require_format(JPEG, JPEG, b"\xff\xd8\xff\xe0") == JPEG


@pytest.mark.parametrize(
    ("promised", "sniffed", "head", "code"),
    [
        (PDF, "application/x-dosexec", b"MZ", "file_type_not_taken"),
        (JPEG, "text/html", b"<html>", "file_type_not_taken"),
        (JPEG, "image/png", b"\x89PNG\r\n\x1a\n", "file_type_differs"),
        (PDF, PDF, b"GIF89a=1;%PDF-1.4", "file_type_differs"),
    ],
)
def test_a_file_that_is_something_else_is_not_taken(
    promised: str, sniffed: str, head: bytes, code: str
) -> None:
    with pytest.raises(WrongFileError) as error:
        require_format(promised, sniffed, head)

    assert error.value.code == code


@pytest.mark.parametrize("cut", [1, 30, 67])
def test_the_test_file_of_virus_scanners_is_found_across_chunks(cut: int) -> None:
    watch = Watch()

    for chunk in (b"before " + EICAR[:cut], EICAR[cut:] + b" after"):
        watch.feed(chunk)

    assert watch.found


def test_other_text_is_no_virus() -> None:
    watch = Watch()

    for chunk in (EICAR[:40], EICAR[41:]):
        watch.feed(chunk)

    assert not watch.found
