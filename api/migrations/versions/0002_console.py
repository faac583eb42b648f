"""The caseworkers' console: accounts, audit, verdicts, proposals, hand-overs, groups, switches."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Make the tables, and let the database itself guard the audit log."""
    op.create_table(
        "accounts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("shown_name", sa.String(120), nullable=False),
        sa.Column("password_hash", sa.String(200)),
        sa.Column("role", sa.String(16), nullable=False),
        sa.Column("languages", sa.JSON, nullable=False),
        sa.Column("console_language", sa.String(2), nullable=False),
        sa.Column("active", sa.Boolean, nullable=False),
        sa.Column("must_change", sa.Boolean, nullable=False),
        sa.Column("issuer", sa.String(300)),
        sa.Column("subject", sa.String(255)),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("seen_at", sa.DateTime),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("issuer", "subject"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("who", sa.String(120), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("object", sa.String(200), nullable=False),
        sa.Column("details", sa.JSON, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_audit_action", "audit", ["action"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "sign_in_failures",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("name", sa.String(80), nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sign_in_failures_address", "sign_in_failures", ["address"])
    op.create_index("ix_sign_in_failures_at", "sign_in_failures", ["at"])
    op.create_index("ix_sign_in_failures_name", "sign_in_failures", ["name"])
    op.create_table(
        "handovers",
        sa.Column("id", sa.String(32), nullable=False),
        sa.Column("conversation_id", sa.String(80), nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("place", sa.String(64)),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("urgent", sa.Boolean, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("consented_at", sa.DateTime, nullable=False),
        sa.Column("taken_by", sa.Integer),
        sa.Column("taken_at", sa.DateTime),
        sa.Column("ended_at", sa.DateTime),
        sa.Column("ended_by", sa.String(16)),
        sa.Column("last", sa.Integer, nullable=False),
        sa.Column("receipt", sa.String(16)),
        sa.Column("contact", sa.Text),
        sa.Column("keep_until", sa.DateTime),
        sa.ForeignKeyConstraint(["taken_by"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("receipt"),
    )
    op.create_index("ix_handovers_conversation_id", "handovers", ["conversation_id"])
    op.create_index("ix_handovers_created_at", "handovers", ["created_at"])
    op.create_index("ix_handovers_status", "handovers", ["status"])
    op.create_index(
        "ux_conversation_id_open",
        "handovers",
        ["conversation_id"],
        unique=True,
        sqlite_where=sa.text("status IN ('waiting', 'taken')"),
        postgresql_where=sa.text("status IN ('waiting', 'taken')"),
    )
    op.create_table(
        "options",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("value", sa.JSON, nullable=False),
        sa.Column("changed_at", sa.DateTime, nullable=False),
        sa.Column("changed_by", sa.Integer),
        sa.ForeignKeyConstraint(["changed_by"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "proposals",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(32), nullable=False),
        sa.Column("change", sa.JSON, nullable=False),
        sa.Column("card_id", sa.String(200)),
        sa.Column("language", sa.String(8)),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("exchange_id", sa.String(32)),
        sa.Column("group_id", sa.Integer),
        sa.Column("status", sa.String(16), nullable=False),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("decided_by", sa.Integer),
        sa.Column("decision_reason", sa.Text),
        sa.Column("diff", sa.Text),
        sa.Column("patch", sa.Text),
        sa.Column("commit_id", sa.String(64)),
        sa.Column("review", sa.JSON),
        sa.Column("writing", sa.JSON),
        sa.Column("live_at", sa.DateTime),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_proposals_card_id", "proposals", ["card_id"])
    op.create_index("ix_proposals_created_at", "proposals", ["created_at"])
    op.create_index("ix_proposals_status", "proposals", ["status"])
    op.create_table(
        "sign_ins",
        sa.Column("id", sa.String(64), nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("csrf", sa.String(64), nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("used_at", sa.DateTime, nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sign_ins_account_id", "sign_ins", ["account_id"])
    op.create_table(
        "switches",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("kind", sa.String(8), nullable=False),
        sa.Column("target", sa.String(200), nullable=False),
        sa.Column("message", sa.JSON, nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("set_at", sa.DateTime, nullable=False),
        sa.Column("set_by", sa.Integer, nullable=False),
        sa.Column("lifted_at", sa.DateTime),
        sa.Column("lifted_by", sa.Integer),
        sa.ForeignKeyConstraint(["lifted_by"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["set_by"], ["accounts.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_switches_lifted_at", "switches", ["lifted_at"])
    op.create_index(
        "ux_kind_target_open",
        "switches",
        ["kind", "target"],
        unique=True,
        sqlite_where=sa.text("lifted_at IS NULL"),
        postgresql_where=sa.text("lifted_at IS NULL"),
    )
    op.create_table(
        "verdicts",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("exchange_id", sa.String(32), nullable=False),
        sa.Column("account_id", sa.Integer, nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("verdict", sa.String(20), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("right_card", sa.String(200)),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchanges.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_verdicts_exchange_id", "verdicts", ["exchange_id"])
    op.create_index("ix_verdicts_verdict", "verdicts", ["verdict"])
    op.create_table(
        "handover_messages",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("handover_id", sa.String(32), nullable=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("sender", sa.String(16), nullable=False),
        sa.Column("account_id", sa.Integer),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("language", sa.String(8), nullable=False),
        sa.Column("at", sa.DateTime, nullable=False),
        sa.Column("key", sa.String(64), nullable=False),
        sa.ForeignKeyConstraint(["account_id"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["handover_id"], ["handovers.id"]),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("handover_id", "key"),
        sa.UniqueConstraint("handover_id", "seq"),
    )
    op.create_index("ix_handover_messages_handover_id", "handover_messages", ["handover_id"])
    op.create_table(
        "question_groups",
        sa.Column("id", sa.Integer, nullable=False),
        sa.Column("created_at", sa.DateTime, nullable=False),
        sa.Column("centroid", sa.LargeBinary, nullable=False),
        sa.Column("counted", sa.Integer, nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("nearest", sa.JSON, nullable=False),
        sa.Column("library", sa.String(64)),
        sa.Column("decided_at", sa.DateTime),
        sa.Column("decided_by", sa.Integer),
        sa.Column("reason", sa.Text),
        sa.Column("proposal_id", sa.Integer),
        sa.ForeignKeyConstraint(["decided_by"], ["accounts.id"]),
        sa.ForeignKeyConstraint(["proposal_id"], ["proposals.id"]),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_question_groups_state", "question_groups", ["state"])
    op.create_table(
        "group_members",
        sa.Column("exchange_id", sa.String(32), nullable=False),
        sa.Column("group_id", sa.Integer, nullable=False),
        sa.Column("vector", sa.LargeBinary, nullable=False),
        sa.ForeignKeyConstraint(["exchange_id"], ["exchanges.id"]),
        sa.ForeignKeyConstraint(["group_id"], ["question_groups.id"]),
        sa.PrimaryKeyConstraint("exchange_id"),
    )
    op.create_index("ix_group_members_group_id", "group_members", ["group_id"])
    op.add_column("exchanges", sa.Column("domain", sa.String(32)))
    op.add_column("exchanges", sa.Column("library", sa.String(64)))
    op.add_column("exchanges", sa.Column("searchable", sa.Text))
    _guard_the_audit_log()


def _guard_the_audit_log() -> None:
    if op.get_bind().dialect.name == "sqlite":
        for change in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_no_{change.lower()} BEFORE {change} ON audit "
                "BEGIN SELECT RAISE(ABORT, 'the audit log is never changed'); END"
            )
        return
    op.execute(
        "CREATE FUNCTION audit_is_never_changed() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN RAISE EXCEPTION 'the audit log is never changed'; END $$"
    )
    op.execute(
        "CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit "
        "FOR EACH STATEMENT EXECUTE FUNCTION audit_is_never_changed()"
    )
