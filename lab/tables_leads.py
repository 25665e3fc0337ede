"""What a lab keeps for leads: teams, sampling plans, sealed opinions, cases, decisions. As portable as `tables`."""

from __future__ import annotations

from sqlalchemy import BigInteger, Column, Float, Index, Integer, LargeBinary, Table, Text
from sqlalchemy import UniqueConstraint as Unique

from lab.tables import metadata, result

Index("result_batch_task", result.c.batch, result.c.task)

team = Table(
    "team",
    metadata,
    Column("id", Text, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("created_at", Text, nullable=False),
)

team_member = Table(
    "team_member",
    metadata,
    Column("team", Text, primary_key=True),
    Column("expert", Text, primary_key=True, index=True),
    Column("role", Text, nullable=False),
)
"""role: expert or lead, in this team."""

roster_given = Table(
    "roster_given",
    metadata,
    Column("expert", Text, primary_key=True),
    Column("version", Integer, nullable=False),
)
"""The newest roster that each reader was sent."""

plan = Table(
    "plan",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("team", Text, nullable=False, index=True),
    Column("plan", Text, nullable=False),
    Column("results_seen", BigInteger, nullable=False, default=-1),
)
"""plan: JSON of `app.domain.sampling.Plan`. results_seen: how many results the batch had when it last ran."""

opinion = Table(
    "opinion",
    metadata,
    Column("task", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("name", Text, primary_key=True),
    Column("batch", Text, nullable=False, index=True),
    Column("judgement", LargeBinary, nullable=False),
)
"""kind: judge (its name) or gold (no name). Never served but inside a `sealed`."""

sealing = Table(
    "sealing",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("bucket", Integer, nullable=False),
)
"""Batches whose every task carries an envelope of this many padded bytes."""

sealed = Table(
    "sealed",
    metadata,
    Column("id", Text, primary_key=True),
    Column("batch", Text, nullable=False),
    Column("task", Text, nullable=False),
    Column("expert", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Column("key", LargeBinary, nullable=False),
    Column("opening", LargeBinary),
    Column("opened_at", Text),
    Index("sealed_expert_task", "expert", "task"),
)
"""key: 32 random bytes, released by an opening. The document itself is in `document`."""

extra_pack = Table(
    "extra_pack",
    metadata,
    Column("assignment", Text, primary_key=True),
    Column("expert", Text, nullable=False, index=True),
    Column("batch", Text, nullable=False),
    Column("kind", Text, nullable=False),
    Column("path", Text, nullable=False),
    Column("sha256", Text, nullable=False, index=True),
    Column("size", BigInteger, nullable=False),
    Column("tasks", Integer, nullable=False),
)
"""One pack cut for one person. kind: second, third or repeat; it never leaves the lab."""

extra_task = Table(
    "extra_task",
    metadata,
    Column("expert", Text, primary_key=True),
    Column("task", Text, primary_key=True),
    Column("batch", Text, nullable=False),
    Column("assignment", Text, nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("digest", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("length", Integer, nullable=False),
    Column("of", Text, index=True),
)
"""of: for a hidden repeat, the task that it repeats. sha256: of the pack."""

repeat_told = Table(
    "repeat_told",
    metadata,
    Column("expert", Text, primary_key=True),
    Column("batch", Text, primary_key=True),
)

review_case = Table(
    "review_case",
    metadata,
    Column("task", Text, primary_key=True),
    Column("batch", Text, nullable=False, index=True),
    Column("team", Text, nullable=False),
    Column("lead", Text, nullable=False),
    Column("state", Text, nullable=False),
    Column("drawn", Text, nullable=False),
    Column("decision", Text),
    Column("third", Text),
    Column("created_at", Text, nullable=False),
    Index("review_case_team", "team", "state"),
)
"""state: blind (the lead has not graded), open, decided, disputed. drawn: JSON list of reasons. decision: digest of
the one in force. third: whom a dispute was given to."""

review_head = Table(
    "review_head",
    metadata,
    Column("lead", Text, primary_key=True),
    Column("n", BigInteger, nullable=False),
)

review_feed = Table(
    "review_feed",
    metadata,
    Column("lead", Text, primary_key=True),
    Column("n", BigInteger, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("id", Text, nullable=False),
    Column("digest", Text, nullable=False),
    Unique("lead", "kind", "digest"),
)
"""digest: of the document or the task line that the item carries."""

letter = Table(
    "letter",
    metadata,
    Column("id", Text, primary_key=True),
    Column("kind", Text, nullable=False),
    Column("author", Text, nullable=False),
    Column("number", BigInteger, nullable=False),
    Column("batch", Text, index=True),
    Column("task", Text, index=True),
    Column("place", Integer, nullable=False),
    Column("digest", Text, nullable=False, unique=True),
    Column("state", Text, nullable=False),
    Column("received_at", Text, nullable=False),
    Column("document", LargeBinary, nullable=False),
    Column("receipt", LargeBinary, nullable=False),
)
"""Decisions, answers and proposals as they were signed. number: the receipt's place in the author's chain.
place: the order of what was said of its task. state: of a decision, `in force`, `replaced` or `later`; of an
answer, its kind; of a proposal, `open` or `merged`."""

practice = Table(
    "practice",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("version", Integer, nullable=False),
    Column("pass_mark", Float, nullable=False),
    Column("digest", Text, nullable=False),
)
"""Calibration batches; their explained answers are in `opinion` as gold and travel openly."""

needed_practice = Table(
    "needed_practice",
    metadata,
    Column("batch", Text, primary_key=True),
    Column("practice", Text, nullable=False),
)
"""Work that is given only to who has passed a practice batch."""

task_version = Table(
    "task_version",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("task", Text, nullable=False, index=True),
    Column("batch", Text, nullable=False),
    Column("sha256", Text, nullable=False),
    Column("start", BigInteger, nullable=False),
    Column("length", Integer, nullable=False),
)
"""Lines that a task had before its rubric changed: results on them stay readable."""
