"""Run `support.kill_target` under strace: kill it at one of its writing system calls, or note all of them down.

strace stops the child on entering the call and lets SIGKILL in before the kernel does it, so that the n-th run has
done exactly the first n - 1 calls.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from support.kill_target import MARK

WRITING = "write,writev,pwrite64,pwritev,fsync,fdatasync,ftruncate,rename,renameat,renameat2,link,unlink,mkdir,sendto"
_TESTS = Path(__file__).parents[1]


@dataclass(frozen=True)
class Run:
    """One run of the child. exit_code: -9 where it was killed.  lines: what strace wrote.  marks: what it reached."""

    exit_code: int
    lines: Sequence[str]
    marks: Sequence[str]


class Target:
    """The process that forks the children; `run` does one."""

    def __init__(self, folder: Path) -> None:
        self._log = folder / "strace.log"
        self._process = subprocess.Popen(
            [sys.executable, "-m", "support.kill_target"],
            cwd=_TESTS,
            env={**os.environ, "PYTHONPATH": str(_TESTS)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        self._read("ready")

    def run(
        self, job: Mapping[str, Any], kill_at: tuple[str, int] | None = None, *, contents: bool = False
    ) -> Run:
        """Do a job. kill_at: the call that it is killed at, as `call_of` says.  contents: note what is written."""
        require_strace()
        self._tell([job])
        child = int(self._read())
        calls = f"{WRITING},openat" if contents else WRITING
        options = ["-e", f"trace={calls}", "-s", "1000000" if contents else "64"]
        options += ["-xx"] if contents else []
        if kill_at is not None:
            options += ["-e", f"inject={kill_at[0]}:signal=KILL:when={kill_at[1]}"]
        tracer = subprocess.Popen(
            ["strace", *options, "-o", str(self._log), "-p", str(child)], stderr=subprocess.PIPE, text=True
        )
        assert tracer.stderr is not None
        said = tracer.stderr.readline()
        if "attached" not in said:
            os.kill(child, signal.SIGKILL)
            os.kill(child, signal.SIGCONT)
            self._read()
            pytest.skip(f"strace may not trace here: {said}")
        os.kill(child, signal.SIGCONT)
        exit_code = int(self._read())
        tracer.communicate(timeout=60)
        lines = [line for line in self._log.read_text().splitlines() if "(" in line]
        return Run(exit_code, lines, [mark for line in lines if (mark := mark_in(line))])

    def run_together(self, jobs: Sequence[Mapping[str, Any]]) -> list[int]:
        """Do jobs in processes side by side, without strace; returns their exit codes."""
        self._tell(jobs)
        return [int(code) for code in self._read().split()]

    def _tell(self, jobs: Sequence[Mapping[str, Any]]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(list(jobs)) + "\n")
        self._process.stdin.flush()

    def close(self) -> None:
        """End the process."""
        self._process.communicate(timeout=30)

    def _read(self, expected: str | None = None) -> str:
        assert self._process.stdout is not None
        line = self._process.stdout.readline().strip()
        assert line, "the target has died"
        assert expected in (None, line)
        return line


def call_of(lines: Sequence[str], number: int) -> tuple[str, int]:
    """Return the name of the call with this number, and its number among those of its name, both from 1.

    So strace counts: to kill at the 7th of all writing calls it must be told of the 2nd fsync.
    """
    names = [line.partition("(")[0] for line in lines[:number]]
    return names[-1], names.count(names[-1])


def mark_in(line: str) -> str:
    """Return what a call tells that the child has reached; empty for any other call, or one that was not done."""
    call, _, result = line.rpartition(" = ")
    if not call.startswith("write(") or not result[:1].isdigit():
        return ""
    text = call.split('"')[1]
    if text.startswith("\\x"):
        text = bytes.fromhex(text.replace("\\x", "")).decode("latin-1")
    return text.removeprefix(MARK) if text.startswith(MARK) else ""


def require_strace() -> None:
    """Skip where strace is not there; in CI fail."""
    if shutil.which("strace") is None:
        reason = "no strace on PATH: apt-get install strace"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
