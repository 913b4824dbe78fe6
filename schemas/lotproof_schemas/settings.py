"""Settings of an installation: read once, from the environment and `.env`, every problem at once.

- A name that is set to nothing counts as not set.
- No message repeats a secret.
- The table in docs/configuration.md lists exactly `DEFAULTS`; a test compares the two.
"""

import os.path
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from difflib import get_close_matches
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from environs import Env, EnvValidationError
from marshmallow import ValidationError
from marshmallow.validate import Length, OneOf, Range

from lotproof.kernel.errors import InvalidInputError, Problem
from lotproof.kernel.key_text import key_bytes
from lotproof.notices.post import Post, address_of, gateway_of, server_of
from lotproof_schemas.networks import Network, networks

PREFIX = "LOTPROOF_"
DEFAULTS: Mapping[str, str] = {
    "LOTPROOF_HOME": "~/.lotproof",
    "LOTPROOF_DATABASE_URL": "sqlite:///<home>/lotproof.sqlite3",
    "LOTPROOF_LOG_ORIGIN": "<public host>/log",
    "LOTPROOF_LOG_ENTRIES": "members",
    "LOTPROOF_CAPTURE_LIMIT_MB": "200",
    "LOTPROOF_HEADS_MINUTES": "10",
    "LOTPROOF_DOCUMENT_LIMIT_MB": "20",
    "LOTPROOF_CLAMD": "none",
    "LOTPROOF_PUBLIC_URL": "http://localhost:<port>",
    "LOTPROOF_HOST": "127.0.0.1",
    "LOTPROOF_PORT": "8000",
    "LOTPROOF_MASTER_KEY": "read from a file",
    "LOTPROOF_MASTER_KEY_FILE": "<home>/keys/master.key",
    "LOTPROOF_TRUSTED_PROXIES": "none",
    "LOTPROOF_LOG_FORMAT": "text on a terminal, else json",
    "LOTPROOF_LOG_LEVEL": "info",
    "LOTPROOF_METRICS_FROM": "nobody",
    "LOTPROOF_METRICS_TOKEN": "nobody",
    "LOTPROOF_GLN_PREFIX": "none",
    "LOTPROOF_SMTP_URL": "no mail is sent",
    "LOTPROOF_MAIL_FROM": "Lotproof <lotproof@<public host>>",
    "LOTPROOF_SMS_URL": "no text message is sent",
    "LOTPROOF_SMS_TOKEN": "none",
    "LOTPROOF_MAIL_FOLDER": "none; <home>/mails in the demonstration",
    "LOTPROOF_REQUESTS_PER_MINUTE": "1200",
    "LOTPROOF_DEMO": "false",
}
DEMO_GLN_PREFIX = "9520001"
"""In a demonstration: under 952, which GS1 sets aside for examples, and beside the numbers that the season uses."""
LOG_LEVELS = ("debug", "info", "warning", "error")
_HOST = re.compile(r"[A-Za-z0-9.\-]+|[0-9A-Fa-f:.]+")


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation was told.

    log_origin: the name that `init` gives the log; later the log itself knows it.
    log_entries: "members" or "public": who may read the entries.  public_url: without a slash at its end.
    capture_limit: of a document that is sent to the EPCIS interface, in bytes.
    master_key: None where a file holds it.  master_key_file: None for the one in the folder `keys` of `home`, made
    by `init`.
    heads_every: the least time between two heads entries, None where none are made without being asked for.
    trusted_proxies: from whom X-Forwarded-* and X-Request-ID are believed.  log_format: "json", "text" or None for
    what fits the place that is written to.  log_level: a name of the standard library, in small letters.
    gln_prefix: the operator's GS1 company prefix, under which organisations without a GLN get one.
    post: how mails and text messages are sent.
    metrics_from, metrics_token: who may read /metrics; where neither is set there is no such page.
    document_limit: of a file that somebody hands in, in bytes.  clamd: where the virus scanner listens, a path or
    host:port, None where there is none.
    requests_per_minute: of one address, to each process; 0 for no limit.
    """

    home: Path
    database_url: str = field(repr=False)
    log_origin: str
    log_entries: str
    capture_limit: int
    heads_every: timedelta | None
    public_url: str
    host: str
    port: int
    master_key: bytes | None = field(repr=False)
    demo: bool
    master_key_file: Path | None = None
    trusted_proxies: tuple[Network, ...] = ()
    log_format: str | None = None
    log_level: str = "info"
    metrics_from: tuple[Network, ...] = ()
    metrics_token: str | None = field(default=None, repr=False)
    gln_prefix: str | None = None
    post: Post = field(default_factory=Post)
    document_limit: int = 20_000_000
    clamd: str | None = None
    requests_per_minute: int = 1200


def read_settings(env: Mapping[str, str] | None = None) -> Settings:
    """Read the settings from `env`, or from the environment and, behind it, `.env` of the work folder.

    Raises: InvalidInputError("invalid_settings") whose problems name every wrong variable.
    """
    source = _Source(env)
    values = _read(source)
    problems = [*_misspelt(source.names()), *source.problems(), *_two_keys(values)]
    if problems:
        raise InvalidInputError(
            "invalid_settings", "; ".join(f"{p.where}: {p.message}" for p in problems),
            "docs/configuration.md lists all settings with their meaning", problems,
        )  # fmt: skip
    return _settle(values)


def _read(source: "_Source") -> dict[str, Any]:
    """Every setting by its name without prefix; None where it is not set, or is wrong."""
    return {
        "home": source.str("LOTPROOF_HOME", "~/.lotproof"),
        "database_url": source.str("LOTPROOF_DATABASE_URL", None, validate=_database_url),
        "log_origin": source.str("LOTPROOF_LOG_ORIGIN", None, validate=_log_origin),
        "log_entries": source.str("LOTPROOF_LOG_ENTRIES", None, validate=OneOf(("members", "public"))),
        "capture_limit_mb": source.int("LOTPROOF_CAPTURE_LIMIT_MB", 200, validate=Range(1, 10_000)),
        "heads_minutes": source.int("LOTPROOF_HEADS_MINUTES", 10, validate=Range(0, 10_080)),
        "document_limit_mb": source.int("LOTPROOF_DOCUMENT_LIMIT_MB", 20, validate=Range(1, 200)),
        "clamd": source.str("LOTPROOF_CLAMD", None, validate=_clamd),
        "public_url": source.str("LOTPROOF_PUBLIC_URL", None, validate=_public_url),
        "host": source.str("LOTPROOF_HOST", "127.0.0.1", validate=_host),
        "port": source.int("LOTPROOF_PORT", 8000, validate=Range(1, 65535)),
        "master_key": source.str("LOTPROOF_MASTER_KEY", None, validate=_master_key),
        "master_key_file": source.str("LOTPROOF_MASTER_KEY_FILE", None),
        "trusted_proxies": source.str("LOTPROOF_TRUSTED_PROXIES", None, validate=_networks),
        "log_format": source.str("LOTPROOF_LOG_FORMAT", None, validate=OneOf(("json", "text"))),
        "log_level": source.str("LOTPROOF_LOG_LEVEL", "info", validate=OneOf(LOG_LEVELS)),
        "metrics_from": source.str("LOTPROOF_METRICS_FROM", None, validate=_networks),
        "metrics_token": source.str("LOTPROOF_METRICS_TOKEN", None, validate=Length(16)),
        "gln_prefix": source.str("LOTPROOF_GLN_PREFIX", None, validate=_gln_prefix),
        "smtp_url": source.str("LOTPROOF_SMTP_URL", None, validate=_smtp_url),
        "mail_from": source.str("LOTPROOF_MAIL_FROM", None, validate=_mail_from),
        "sms_url": source.str("LOTPROOF_SMS_URL", None, validate=_sms_url),
        "sms_token": source.str("LOTPROOF_SMS_TOKEN", None, validate=_sms_token),
        "mail_folder": source.str("LOTPROOF_MAIL_FOLDER", None),
        "requests_per_minute": source.int("LOTPROOF_REQUESTS_PER_MINUTE", 1200, validate=Range(0, 1_000_000)),
        "demo": source.bool("LOTPROOF_DEMO", False),
    }


def _settle(values: Mapping[str, Any]) -> Settings:
    """Fill in what follows from other settings."""
    home = Path(os.path.expanduser(values["home"])).absolute()
    public_url = (values["public_url"] or f"http://localhost:{values['port']}").rstrip("/")
    master_key, key_file = values["master_key"], values["master_key_file"]
    return Settings(
        home=home,
        database_url=values["database_url"] or f"sqlite:///{home / 'lotproof.sqlite3'}",
        log_origin=values["log_origin"] or public_url.partition("://")[2] + "/log",
        log_entries=values["log_entries"] or ("public" if values["demo"] else "members"),
        capture_limit=values["capture_limit_mb"] * 1_000_000,
        heads_every=timedelta(minutes=values["heads_minutes"]) if values["heads_minutes"] else None,
        public_url=public_url,
        host=values["host"],
        port=values["port"],
        master_key=key_bytes(master_key) if master_key else None,
        demo=values["demo"],
        master_key_file=Path(os.path.expanduser(key_file)).absolute() if key_file else None,
        trusted_proxies=networks(values["trusted_proxies"] or ""),
        log_format=values["log_format"],
        log_level=values["log_level"],
        metrics_from=networks(values["metrics_from"] or ""),
        metrics_token=values["metrics_token"],
        gln_prefix=values["gln_prefix"] or (DEMO_GLN_PREFIX if values["demo"] else None),
        document_limit=values["document_limit_mb"] * 1_000_000,
        clamd=values["clamd"],
        requests_per_minute=values["requests_per_minute"],
        post=_post(values, home, urlsplit(public_url).hostname or "localhost"),
    )


def _post(values: Mapping[str, Any], home: Path, host: str) -> Post:
    """How mails and text messages are sent; the demonstration sends none, and writes them into a folder."""
    folder = values["mail_folder"]
    if folder is None and values["demo"]:
        folder = str(home / "mails")
    return Post(
        smtp_url=values["smtp_url"] or "",
        mail_from=values["mail_from"] or f"Lotproof <lotproof@{host}>",
        sms_url=values["sms_url"] or "",
        sms_token=values["sms_token"] or "",
        folder=Path(os.path.expanduser(folder)).absolute() if folder else None,
    )


class _Source(Env):
    """environs, reading a given mapping instead of the process where there is one."""

    def __init__(self, env: Mapping[str, str] | None) -> None:
        super().__init__(eager=False)
        self._given = env
        if env is None:
            self.read_env(Path.cwd() / ".env", recurse=False)

    def _get_value(self, env_key: str, default: Any) -> Any:
        found = super()._get_value(env_key, default) if self._given is None else self._given.get(env_key)
        return default if found is None or found == "" else found

    def names(self) -> list[str]:
        """Names of ours that stand in the given mapping or the `.env` file."""
        return [name for name in (self._given or self._environ) if name.startswith(PREFIX)]

    def problems(self) -> list[Problem]:
        """What was wrong with the variables that were read."""
        try:
            self.seal()
        except EnvValidationError as fault:
            return [
                Problem(name, "invalid_setting", " ".join(map(str, messages)))
                for name, messages in _by_name(fault.error_messages).items()
            ]
        return []


def _by_name(messages: object) -> Mapping[str, list[str]]:
    return messages if isinstance(messages, Mapping) else {PREFIX: [str(messages)]}


def _misspelt(names: list[str]) -> list[Problem]:
    """A name that is nearly one of ours: without this it would silently leave the default in force."""
    ours = [name.removeprefix(PREFIX) for name in DEFAULTS]
    problems = []
    for name in names:
        near = get_close_matches(name.removeprefix(PREFIX), ours, 1, cutoff=0.88)
        if name not in DEFAULTS and near:
            said = f"no such setting; was {PREFIX}{near[0]} meant?"
            problems.append(Problem(name, "unknown_setting", said))
    return problems


def _database_url(value: str) -> None:
    scheme, separator, rest = value.partition("://")
    if scheme not in ("sqlite", "postgresql+psycopg") or not separator:
        raise ValidationError("must be sqlite:///<file> or postgresql+psycopg://<host>/<name>")
    if scheme == "sqlite" and (not rest.startswith("/") or rest in ("/", "/:memory:")):
        raise ValidationError("must name a file, as in sqlite:////var/lib/lotproof/lotproof.sqlite3")


def _log_origin(value: str) -> None:
    """A key name as the C2SP signed-note format has it, written as a URL without its scheme."""
    if re.search(r"[\s+]", value) or "://" in value or not value.isprintable():
        raise ValidationError("must be a URL without scheme, space and plus sign, such as example.org/log")


def _public_url(value: str) -> None:
    parts = urlsplit(value)
    try:
        fits = parts.scheme in ("http", "https") and bool(parts.hostname) and (parts.port or 1) > 0
    except ValueError:
        fits = False
    if not fits or parts.query or parts.fragment or "@" in parts.netloc or re.search(r"\s", value):
        raise ValidationError("must be a web address such as https://trace.example.org")


def _smtp_url(value: str) -> None:
    try:
        server_of(value)
    except ValueError:
        raise ValidationError(
            "must be smtps://<user>:<password>@<host>, or smtp:// for STARTTLS; a password is sent by TLS alone"
        ) from None


def _mail_from(value: str) -> None:
    try:
        address_of(value)
    except ValueError:
        raise ValidationError("must be an address such as Lotproof <notices@example.org>") from None


def _sms_url(value: str) -> None:
    try:
        gateway_of(value)
    except ValueError:
        raise ValidationError("must be https://<host>/<path>; http:// is for this machine alone") from None


def _sms_token(value: str) -> None:
    if not value.isascii() or not value.isprintable() or " " in value:
        raise ValidationError("must be printable ASCII without spaces")


def _clamd(value: str) -> None:
    host, colon, port = value.rpartition(":")
    by_network = colon and port.isdigit() and 0 < int(port) < 65536 and _HOST.fullmatch(host.strip("[]"))
    if not value.startswith("/") and not by_network:
        raise ValidationError("must be the path of a socket, as /run/clamav/clamd.ctl, or host:port")


def _networks(value: str) -> None:
    try:
        networks(value)
    except ValueError:
        raise ValidationError(
            "must be addresses or networks with commas between, such as 127.0.0.1,10.0.0.0/8"
        ) from None


def _host(value: str) -> None:
    if not _HOST.fullmatch(value):
        raise ValidationError("must be a host name or an address to listen on")


def _master_key(value: str) -> None:
    if not key_bytes(value):
        raise ValidationError("must be 32 bytes: 64 hexadecimal digits, or 44 characters of base64")


def _gln_prefix(value: str) -> None:
    if not re.fullmatch(r"[0-9]{4,11}", value):
        raise ValidationError("must be a GS1 company prefix: 4 to 11 digits")


def _two_keys(values: Mapping[str, Any]) -> list[Problem]:
    if not (values["master_key"] and values["master_key_file"]):
        return []
    said = "set either this or LOTPROOF_MASTER_KEY, not both"
    return [Problem("LOTPROOF_MASTER_KEY_FILE", "invalid_setting", said)]
