"""The `lotproof` command: its subcommands, and the one place where an error becomes output and an exit code.

- Exit codes: 0 done, 1 refused or found wrong, 2 called wrongly, 70 a fault of this program (with its
  traceback), 130 interrupted.
- A command's module is imported when the command is called, and what is heavy when it works: the start is quick.
"""

import gc
import os
import sys
from collections.abc import Sequence
from importlib import import_module
from importlib.util import find_spec
from keyword import iskeyword
from typing import Any, NoReturn

import click

from lotproof import __version__
from lotproof_cli.failures import OUR_FAULT, Failure, describe
from lotproof_cli.output import echo_json, printable
from lotproof_cli.surroundings import Here

COMMANDS: dict[str, str] = {
    "init": "init",
    "org": "org",
    "record": "record",
    "season": "season",
    "capture": "capture",
    "trace": "trace",
    "balance": "lots",
    "history": "history",
    "lots": "lots",
    "may": "lots",
    "qualification": "qualification",
    "hold": "holds",
    "release": "holds",
    "recall": "recall",
    "drill": "recall",
    "common": "common",
    "correct": "correct",
    "corrections": "corrections",
    "verify": "verify",
    "rebuild": "rebuild",
    "monitor": "monitor",
    "prove": "prove",
    "disclose": "disclose",
    "check": "prove",
    "heads": "heads",
    "label": "label",
    "key": "signing_keys",
    "master-key": "master_key",
    "documents": "documents",
    "erase": "erase",
    "retention": "erase",
    "account": "account",
    "api-key": "keys",
    "export": "export",
    "import": "mirroring",
    "backup": "backups",
    "restore": "backups",
    "log": "log",
    "tick": "tick",
    "mails": "mails",
    "migrate": "migrate",
    "serve": "serve",
    "demo": "demo",
}
"""Command -> its module, which holds it under the same name with underscores."""


class Commands(click.Group):
    """Imports a command when it is asked for, and turns whatever goes wrong into one shape."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands in the order of a season's work; what is not installed is left out."""
        return [name for name in COMMANDS if _is_there(name)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import one command."""
        if not _is_there(cmd_name):
            return None
        module = import_module(f"lotproof_cli.{COMMANDS[cmd_name]}")
        command: click.Command = getattr(module, _name_in_module(cmd_name))
        return command

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run one command and leave with its exit code."""
        given = list(sys.argv[1:] if args is None else args)
        try:
            code = super().main(given, prog_name or "lotproof", complete_var, standalone_mode=False, **extra)
        except BrokenPipeError:
            # Whoever read our output has seen enough; the interpreter must not stumble over it at its end.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(1)
        except Exception as error:  # noqa: BLE001 - the last one who could tell of it: `describe` swallows nothing
            failure = describe(error)
            _tell(failure, as_json="--json" in given)
            sys.exit(failure.exit_code)
        sys.exit(code if isinstance(code, int) else 0)


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="lotproof", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """A ledger of what happened to every lot of farm produce, that anyone can check.

    Begin with `lotproof init`. LOT is GTIN/LOT or a GS1 Digital Link; ORG is a GLN or a party's URI. Every
    command has --json. Where data lies: LOTPROOF_HOME (default ~/.lotproof).
    """
    ctx.obj = Here()
    ctx.call_on_close(ctx.obj.close)


def _name_in_module(command: str) -> str:
    """What a command is called in its module: Python's own words get an underscore."""
    name = command.replace("-", "_")
    return f"{name}_" if iskeyword(name) else name


def _is_there(name: str) -> bool:
    return name in COMMANDS and find_spec(f"lotproof_cli.{COMMANDS[name]}") is not None


def main() -> NoReturn:
    """Run from a terminal or a script."""
    # What a start loads is kept: looking through it for garbage would cost a tenth of the start.
    gc.set_threshold(100_000)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a character gets its number, and no error.
        getattr(stream, "reconfigure", lambda **_: None)(errors="backslashreplace")
    cli.main()


def _tell(failure: Failure, *, as_json: bool) -> None:
    if failure.traceback:
        click.echo(failure.traceback, err=True, nl=False)
    if as_json:
        echo_json(failure.as_dict())
        return
    if failure.exit_code == OUR_FAULT:
        return
    if not failure.problems and failure.code == "usage":  # nothing was asked for: the help is the answer
        click.echo(failure.message)
        return
    # One problem that the message tells already is not told twice.
    told = len(failure.problems) == 1 and failure.problems[0].message in failure.message
    code = f" [{failure.code}]" if told or not failure.problems else ""
    click.echo(
        f"{click.style('lotproof:', fg='red', bold=True)} {printable(failure.message)}{code}", err=True
    )
    for problem in () if told else failure.problems:
        where = f"{problem.where}: " if problem.where else ""
        click.echo(printable(f"  {where}{problem.message} [{problem.code}]"), err=True)
    if failure.hint:
        click.echo(f"  → {failure.hint}", err=True)
