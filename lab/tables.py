"""What a lab keeps. Portable SQL: text, integers and bytes only; documents are kept byte for byte.

Times are RFC 3339 text in UTC. Counters (`feed_n`, `receipt_n`) change in the transaction that uses them, so
that what they number has no holes and no two rows share a number (an identity column as a cursor loses rows).
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Column, Index, Integer, LargeBinary, MetaData, Table, Text, text
from sqlalchemy import UniqueConstraint as Unique

from lab.dialects import TransactionNumber

metadata = MetaData()


def _key() -> Column[str]:
    return Column("id", Text, primary_key=True)


state = Table(
    "state",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
)
"""schema: version of these tables. epoch: changes when cursors become worthless (a restored backup)."""

key_list = Table(
    "key_list",
    metadata,
    Column("version", Integer, primary_key=True),
    Column("digest", Text, nullable=False),
    Column("documents", LargeBinary, nullable=False),
    Column("expires_at", Text, nullable=False),
)
"""documents: a JSON array of the signed documents with this payload: one, or two when the key changes."""

expert = Table(
    "expert",
    metadata,
    _key(),
    Column("role", Text, nullable=False),
    Column("name", Text, nullable=False),
    Column("created_at", Text, nullable=False),
    Column("feed_n", BigInteger, nullable=False, default=0),
    Column("receipt_n", BigInteger, nullable=False, default=0),
    Column("receipt_head", Text),
    Column("uploaded", BigInteger, nullable=False, default=0),
)

device = Table(
    "device",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("expert", Text, nullable=False, index=True),
    Column("device", Text, nullable=False),
    Column("jwk", Text, nullable=False),
    Column("registered_at", Text, nullable=False),
    Column("revoked_at", Text),
    Column("registration", LargeBinary, nullable=False),
    Unique("expert", "device"),
)
"""kid: the key's thumbprint. device: the id that its results name."""

invitation = Table(
    "invitation",
    metadata,
    Column("code_sha256", Text, primary_key=True),
    Column("expert", Text, nullable=False),
    Column("expires_at", Text, nullable=False),
    Column("used_by", Text),
)

document = Table(
    "document",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("document", LargeBinary, nullable=False),
)
"""Signed documents that feeds name, by the digest of their payload."""

batch = Table(
    "batch",
    metadata,
    _key(),
    Column("version", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("title", Text, nullable=False),
    Column("field", Text, nullable=False),
    Column("withdrawn_at", Text),
    Column("overlap", Integer, nullable=False, default=0),
    Column("created_at", Text, nullable=False),
)

batch_version = Table(
    "batch_version",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("batch", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Unique("batch", "version"),
)

pack = Table(
    "pack",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("number", Integer, primary_key=True),
    Column("sha256", Text, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("tasks", Integer, nullable=False),
    Column("free", Integer, nullable=False, server_default="0"),
    Index("pack_free", "batch", "number", sqlite_where=text("free > 0"), postgresql_where=text("free > 0")),
)
"""free: how many more experts may claim it: the batch's overlap less those who hold it."""

attachment = Table(
    "attachment",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("pack", Integer, primary_key=True),
    Column("sha256", Text, primary_key=True),
    Column("path", Text, nullable=False),
    Column("media_type", Text, nullable=False),
    Column("size", BigInteger, nullable=False),
    Index("attachment_blob", "sha256"),
)
"""Files that the tasks of a pack name, besides the pack itself."""

task = Table(
    "task",
    metadata,
    _key(),
    Column("batch", Text, nullable=False),
    Column("number", Integer, nullable=False),
    Column("pack", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("length", Integer, nullable=False),
    Unique("batch", "number"),
)
"""start, length: where the line stands in its pack, in bytes."""

author = Table(
    "author",
    metadata,
    Column("task", Text, primary_key=True),
    Column("response", Text, primary_key=True),
    Column("model", Text, nullable=False),
)
"""Which model wrote a response: never leaves the lab, experts judge blind."""

assignment = Table(
    "assignment",
    metadata,
    _key(),
    Column("version", Integer, nullable=False),
    Column("expert", Text, nullable=False),
    Column("batch", Text, nullable=False),
    Column("seed", Text, nullable=False),
    Column("lease_until", Text, nullable=False),
    Column("packs", Integer, nullable=False),
    Column("claim_key", Text),
    Unique("expert", "claim_key"),
    Index("assignment_expert_batch", "expert", "batch"),
)
"""packs: how many are still hers. claim_key: the Idempotency-Key of the claim that made it."""

assigned_pack = Table(
    "assigned_pack",
    metadata,
    Column("expert", Text, primary_key=True),
    Column("batch", Text, primary_key=True),
    Column("pack", Integer, primary_key=True),
    Column("assignment", Text, nullable=False, index=True),
    Column("ended_at", Text),
    Index("assigned_pack_batch", "batch", "pack"),
)
"""Who holds which pack. ended_at: given back; work on it is still taken, as late."""

upload = Table(
    "upload",
    metadata,
    Column("expert", Text, primary_key=True),
    Column("sha256", Text, primary_key=True),
)

feed = Table(
    "feed",
    metadata,
    Column("expert", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("digest", Text),
)
"""digest: of the document that the item carries, if it carries one."""

result = Table(
    "result",
    metadata,
    Column("n", BigInteger().with_variant(Integer(), "sqlite"), primary_key=True, autoincrement=True),
    Column("id", Text, nullable=False),
    Column("revision", Integer, nullable=False),
    Column("expert", Text, nullable=False),
    Column("expert_n", BigInteger, nullable=False),
    Column("batch", Text, nullable=False),
    Column("task", Text, nullable=False, index=True),
    Column("digest", Text, nullable=False, index=True),
    Column("kid", Text, nullable=False),
    Column("late", Boolean, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
    Column("xid", BigInteger, nullable=False, server_default=TransactionNumber()),
    Unique("id", "revision"),
    Unique("expert", "expert_n"),
    Index("result_order", "xid", "n"),
)
"""expert_n: the receipt's place in the expert's chain. xid, n: order over the whole lab. With one writer
(SQLite) xid is 0 and n alone orders; on PostgreSQL n is drawn before its transaction commits, so that a
cursor over n alone would pass over rows that commit late: xid is the transaction that stored the row."""

seen_token = Table(
    "seen_token",
    metadata,
    Column("id", Text, primary_key=True),
    Column("until", Text, nullable=False, index=True),
)
"""Request tokens that were used, where several processes serve (PostgreSQL): no process knows all by itself."""
