"""The `lotproof` command as tests call it, in a folder of its own."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner, Result

from lotproof_cli.main import cli


@dataclass(frozen=True)
class Lotproof:
    """The command. folder: where it is called.  home: where it keeps its data."""

    folder: Path

    @property
    def home(self) -> Path:
        """LOTPROOF_HOME."""
        return self.folder / "home"

    def __call__(self, *arguments: str | Path, stdin: str | None = None) -> Result:
        """Call it, whatever comes of it."""
        return CliRunner().invoke(cli, [str(one) for one in arguments], input=stdin)

    def text(self, *arguments: str | Path) -> str:
        """What it tells people, where it succeeds."""
        result = self(*arguments)
        assert result.exit_code == 0, result.output
        return result.stdout

    def json(self, *arguments: str | Path) -> Any:
        """What it tells scripts, where it succeeds."""
        return json.loads(self.text(*arguments, "--json"))

    def refusal(self, *arguments: str | Path) -> dict[str, Any]:
        """What it tells scripts, where it refuses: in the one shape of errors."""
        result = self(*arguments, "--json")
        assert result.exit_code != 0
        assert result.exit_code != 70, result.stderr
        found: dict[str, Any] = json.loads(result.stdout)
        assert set(found) == {"code", "message", "hint", "problems"}
        assert all(set(one) == {"where", "code", "message"} for one in found["problems"])
        return found

    def write(self, name: str, text: str) -> Path:
        """Put a file into the folder."""
        path = self.folder / name
        path.write_text(text)
        return path
