"""Text recognition, where the extra `ocr` is installed: a program of its own reads the picture of a clean page.

`python -m lotproof.documents.reading PICTURE` writes the lines that it reads as JSON. The models lie in the package;
nothing is sent anywhere. Without the extra there are no suggestions, and everything else is as it is.
"""

import json
import logging
import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from lotproof.documents.suggesting import Line

WAIT_S = 120.0
_MOST_MEMORY, _MOST_CPU_S = 3 << 30, 240
_MOST_LINES = 500
_ENVIRONMENT = {"PATH": "/usr/bin:/bin", "LC_ALL": "C.UTF-8"}
_logger = logging.getLogger(__name__)


def is_installed() -> bool:
    """Whether text can be recognised here."""
    return find_spec("rapidocr") is not None and find_spec("onnxruntime") is not None


def read_text(picture: Path) -> list[Line]:
    """Return the lines of text in a picture; none where the program failed, as they are but suggestions."""
    command = [sys.executable, "-I", "-m", "lotproof.documents.reading", str(picture)]
    try:
        done = subprocess.run(
            command,
            env=_ENVIRONMENT,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=WAIT_S,
            check=True,
        )
        return [Line(**one) for one in json.loads(done.stdout)][:_MOST_LINES]
    except (subprocess.SubprocessError, OSError, ValueError, TypeError) as error:
        _logger.warning("no text was recognised: %s", type(error).__name__)
        return []


def _recognise(picture: str) -> list[dict[str, Any]]:
    from lotproof.documents.cleaning.confine import confine

    confine(memory=_MOST_MEMORY, cpu_s=_MOST_CPU_S)
    import rapidocr

    found: Any = rapidocr.RapidOCR(params={"Global.log_level": "critical"})(picture)
    boxes = found.boxes if found.boxes is not None else ()
    return [_line(*one) for one in zip(boxes, found.txts or (), found.scores or (), strict=False)]


def _line(box: Sequence[Sequence[float]], text: str, score: float) -> dict[str, Any]:
    """box: its four corners, from the upper left one."""
    left, top, bottom = int(box[0][0]), int(box[0][1]), int(box[3][1])
    return {
        "text": text,
        "certainty": round(100 * score),
        "x": left,
        "y": top,
        "height": max(1, bottom - top),
    }


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_recognise(sys.argv[1])))
