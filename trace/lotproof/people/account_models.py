"""Tables beside an account: codes under way, counted tries, recovery codes, addresses, consents.

What is kept of a code or token is a digest only. Rows of a deactivated account go with it, but for her consents.
"""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Index, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Hash, Utc


class Challenge(Base):
    """Something that a visitor has to answer: a code that was sent, or the second step of signing in.

    handle: SHA-256 of the token that the visitor's browser holds.  code: keyed digest, None where no code was sent.
    contact, channel: where it was sent; erased soon after it is over.  sealed: a TOTP secret that is not in use yet.
    tries: wrong answers are counted here, also across processes.
    """

    __tablename__ = "challenge"

    id: Mapped[int] = mapped_column(primary_key=True)
    handle: Mapped[bytes] = mapped_column(Hash, unique=True)
    purpose: Mapped[str] = mapped_column(Text)
    channel: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    account: Mapped[int | None] = mapped_column(ForeignKey("account.id"), index=True)
    code: Mapped[bytes | None] = mapped_column(Hash)
    sealed: Mapped[bytes | None]
    tries: Mapped[int] = mapped_column(BigInteger)
    made_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc, index=True)
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class Throttle(Base):
    """How often something was tried in vain. subject: "password:<digest>" or "address:<network>"."""

    __tablename__ = "throttle"

    subject: Mapped[str] = mapped_column(Text, primary_key=True)
    count: Mapped[int] = mapped_column(BigInteger)
    last_at: Mapped[datetime] = mapped_column(Utc)
    blocked_until: Mapped[datetime | None] = mapped_column(Utc)


class RecoveryCode(Base):
    """One code for whoever has lost her authenticator: 80 random bits, of which the SHA-256 is kept."""

    __tablename__ = "recovery_code"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    digest: Mapped[bytes] = mapped_column(Hash)
    used_at: Mapped[datetime | None] = mapped_column(Utc)


class Address(Base):
    """One entry of somebody's address book. country: ISO 3166-1 alpha-2; district: of a Chinese city."""

    __tablename__ = "address"

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.id"), index=True)
    recipient: Mapped[str] = mapped_column(Text)
    phone: Mapped[str] = mapped_column(Text)
    country: Mapped[str] = mapped_column(Text)
    region: Mapped[str] = mapped_column(Text)
    city: Mapped[str] = mapped_column(Text)
    district: Mapped[str] = mapped_column(Text)
    street: Mapped[str] = mapped_column(Text)
    postcode: Mapped[str] = mapped_column(Text)
    is_default: Mapped[bool]


class Consent(Base):
    """Somebody agreed to a purpose in one version of its text. Never changed but for its end: it is the proof."""

    __tablename__ = "consent"
    __table_args__ = (Index("ix_consent_account", "account", "purpose"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("account.id"))
    purpose: Mapped[str] = mapped_column(Text)
    version: Mapped[str] = mapped_column(Text)
    given_at: Mapped[datetime] = mapped_column(Utc)
    withdrawn_at: Mapped[datetime | None] = mapped_column(Utc)
