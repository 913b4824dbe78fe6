"""recalls are looked up

Revision: 0004
After: 0003
"""

from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Go forward."""
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.create_index("ix_hold_recall", ["recall"], unique=False)


def downgrade() -> None:
    """Go back."""
    with op.batch_alter_table("hold", schema=None) as batch_op:
        batch_op.drop_index("ix_hold_recall")
