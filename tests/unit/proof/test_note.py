"""Signed notes against the examples of Go's golang.org/x/mod/sumdb/note and of C2SP signed-note."""

import base64

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof import note
from lotproof.proof.note import NoteError, NoteSigner, NoteVerifier

# golang.org/x/mod/sumdb/note, note_test.go.
PETER_SECRET = "PRIVATE+KEY+PeterNeumann+c74f20a3+AYEKFALVFGyNhPJEMzD1QIDr+Y7hfZx09iUvxdXHKDFz"
PETER = "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW"
ENOCH = "EnochRoot+af0cfe78+ATtqJ7zOtqQtYqOo0CpvDXNlMhV3HeJDpjrASKGLWdop"
TEXT = "If you think cryptography is the answer to your problem,\nthen you don't know what your problem is.\n"
PETER_LINE = (
    "— PeterNeumann x08go/ZJkuBS9UG/SffcvIAQxVBtiFupLLr8pAcElZInNIuGUgYN1FFYC2pZSNXgKvqfqdngotpRZb6KE6"
    "RyyBwJnAM=\n"
)
ENOCH_LINE = (
    "— EnochRoot rwz+eBzmZa0SO3NbfRGzPCpDckykFXSdeX+MNtCOXm2/5n2tiOHp+vAF1aGrQ5ovTG01oOTGwnWLox33WWd1"
    "RvMc+QQ=\n"
)
# C2SP signed-note: an example whose key is not published.
QUASIMODO = (
    "Ognuno sta solo sul cuor della terra\ntrafitto da un raggio di sole:\n\ned è subito sera.\n\n"
    "— quasimodo.example/salvatore NnugSzTjtVAewIS+Z/iJhUPeFDkO/5QQ2i5ddnGITLlC+EhfLW9oJKONrMouFSQU0xMcXxj99ihA"
    "QwaqP3ZekRwNtIc=\n"
)

peter = NoteVerifier.parse(PETER)
enoch = NoteVerifier.parse(ENOCH)


def peter_signer() -> NoteSigner:
    seed = base64.b64decode(PETER_SECRET.split("+", 4)[4])[1:]
    return NoteSigner("PeterNeumann", seed)


def test_a_text_is_signed_as_go_signs_it() -> None:
    assert note.sign(TEXT, peter_signer()) == TEXT + "\n" + PETER_LINE


def test_a_key_is_written_as_go_writes_it() -> None:
    assert peter_signer().verifier_key == PETER
    assert str(peter_signer().verifier) == PETER
    assert peter.key_id.hex() == "c74f20a3"
    assert (enoch.name, enoch.vkey) == ("EnochRoot", ENOCH)


def test_no_part_of_a_key_is_a_key() -> None:
    for start in range(len(PETER) + 1):
        for end in range(start + 1, len(PETER) + 1):
            if end - start != len(PETER):
                with pytest.raises(InvalidInputError):
                    NoteVerifier.parse(PETER[start:end])


def test_no_change_of_one_character_leaves_a_key() -> None:
    for at, char in enumerate(PETER):
        with pytest.raises(InvalidInputError):
            NoteVerifier.parse(PETER[:at] + chr(ord(char) + 1) + PETER[at + 1 :])


@pytest.mark.parametrize(
    "vkey",
    [
        # note_test.go: wrong length, and unknown algorithm, each with the key id that goes with it.
        "PeterNeumann+cc469956+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TWBADKEY==",
        "PeterNeumann+173116ae+ZRpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
        PETER.replace("c74f20a3", "C74F20A3"),
        PETER + "\n",
        "Peter Neumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW",
    ],
)
def test_texts_that_are_no_ed25519_key_are_refused(vkey: str) -> None:
    with pytest.raises(InvalidInputError):
        NoteVerifier.parse(vkey)


def test_a_note_opens_for_each_who_signed_it() -> None:
    whole = (TEXT + "\n" + PETER_LINE + ENOCH_LINE).encode()

    assert note.open(whole, [peter]) == TEXT
    assert note.open(whole, [enoch]) == TEXT
    assert note.open(whole, [peter, enoch]) == TEXT


