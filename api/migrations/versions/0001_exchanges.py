"""The exchanges, as Wegwijs 0.1 made them without migrations."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the table, unless an installation of before the migrations has it."""
    if sa.inspect(op.get_bind()).has_table("exchanges"):
        return
    op.create_table(
        "exchanges",
        sa.Column("id", sa.String(32), primary_key=True),
        sa.Column("conversation_id", sa.String(80), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("intent", sa.String(64)),
        sa.Column("status", sa.String(32), nullable=False),
        sa.Column("place", sa.String(64)),
        sa.Column("situation", sa.String(32)),
        sa.Column("confidence", sa.Float),
        sa.Column("card_id", sa.String(200)),
        sa.Column("reply", sa.JSON, nullable=False),
        sa.Column("evidence", sa.JSON, nullable=False),
        sa.Column("milliseconds", sa.Integer, nullable=False),
        sa.Column("feedback", sa.String(8)),
    )
    for column in ("conversation_id", "created_at", "status", "card_id"):
        op.create_index(f"ix_exchanges_{column}", "exchanges", [column])
