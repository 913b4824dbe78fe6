"""Tables beside an organisation: who is invited to it, and which numbers of the operator's range were given out."""

from datetime import datetime

from sqlalchemy import BigInteger, ForeignKey, Text
from sqlalchemy.orm import Mapped, mapped_column

from lotproof.storage.base import Base, Hash, Utc


class Invitation(Base):
    """Somebody is asked to join. link, code: digests of the two things that open it, a token and a short code.

    contact: where it was sent; erased when the account that took it is.  roles: words divided by spaces.
    """

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    party: Mapped[str] = mapped_column(Text, index=True)
    link: Mapped[bytes] = mapped_column(Hash, unique=True)
    code: Mapped[bytes] = mapped_column(Hash, unique=True)
    channel: Mapped[str] = mapped_column(Text)
    contact: Mapped[str] = mapped_column(Text)
    roles: Mapped[str] = mapped_column(Text)
    made_by: Mapped[int] = mapped_column(ForeignKey("account.id"))
    made_at: Mapped[datetime] = mapped_column(Utc)
    expires_at: Mapped[datetime] = mapped_column(Utc)
    used_at: Mapped[datetime | None] = mapped_column(Utc)
    used_by: Mapped[int | None] = mapped_column(ForeignKey("account.id"))
    revoked_at: Mapped[datetime | None] = mapped_column(Utc)


class GivenGln(Base):
    """A GLN that was given out from the operator's own range, never twice. reference: its number in the range."""

    __tablename__ = "given_gln"

    gln: Mapped[str] = mapped_column(Text, primary_key=True)
    prefix: Mapped[str] = mapped_column(Text, index=True)
    reference: Mapped[int] = mapped_column(BigInteger)
    given_at: Mapped[datetime] = mapped_column(Utc)