def test_a_note_that_nobody_known_signed_does_not_open() -> None:
    with pytest.raises(NoteError) as refused:
        note.open((TEXT + "\n" + ENOCH_LINE).encode(), [peter])

    assert refused.value.code == "note_not_signed"
    with pytest.raises(NoteError):
        note.open((TEXT + "\n" + ENOCH_LINE).encode(), [])


def test_a_wrong_signature_of_a_known_key_condemns_the_note() -> None:
    wrong = PETER_LINE[:60] + "ABCD" + PETER_LINE[60:]

    with pytest.raises(NoteError) as refused:
        note.open((TEXT + "\n" + wrong + ENOCH_LINE).encode(), [peter, enoch])

    assert refused.value.code == "note_not_signed"


def test_the_same_id_under_another_name_is_another_key() -> None:
    renamed = PETER_LINE.replace("PeterNeumann", "CarmenSandiego")

    with pytest.raises(NoteError):
        note.open((TEXT + "\n" + renamed).encode(), [peter])


@pytest.mark.parametrize(
    "whole",
    [
        TEXT,
        TEXT + "\n",
        TEXT + "\n" + PETER_LINE[:-1],
        "\x01" + TEXT + "\n" + PETER_LINE,
        TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Bad Name"),
        TEXT + "\n" + PETER_LINE.replace("PeterNeumann", "Bad+Name"),
        TEXT + "\n" + PETER_LINE.replace("PeterNeumann", ""),
        TEXT + "\n" + PETER_LINE + "Unexpected line.\n",
        TEXT + "\n" + PETER_LINE * 101,
        TEXT + "\n" + PETER_LINE.replace("—", "-"),
        TEXT + "\n" + PETER_LINE.replace("x08go", "x08g"),
        TEXT + "\n" + "— PeterNeumann x08g\n",
        TEXT + "\n" + PETER_LINE.replace("=\n", "\n"),
        TEXT + "\r\n" + PETER_LINE,
        "x" * 1_000_001 + "\n\n" + PETER_LINE,
    ],
)
def test_malformed_notes_are_refused(whole: str) -> None:
    with pytest.raises(NoteError) as refused:
        note.open(whole.encode(), [peter])

    assert refused.value.code == "note_malformed"


def test_a_note_that_is_not_utf8_is_refused() -> None:
    with pytest.raises(NoteError):
        note.open(b"\xff" + (TEXT + "\n" + PETER_LINE).encode(), [peter])


def test_the_example_of_the_specification_is_read_with_its_empty_line() -> None:
    text, signatures = note.split(QUASIMODO.encode())

    assert text.endswith("\n\ned è subito sera.\n")
    assert [name for name, _ in signatures] == ["quasimodo.example/salvatore"]
    assert len(signatures[0][1]) == 4 + 64


@pytest.mark.parametrize("text", ["", "no newline", "a\tb\n", "a\rb\n"])
def test_only_a_text_that_can_be_read_back_is_signed(text: str) -> None:
    with pytest.raises(NoteError):
        note.sign(text, peter_signer())


def test_several_may_sign_one_note() -> None:
    other = NoteSigner("witness.example/w", bytes(range(32)))
    whole = note.sign(TEXT, peter_signer(), other).encode()

    assert note.open(whole, [other.verifier]) == TEXT
    assert note.only_signed_by(whole, peter) == TEXT + "\n" + PETER_LINE
    with pytest.raises(NoteError):
        note.only_signed_by(whole, enoch)


def test_a_key_of_small_order_is_no_verifier() -> None:
    with pytest.raises(InvalidInputError):
        NoteVerifier("example.org/log", (1).to_bytes(32, "little"))


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb"])
def test_a_name_that_cannot_stand_in_a_note_is_refused(name: str) -> None:
    with pytest.raises(InvalidInputError):
        NoteSigner(name, bytes(32))


@pytest.mark.parametrize("text", ["YQ", "YQ=", "YR==", "Y Q==", "YQ==\n", "_-8=", "YQ==YQ==", "é"])
def test_base64_has_one_strict_form(text: str) -> None:
    assert note.decode_base64(text) is None


def test_strict_base64_is_decoded() -> None:
    assert note.decode_base64("YQ==") == b"a"
    assert note.decode_base64("") == b""
