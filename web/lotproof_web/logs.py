"""What the serving processes write down: one JSON object a line, or text for people, on standard error.

- Everything goes through here: our own lines, and those of the libraries and of the server.
- A traceback says where an error came from and of which kind it is; its text is left out unless it is known to hold
  no value (see `error_text`).
- Whatever looks like a key is struck out, should it come this far all the same. So is what the servers quote of a
  request that they cannot read, or fail at.
"""

import logging
import re
import sys
import traceback
from collections.abc import MutableMapping
from typing import Any, TextIO

import structlog
from structlog.typing import EventDict, Processor

from lotproof_web.error_text import told

_SECRET = re.compile(
    r"lp_[0-9a-f]{12}_[\w-]+"  # an API key
    r"|(?<=bearer )\S+|(?<=basic )\S+"
    r"|(?<=://)[^\s/:@]+:[^\s@]+(?=@)"  # user and password of an address
    r"|\b[0-9a-f]{64}\b",  # 32 bytes: a master key, a seed; digests are missed by nobody here
    re.IGNORECASE,
)
STRUCK_OUT = "[struck out]"
_SERVERS = frozenset({"gunicorn.error", "waitress"})
_QUOTES = re.compile(r"(Invalid request|Error handling request|Exception while serving)\b.*", re.DOTALL)


def write_logs(format: str | None, level: str, stream: TextIO | None = None) -> None:
    """Write the log of this process to a stream (standard error). format: "json", "text" or None for what fits it."""
    to = stream or sys.stderr
    handler = logging.StreamHandler(to)
    handler.setFormatter(formatter(format or ("text" if to.isatty() else "json")))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it lists its own parts at every start


def formatter(format: str) -> logging.Formatter:
    """What makes lines of records, ours and others'. format: "json" or "text"."""
    shown: Processor
    if format == "json":
        shown = structlog.processors.JSONRenderer(ensure_ascii=False)
    else:
        shown = structlog.dev.ConsoleRenderer(colors=False)
    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.stdlib.ExtraAdder(),
            structlog.processors.TimeStamper(fmt="iso", utc=True),
        ],
        processors=[
            _tell_error,
            _quote_nothing,
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            _strike_out,
            shown,
        ],
    )


def _tell_error(_logger: Any, _name: str, line: EventDict) -> EventDict:
    """Put an error's place and kind instead of its text."""
    found = line.pop("exc_info", None)
    error = found[1] if isinstance(found, tuple) else found if isinstance(found, BaseException) else None
    if found is True:
        error = sys.exception()
    if error is not None:
        line["error"] = told(error)
        line["trace"] = "".join(traceback.format_tb(error.__traceback__)).rstrip()
    return line


def _quote_nothing(_logger: Any, _name: str, line: EventDict) -> EventDict:
    """Leave out the address, the line or the header that a server's own message holds, and who sent it."""
    if line.get("logger") in _SERVERS:
        line["event"] = _QUOTES.sub(rf"\1 {STRUCK_OUT}", str(line["event"]))
    return line


def _strike_out(_logger: Any, _name: str, line: MutableMapping[str, Any]) -> EventDict:
    return {
        key: _SECRET.sub(STRUCK_OUT, value) if isinstance(value, str) else value
        for key, value in line.items()
    }
