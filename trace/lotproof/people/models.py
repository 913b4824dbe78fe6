"""Tables of people: accounts, organisations, memberships, sessions, and what was looked at or done.

None of them is derived from the log, and none is ledgered: they hold what can be erased.
"""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Hash, Json, Utc


class Account(Base):
    """A person who can sign in. phone: E.164 (+8613…); mail: lower case; both None once erased.

    password: an argon2id hash, None where she signs in by codes only.  totp_secret: sealed by the vault.
    language: code of a catalogue; zone: IANA.  deactivated_at: may not sign in any more.
    """

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    phone: Mapped[str | None] = mapped_column(Text, unique=True)
    mail: Mapped[str | None] = mapped_column(Text, unique=True)
    password: Mapped[str | None] = mapped_column(Text)
    totp_secret: Mapped[bytes | None]
    totp_used_step: Mapped[int | None] = mapped_column(BigInteger)
    language: Mapped[str] = mapped_column(Text)
    zone: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Utc)
    deactivated_at: Mapped[datetime | None] = mapped_column(Utc)


class Organisation(Base):
    """What is known of an organisation beside its record on the log. party: its URI; kind: an OrganisationKind.

    closed_at: nobody acts for it any more; its record and its lots stay.
    """

    __tablename__ = "organisation"

    party: Mapped[str] = mapped_column(Text, primary_key=True)
    kind: Mapped[str] = mapped_column(Text)
    credit_code: Mapped[str | None] = mapped_column(Text, unique=True)
    created_at: Mapped[datetime] = mapped_column(Utc)
    closed_at: Mapped[datetime | None] = mapped_column(Utc)


class Membership(Base):
    """Somebody works for an organisation. roles: words divided by spaces; ended ones stay, for the history."""

    __tablename__ = "membership"
    __table_args__ = (Index("ix_membership_account", "account"), Index("ix_membership_party", "party"))

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.id"))
    party: Mapped[str] = mapped_column(Text)
    roles: Mapped[str] = mapped_column(Text)
    granted_by: Mapped[int | None] = mapped_column(BigInteger)
    since: Mapped[datetime] = mapped_column(Utc)
    until: Mapped[datetime | None] = mapped_column(Utc)


class Session(Base):
    """A browser in which somebody is signed in: only the SHA-256 of its token is kept.

    party: whom she acts for.  proved_at: when she last gave password or code, for acts that cannot be undone.
    """

    __tablename__ = "session"

    id: Mapped[int] = mapped_column(primary_key=True)
    digest: Mapped[bytes] = mapped_column(Hash, unique=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    party: Mapped[str | None] = mapped_column(Text)
    agent: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    created_at: Mapped[datetime] = mapped_column(Utc)
    seen_at: Mapped[datetime] = mapped_column(Utc)
    proved_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    ended_at: Mapped[datetime | None] = mapped_column(Utc)


class Draft(Base):
    """What somebody typed into a form and has not sent yet. form: names the form, and what it is about.

    typed: lists of texts by the fields' names, never a password or a code.
    """

    __tablename__ = "draft"

    account: Mapped[int] = mapped_column(ForeignKey("account.id"), primary_key=True)
    form: Mapped[str] = mapped_column(Text, primary_key=True)
    typed: Mapped[dict[str, Any]] = mapped_column(Json)
    saved_at: Mapped[datetime] = mapped_column(Utc)


class SavedView(Base):
    """A list as somebody likes to look at it. path: the list's address.  query: its filters and order."""

    __tablename__ = "saved_view"
    __table_args__ = (Index("ix_saved_view_account", "account", "path"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.id"))
    path: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    name: Mapped[str] = mapped_column(Text)
    made_at: Mapped[datetime] = mapped_column(Utc)


class Deed(Base):
    """One line of the audit page: who did or looked at what, acting for whom. Never changed; texts are codes.

    account None: a program or the platform itself.  act: "sign_in", "view_document", "approve_application", …
    object_type, object_id: what it was about.  detail: a few plain values more, no secrets.
    """

    __tablename__ = "deed"
    __table_args__ = (
        Index("ix_deed_at", "at"),
        Index("ix_deed_account", "account", "at"),
        Index("ix_deed_object", "object_type", "object_id", "at"),
        Index("ix_deed_act", "act", "at"),
        Index("ix_deed_party", "party", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    at: Mapped[datetime] = mapped_column(Utc)
    account: Mapped[int | None] = mapped_column(BigInteger)
    party: Mapped[str | None] = mapped_column(Text)
    act: Mapped[str] = mapped_column(Text)
    object_type: Mapped[str] = mapped_column(Text)
    object_id: Mapped[str] = mapped_column(Text)
    address: Mapped[str] = mapped_column(Text)
    detail: Mapped[dict[str, Any]] = mapped_column(Json)
