"""Tables of the log. All of it but submissions, disclosures and keys can be rebuilt from the leaves.

- `log_submission` is for ever: one row an identity, so that a repeated submission finds its entry.
- `log_inbox` holds what is durable but not yet numbered; the sequencer empties it.
- `log_erased` holds every digest that an `erase` entry names, `log_erased_party` every party. `log_erasure_mark` is
  one row: the index up to which those entries were read, and how often anything was erased, so that pages know that
  they are out of date.
- `log_head` is one row, replaced by compare-and-swap on `size`: a conflict means that somebody else sequenced.
- `log_standing` has a row only where the log may not grow here: a mirror, or a copy that others are ahead of.
- `log_node` uses the append-only numbering of `proof.merkle.stored_index`.
"""

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    text,
)

from lotproof.storage.base import Base, Hash, Json, Utc

_meta: MetaData = Base.metadata
# SQLite gives row ids only to INTEGER primary keys.
RowId = BigInteger().with_variant(Integer, "sqlite")

head = Table(
    "log_head",
    _meta,
    Column("id", Integer, primary_key=True),
    Column("origin", Text, nullable=False),
    Column("operator", Text, nullable=False),
    Column("authority", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("frontier", LargeBinary, nullable=False),
    Column("chain_count", BigInteger, nullable=False),
    Column("record_time", Utc),
    Column("checkpoint", Text, nullable=False),
    Column("log_key", Text, nullable=False),
    Column("log_seed", LargeBinary, nullable=False),
    Column("secret", LargeBinary, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

standing = Table(
    "log_standing",
    _meta,
    Column("id", Integer, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("about", Json, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

submission = Table(
    "log_submission",
    _meta,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("identity", Hash, nullable=False, unique=True),
    Column("content", Hash, nullable=False, index=True),
    sqlite_autoincrement=True,
)

inbox = Table(
    "log_inbox",
    _meta,
    Column("submission", RowId, ForeignKey("log_submission.id"), primary_key=True, autoincrement=False),
    Column("kind", String(16), nullable=False),
    Column("nonce", String(32), nullable=False),
    Column("about", Json, nullable=False),
    Column("parties", Json, nullable=False),
    Column("signed", LargeBinary, nullable=False),
    Column("proof", LargeBinary, nullable=False),
)

entry = Table(
    "log_entry",
    _meta,
    Column("entry_index", RowId, primary_key=True, autoincrement=False),
    Column("submission", RowId, nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    Column("record_time", Utc, nullable=False),
    Column("leaf", LargeBinary, nullable=False),
)
rare_kinds = text("log_entry.kind <> 'event'")
"""What the index is over: entries that are no events are few, and looked for by their kind. To be used, the
condition has to stand in a query in these words."""
Index("ix_log_entry_kind", entry.c.kind, entry.c.entry_index, sqlite_where=text("kind <> 'event'"),
      postgresql_where=text("kind <> 'event'"))  # fmt: skip

node = Table(
    "log_node",
    _meta,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("hash", Hash, nullable=False),
)

chain = Table(
    "log_chain",
    _meta,
    Column("id", RowId, primary_key=True, autoincrement=False),
    Column("uri", Text, nullable=False, unique=True),
    Column("length", BigInteger, nullable=False),
    Column("head", Hash, nullable=False),
    Column("newest", RowId, nullable=False),
)

chain_link = Table(
    "log_chain_link",
    _meta,
    Column("chain", RowId, primary_key=True, autoincrement=False),
    Column("seq", BigInteger, primary_key=True, autoincrement=False),
    Column("entry_index", RowId, nullable=False),
)

entry_party = Table(
    "log_entry_party",
    _meta,
    Column("party", Text, primary_key=True),
    Column("entry_index", RowId, primary_key=True, autoincrement=False),
)

disclosure = Table(
    "log_disclosure",
    _meta,
    Column("digest", String(64), primary_key=True),
    Column("submission", RowId, ForeignKey("log_submission.id"), nullable=False, index=True),
    Column("name", Text, nullable=False),
    Column("salt", String(32), nullable=False),
    Column("value", Json, nullable=True),
)

erased = Table(
    "log_erased",
    _meta,
    Column("digest", String(64), primary_key=True),
)

erased_party = Table(
    "log_erased_party",
    _meta,
    Column("party", Text, primary_key=True),
)

erasure_mark = Table(
    "log_erasure_mark",
    _meta,
    Column("id", Integer, primary_key=True),
    Column("replayed", BigInteger, nullable=False),
    Column("changes", BigInteger, nullable=False),
    CheckConstraint("id = 1", name="one_row"),
)

signing_key = Table(
    "signing_key",
    _meta,
    Column("did", Text, primary_key=True),
    Column("party", Text, nullable=False),
    Column("custody", String(16), nullable=False),
    Column("subject", String(16), nullable=False),
    Column("is_authority", Integer, nullable=False),
    Column("bound", RowId, ForeignKey("log_submission.id")),
    Column("revoked", RowId, ForeignKey("log_submission.id")),
    Column("sealed_seed", LargeBinary),
    Column("replaced_by", Text),
    Column("label", Text),  # what its holder calls it; never on the log, as the next
    Column("revoke_reason", Text),
    Index("ix_signing_key_party", "party"),
)
