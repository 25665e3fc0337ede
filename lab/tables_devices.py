"""What a lab keeps of devices beside their keys: age recipients, bundles taken in, drafts between own devices."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Index, LargeBinary, Table, Text

from lab.tables import metadata

device_age = Table(
    "device_age",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("recipient", Text, nullable=False),
)
"""The age recipient of a device, as the device itself signed it."""

bundle_seen = Table(
    "bundle_seen",
    metadata,
    Column("kid", Text, primary_key=True),
    Column("expert", Text, nullable=False, index=True),
    Column("cursor", Text, nullable=False),
    Column("own_cursor", Text, nullable=False),
    Column("review_cursor", Text, nullable=False, server_default=""),
    Column("outcomes", Text, nullable=False),
    Column("issued", Text, nullable=False),
)
"""Of the newest bundle of each device: up to where it has the feed, its results and, as a lead's, the review feed; what
was refused of it."""

draft = Table(
    "draft",
    metadata,
    Column("expert", Text, primary_key=True),
    Column("task", Text, primary_key=True),
    Column("kid", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
    Column("digest", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Index("draft_order", "expert", "n"),
)
"""The newest draft of each task from each device, sealed to her other devices; n: the number of its feed item."""
