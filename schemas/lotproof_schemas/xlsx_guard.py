"""Look at an Excel file from outside before anything reads it: is it one, is it safe, and how much would it unfold?

The sizes are those that the archive states; unpacking stops at them, so that a file cannot unfold to more.
"""

import re
from dataclasses import dataclass
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile, ZipInfo

from lotproof.kernel.errors import Problem

LARGEST_FILE = 64 << 20
_LARGEST_SHEET = 256 << 20  # read row by row, never held
_LARGEST_PART = 32 << 20  # held in memory: texts and styles
_MOST_PARTS = 2000
_CHUNK = 1 << 20
_OLE = bytes.fromhex("d0cf11e0a1b11ae1")
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")
_WIDEST_CELL = re.compile(rb'\sr="([A-Z]{1,3})[0-9]')


@dataclass(frozen=True, slots=True)
class Outside:
    """has_formulas: some cell is reckoned.  widest: number of columns of the widest sheet."""

    has_formulas: bool
    widest: int


def look_at(stream: BinaryIO) -> Outside | Problem:
    """Return what can be told without reading cells, or why the file is not read. The stream is left at its start."""
    stream.seek(0)
    head = stream.read(8)
    size = stream.seek(0, 2)
    stream.seek(0)
    if not size:
        return _problem("empty_file", "the file is empty")
    if size > LARGEST_FILE:
        return _problem(
            "file_too_large", f"the file is larger than {LARGEST_FILE >> 20} MB: cut it into several"
        )
    if head == _OLE:
        return _ole(stream)
    try:
        with ZipFile(stream) as archive:
            return _parts(archive)
    except (BadZipFile, NotImplementedError, OSError, EOFError, ValueError, RuntimeError) as error:
        return _problem("invalid_xlsx", f"the file is no Excel file: {error}")
    finally:
        stream.seek(0)


def _problem(code: str, message: str) -> Problem:
    return Problem("file", code, message)


def _ole(stream: BinaryIO) -> Problem:
    if _ENCRYPTED in stream.read(1 << 20):
        return _problem("encrypted_file", "the file is encrypted: save it without a password")
    return _problem("old_format", "the file is in the format of Excel 97: save it as .xlsx")


def _parts(archive: ZipFile) -> Outside | Problem:
    parts = archive.infolist()
    names = {part.filename for part in parts}
    if len(parts) > _MOST_PARTS:
        return _problem("unsafe_file", f"the file has more than {_MOST_PARTS} parts")
    if any(part.flag_bits & 1 for part in parts):
        return _problem("encrypted_file", "the file is encrypted: save it without a password")
    if any(name.endswith("vbaProject.bin") for name in names):
        return _problem("has_macros", "the file holds macros: save it as .xlsx without them")
    if any(name.startswith("xl/externalLinks/") for name in names):
        return _problem(
            "external_links", "the file takes values from other files: break the links and save it again"
        )
    if "xl/workbook.xml" not in names:
        other = "save it as .xlsx" if names & {"xl/workbook.bin", "content.xml"} else "it holds no workbook"
        return _problem("invalid_xlsx", f"the file is no Excel file of the kind .xlsx: {other}")
    for part in parts:
        most = _LARGEST_SHEET if _is_sheet(part) else _LARGEST_PART
        if part.file_size > most and part.filename.endswith((".xml", ".rels")):
            return _problem("unsafe_file", f"{part.filename} would unfold to more than {most >> 20} MB")
    return _contents(archive, [part for part in parts if part.filename.endswith((".xml", ".rels"))])


def _is_sheet(part: ZipInfo) -> bool:
    return part.filename.startswith("xl/worksheets/") and part.filename.endswith(".xml")


def _contents(archive: ZipFile, parts: list[ZipInfo]) -> Outside | Problem:
    has_formulas, widest = False, 0
    for part in parts:
        with archive.open(part) as stream:
            before = b""
            while chunk := stream.read(_CHUNK):
                text = before + chunk  # what is looked for may lie across two chunks
                if b"<!DOCTYPE" in text or b"<!ENTITY" in text:
                    return _problem(
                        "unsafe_file", f"{part.filename} declares entities, which no Excel file needs"
                    )
                if _is_sheet(part):
                    has_formulas = has_formulas or b"<f>" in text or b"<f " in text or b"<f/>" in text
                    widest = max([widest, *map(_number, set(_WIDEST_CELL.findall(text)))])
                before = text[-16:]
    return Outside(has_formulas, widest)


def _number(letters: bytes) -> int:
    """Excel's letters as a number: A is 1."""
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
