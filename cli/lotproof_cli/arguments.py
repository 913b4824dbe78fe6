"""What commands share: --json, and arguments that are read into values of the core, with its own errors."""

from collections.abc import Callable
from datetime import datetime
from typing import Any

import click

from lotproof.kernel.errors import InvalidInputError
from lotproof.kernel.identifiers import Gln, LotId, identify
from lotproof.kernel.instants import parse_instant
from lotproof_cli.surroundings import Here


def command(name: str) -> Callable[[Callable[..., None]], click.Command]:
    """Make a command that has --json and gets what it stands on (`Here`) as its first argument."""

    def decorate(function: Callable[..., None]) -> click.Command:
        with_json = click.option(
            "--json",
            is_flag=True,
            expose_value=False,
            is_eager=True,
            callback=_answer_by_json,
            help="Answer by one JSON value.",
        )
        return click.command(name)(with_json(click.pass_obj(function)))

    return decorate


def _answer_by_json(ctx: click.Context, _option: click.Parameter, value: bool) -> None:
    if value:
        ctx.ensure_object(Here).as_json = True


class GroupWithDefault(click.Group):
    """A group whose first word may be left out: what is no command of it goes to its `default` one."""

    def __init__(self, *args: Any, default: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._default = default

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Put the default command before what names none."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = [self._default, *args]
        return super().parse_args(ctx, args)


class LotArgument(click.ParamType[LotId]):
    """GTIN/LOT or a Digital Link."""

    name = "lot"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> LotId:
        """Raises: InvalidInputError."""
        return value if isinstance(value, LotId) else LotId.parse(value)


class OrgArgument(click.ParamType[str]):
    """A party: its GLN or its URI."""

    name = "org"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the party's canonical URI. Raises: InvalidInputError."""
        text = str(value)
        if ":" not in text:
            return Gln(text).party_uri
        known = identify(text)
        if known.kind != "party":
            hint = "Write the 13 digits of its GLN, or https://id.gs1.org/417/<GLN>."
            raise InvalidInputError("invalid_identifier", f"{text!r} names no organisation", hint)
        return known.uri


class GlnArgument(click.ParamType[Gln]):
    """A GLN of 13 digits, or a URI that holds one."""

    name = "gln"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Gln:
        """Raises: InvalidInputError."""
        if isinstance(value, Gln):
            return value
        text = str(value)
        if ":" in text and (known := identify(text)).kind in ("place", "party"):
            text = known.uri.split("/")[4]
        return Gln(text)


class WordsArgument(click.ParamType[str]):
    """A text with something in it."""

    name = "text"

    def convert(self, value: str, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Refuse what is blank."""
        if not value.strip():
            self.fail("nothing stands in it", param, ctx)
        return value


class InstantArgument(click.ParamType[datetime]):
    """A time with its offset, as 2026-11-23T16:36:00+08:00."""

    name = "time"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> datetime:
        """Raises: InvalidInputError."""
        return value if isinstance(value, datetime) else parse_instant(value)


LOT, ORG, GLN, INSTANT, WORDS = (
    LotArgument(), OrgArgument(), GlnArgument(), InstantArgument(), WordsArgument(),
)  # fmt: skip

by_option = click.option(
    "--by", type=ORG, help="Organisation that records and signs (default: the operator)."
)
approve_option = click.option(
    "--approve", "approvals", multiple=True, metavar="NAME", help="Person who agrees; give it once for each."
)
