"""The name that somebody gave a file is shown, and never leads anywhere."""

from __future__ import annotations

import pytest

from lotproof.documents.names import MOST_BYTES, name_with, shown_name


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        ("licence.jpg", "licence.jpg"),
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\evil.pdf", "evil.pdf"),
        ("/", "document"),
        ("..", "document"),
        ("", "document"),
        (".pdf", "pdf"),
        ("a\u202egnp.exe.pdf", "agnp.exe.pdf"),
        ("two\r\nlines: x.pdf", "twolines_ x.pdf"),
        ('a"b<c>.png', "a_b_c_.png"),
        ("营业执照.jpg", "营业执照.jpg"),
    ],
)
def test_a_name_is_safe_to_show_and_to_save_under(given: str, shown: str) -> None:
    assert shown_name(given) == shown


def test_a_name_of_255_chinese_characters_is_cut_and_keeps_its_ending() -> None:
    shown = shown_name("证" * 251 + ".jpg")

    assert shown.endswith("证.jpg")
    assert len(shown.encode()) <= MOST_BYTES


def test_a_clean_copy_is_called_like_the_original_with_its_own_ending() -> None:
    assert name_with("licence.webp", "jpg") == "licence.jpg"
    assert len(name_with("证" * 200 + ".tif", "jpg").encode()) <= MOST_BYTES
