"""an index over the kinds of entries that are few

Revision: 0005
After: 0004
"""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

_FEW = sa.text("kind <> 'event'")


def upgrade() -> None:
    """Go forward."""
    op.create_index(
        "ix_log_entry_kind",
        "log_entry",
        ["kind", "entry_index"],
        unique=False,
        sqlite_where=_FEW,
        postgresql_where=_FEW,
    )


def downgrade() -> None:
    """Go back."""
    op.drop_index("ix_log_entry_kind", "log_entry")
