"""Checkpoints against C2SP tlog-checkpoint."""

import base64

import pytest

from lotproof.kernel.errors import InvalidInputError
from lotproof.proof.checkpoint import Checkpoint, open_checkpoint, parse_note_text
from lotproof.proof.note import NoteError, NoteSigner, sign

# C2SP tlog-checkpoint, the example in its first section.
EXAMPLE = (
    "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n\n"
    "— example.com/behind-the-sofa Az3grlgtzPICa5OS8npVmf1Myq/5IZniMp+ZJurmRDeOoRDe4URYN7u5/Zhcyv2q1gGzGku9nTo+z"
    "yWE+xeMcTOAYQ8=\n"
)
ROOT = base64.b64decode("CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=")
SIGNER = NoteSigner("example.com/behind-the-sofa", bytes(range(32)))


def test_the_example_of_the_specification_is_read_and_written() -> None:
    checkpoint = parse_note_text(EXAMPLE)

    assert checkpoint == Checkpoint("example.com/behind-the-sofa", 20852163, ROOT)
    assert EXAMPLE.startswith(checkpoint.text() + "\n")
    assert parse_note_text(EXAMPLE.encode()) == checkpoint


@pytest.mark.parametrize(
    "text",
    [
        "",
        "o\n1\n",
        f"o\n1\n{base64.b64encode(ROOT).decode()}",
        f"\n1\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n01\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n-1\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n+1\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n１\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n1 \n{base64.b64encode(ROOT).decode()}\n",
        f"o\n{'9' * 20}\n{base64.b64encode(ROOT).decode()}\n",
        f"o\n1\n{base64.b64encode(ROOT[1:]).decode()}\n",
        f"o\n1\n{base64.b64encode(ROOT).decode().rstrip('=')}\n",
        f"o\n1\n{base64.urlsafe_b64encode(bytes([255] * 32)).decode()}\n",
        f"o\n1\n{base64.b64encode(ROOT).decode()}\nextension\n",
        f"o\n1\n{base64.b64encode(ROOT).decode()}\n\n",
    ],
)
def test_other_texts_are_no_checkpoints(text: str) -> None:
    with pytest.raises(NoteError):
        Checkpoint.parse(text)


@pytest.mark.parametrize(
    ("origin", "size", "root"), [("", 1, ROOT), ("a\nb", 1, ROOT), ("o", -1, ROOT), ("o", 1, b"")]
)
def test_a_checkpoint_that_could_not_be_read_back_is_not_made(origin: str, size: int, root: bytes) -> None:
    with pytest.raises(InvalidInputError):
        Checkpoint(origin, size, root)


def test_a_signed_checkpoint_opens_for_the_key_of_its_origin() -> None:
    checkpoint = Checkpoint(SIGNER.name, 7, ROOT)

    assert open_checkpoint(sign(checkpoint.text(), SIGNER).encode(), SIGNER.verifier) == checkpoint


def test_a_checkpoint_of_another_origin_is_refused_even_if_the_key_signed_it() -> None:
    note = sign(Checkpoint("example.com/other", 7, ROOT).text(), SIGNER).encode()

    with pytest.raises(NoteError) as refused:
        open_checkpoint(note, SIGNER.verifier)

    assert refused.value.code == "wrong_origin"
