"""Files of others that the pages serve: taken from package archives, named in one manifest with licence and digest.

`python -m support.vendor FOLDER` (with tests/ and the source roots on the path) takes them anew from the archives in a
folder. Of Tabler's style sheet only the rules are kept whose classes the pages may use; the rest is six times as much.
"""

from __future__ import annotations

import json
import re
import sys
import tarfile
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import Any

import lotproof_web
from support.trim_css import trim

VENDOR = Path(lotproof_web.__file__).parent / "static" / "vendor"
MANIFEST = VENDOR / "manifest.json"


@dataclass(frozen=True)
class Taken:
    """One file of a package. licence: SPDX.  notice: where the package keeps its licence's text, None for none."""

    file: str
    package: str
    version: str
    licence: str
    source: str
    notice: str | None = "LICENSE"

    @property
    def archive(self) -> str:
        """The archive's file name."""
        return f"{self.package.removeprefix('@').replace('/', '-')}-{self.version}.tgz"


TAKEN = (
    Taken("tabler.css", "@tabler/core", "1.6.1", "MIT", "dist/css/tabler.min.css", None),
    Taken("htmx.js", "htmx.org", "4.0.1", "0BSD", "dist/htmx.min.js"),
    Taken(
        "swagger-ui.js",
        "swagger-ui-dist",
        "5.35.0",
        "Apache-2.0",
        "swagger-ui-bundle.js",
        "swagger-ui-bundle.js.LICENSE.txt",
    ),  # of what is bundled; the style sheet's is the package's own
    Taken("swagger-ui.css", "swagger-ui-dist", "5.35.0", "Apache-2.0", "swagger-ui.css"),
    Taken("barcode-detector.js", "barcode-detector", "3.2.2", "MIT", "dist/iife/ponyfill.js"),
    Taken("zxing_reader.wasm", "zxing-wasm", "3.1.3", "MIT", "dist/reader/zxing_reader.wasm"),
)


ELSEWHERE = re.compile(rb"https://[^`]*/dist/\$\{n\[1\]\}/\$\{e\}")
"""Where the detector would fetch its WebAssembly from, if nobody told it where ours is."""
OUR_OWN = b"/static/vendor/${e}"


def manifest() -> list[dict[str, Any]]:
    """What the manifest says."""
    found: list[dict[str, Any]] = json.loads(MANIFEST.read_text())["files"]
    return found


def take(folder: Path) -> None:
    """Write every file, its licence and the manifest."""
    rows = []
    for one in TAKEN:
        archive = (folder / one.archive).read_bytes()
        content = _member(folder / one.archive, one.source)
        if one.file == "tabler.css":
            content = trim(content.decode()).encode()
        if one.file == "barcode-detector.js":
            content = ELSEWHERE.sub(OUR_OWN, content)
        (VENDOR / one.file).write_bytes(content)
        if one.notice:
            (VENDOR / f"{one.file}.LICENSE").write_bytes(_member(folder / one.archive, one.notice))
        rows.append(
            {
                "file": one.file,
                "name": one.package,
                "version": one.version,
                "licence": one.licence,
                "from": one.source,
                "archive_sha256": sha256(archive).hexdigest(),
                "sha256": sha256(content).hexdigest(),
            }
        )
    MANIFEST.write_text(json.dumps({"files": rows}, indent=1) + "\n")


def _member(archive: Path, name: str) -> bytes:
    with tarfile.open(archive) as opened:
        file = opened.extractfile(f"package/{name}")
        assert file is not None
        return file.read()


if __name__ == "__main__":
    take(Path(sys.argv[1]))
