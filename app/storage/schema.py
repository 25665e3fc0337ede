"""The schemas of `workspace.db`, step by step. Shipped: never edit one, add a migration.

Lab-owned tables (batch, pack, task, line, assignment…) change only when a verified feed item is applied;
own tables (journal, review, outbox, attention, note) only by the expert. Times are RFC 3339 text, UTC.
"""

from __future__ import annotations

SCHEMA_1 = """
CREATE TABLE workspace (
    id INTEGER PRIMARY KEY CHECK (id = 1),
    lab TEXT NOT NULL, lab_name TEXT NOT NULL, lab_url TEXT NOT NULL,
    expert TEXT NOT NULL, device TEXT NOT NULL, kid TEXT NOT NULL, key_id TEXT NOT NULL,
    local INTEGER NOT NULL, restored INTEGER NOT NULL DEFAULT 0, created_at TEXT NOT NULL
) STRICT;

-- Lab-owned

CREATE TABLE state (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE document (
    name TEXT PRIMARY KEY, version INTEGER NOT NULL, digest TEXT NOT NULL, payload BLOB NOT NULL,
    document BLOB NOT NULL
) STRICT;

CREATE TABLE batch (
    id TEXT PRIMARY KEY, number INTEGER NOT NULL UNIQUE, version INTEGER NOT NULL, digest TEXT NOT NULL,
    title TEXT NOT NULL, field TEXT NOT NULL, language TEXT NOT NULL, signed INTEGER NOT NULL,
    due_at TEXT, expires_at TEXT, tasks INTEGER NOT NULL, withdrawn TEXT,
    payload BLOB NOT NULL, document BLOB
) STRICT;

-- A pack is one task file of a batch. Its rows are loaded in chunks and seen only when it is `ready`.
CREATE TABLE pack (
    number INTEGER PRIMARY KEY, batch TEXT NOT NULL, position INTEGER NOT NULL, path TEXT NOT NULL,
    sha256 TEXT NOT NULL, tasks INTEGER NOT NULL, state TEXT NOT NULL CHECK (state IN ('staged', 'ready', 'dropped'))
) STRICT;
CREATE INDEX pack_by_batch ON pack (batch, state, position);

CREATE TABLE task (
    number INTEGER PRIMARY KEY, pack INTEGER NOT NULL REFERENCES pack (number), position INTEGER NOT NULL,
    id TEXT NOT NULL, sha256 TEXT NOT NULL, title TEXT NOT NULL, language TEXT NOT NULL,
    characters INTEGER NOT NULL, criteria INTEGER NOT NULL, responses INTEGER NOT NULL, total INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX task_by_place ON task (pack, position);
CREATE INDEX task_by_id ON task (id);

-- The exact bytes of a task, apart from its row so that lists never read over them.
CREATE TABLE line (
    task INTEGER PRIMARY KEY REFERENCES task (number) ON DELETE CASCADE, bytes BLOB NOT NULL
) STRICT;

CREATE TABLE withdrawn (task TEXT PRIMARY KEY, reason TEXT NOT NULL, at TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE assignment (
    id TEXT PRIMARY KEY, batch TEXT NOT NULL, seed TEXT NOT NULL, lease_until TEXT,
    digest TEXT NOT NULL, payload BLOB NOT NULL, document BLOB
) STRICT;
CREATE TABLE assigned (
    task TEXT PRIMARY KEY, assignment TEXT NOT NULL REFERENCES assignment (id)
) STRICT, WITHOUT ROWID;

CREATE TABLE notice (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, title TEXT NOT NULL, text TEXT NOT NULL,
    seen INTEGER NOT NULL DEFAULT 0
) STRICT;

CREATE TABLE quarantine (
    number INTEGER PRIMARY KEY, at TEXT NOT NULL, code TEXT NOT NULL, reason TEXT NOT NULL,
    source TEXT NOT NULL, document BLOB NOT NULL
) STRICT;

CREATE TABLE rendered (key TEXT PRIMARY KEY, tree BLOB NOT NULL) STRICT;

CREATE VIRTUAL TABLE task_search USING fts5 (
    title, prompt, responses, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
);

-- Own

CREATE TABLE device (number INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE) STRICT;

-- number = device number * 2^40 + seq. before: the task's row before this one, 0 for its first: the way to a
-- task's history without an index, which would cost every keystroke a page. content is NULL after wiping;
-- sha256 and chain stay.
CREATE TABLE journal (
    number INTEGER PRIMARY KEY, task TEXT NOT NULL, grp TEXT NOT NULL, undoes TEXT, before INTEGER NOT NULL,
    content BLOB, sha256 BLOB NOT NULL, chain BLOB NOT NULL
) STRICT;

CREATE TABLE review (
    number INTEGER PRIMARY KEY, task TEXT NOT NULL UNIQUE, batch TEXT NOT NULL, leaves TEXT NOT NULL,
    status TEXT NOT NULL, revision INTEGER NOT NULL, flag TEXT, answered INTEGER NOT NULL,
    started_at TEXT NOT NULL, changed_at TEXT NOT NULL, submitted_at TEXT,
    active_ms INTEGER NOT NULL DEFAULT 0, journal INTEGER NOT NULL
) STRICT;
CREATE INDEX review_by_batch ON review (batch, status, flag, task);

CREATE TABLE attention (
    number INTEGER PRIMARY KEY, task TEXT NOT NULL, at_ms INTEGER NOT NULL,
    stop INTEGER NOT NULL, place TEXT NOT NULL
) STRICT;
CREATE INDEX attention_by_task ON attention (task);

CREATE TABLE outbox (
    number INTEGER PRIMARY KEY, result TEXT NOT NULL, revision INTEGER NOT NULL, task TEXT NOT NULL,
    batch TEXT NOT NULL, digest TEXT NOT NULL, payload BLOB NOT NULL, document BLOB NOT NULL,
    state TEXT NOT NULL CHECK (
        state IN ('ready', 'sent', 'receipted', 'accepted', 'returned', 'rejected', 'parked')
    ),
    attempts INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL,
    sent_at TEXT, receipt BLOB, receipt_digest TEXT, received_at TEXT,
    UNIQUE (result, revision)
) STRICT;
CREATE INDEX outbox_by_task ON outbox (task, revision);
CREATE INDEX outbox_waiting ON outbox (number) WHERE state IN ('ready', 'sent');

CREATE TABLE note (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE VIRTUAL TABLE comment_search USING fts5 (
    comments, content='', contentless_delete=1, tokenize="unicode61 remove_diacritics 2"
);

-- Views: what screens read joins what the lab owns with what the expert does.

CREATE VIEW shown_task AS
SELECT t.number, t.id, p.batch, b.number AS batch_number, p.position AS pack_position, t.position,
    t.pack, t.sha256, t.title, t.language, t.characters, t.criteria, t.responses, t.total
FROM task t JOIN pack p ON p.number = t.pack JOIN batch b ON b.id = p.batch
WHERE p.state = 'ready';

CREATE VIEW task_row AS
SELECT s.number, s.id, s.batch, s.title, s.language, s.characters, s.criteria, s.responses, s.total, s.sha256,
    coalesce(r.answered, 0) AS answered, r.status, r.flag, coalesce(r.revision, 1) AS revision, r.changed_at,
    r.submitted_at, coalesce(r.active_ms, 0) AS active_ms,
    (SELECT o.state FROM outbox o WHERE o.task = s.id ORDER BY o.revision DESC LIMIT 1) AS result,
    g.assignment, a.seed, w.reason AS withdrawn
FROM shown_task s
LEFT JOIN review r ON r.task = s.id
LEFT JOIN withdrawn w ON w.task = s.id
LEFT JOIN assigned g ON g.task = s.id
LEFT JOIN assignment a ON a.id = g.assignment;
"""

# The desk counts results by state; without this every signed document would be read for it.
SCHEMA_2 = """
CREATE INDEX outbox_by_batch ON outbox (batch, state);
"""

# Second grades. `paper`: signed documents of others and of the lab, verified, as they came: teammates' results
# (result), decisions, answers, proposals, envelopes (sealed; drawn: of a blind second grade) and what was in them
# (opened: its payload is the content), explained answers (calibration), repeats, and lines of tasks that a lead
# reads without grading (line). `lead_case`: the lead's queue, made of them. `letter`: one's own decisions, answers
# and proposals on their way.
SCHEMA_3 = """
CREATE TABLE paper (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL, id TEXT NOT NULL, digest TEXT NOT NULL, task TEXT, batch TEXT,
    who TEXT, revision INTEGER NOT NULL DEFAULT 1, at TEXT NOT NULL, payload BLOB NOT NULL, document BLOB,
    UNIQUE (kind, digest)
) STRICT;
CREATE INDEX paper_by_task ON paper (task, kind);
CREATE INDEX paper_by_kind ON paper (kind, id);

CREATE TABLE lead_case (
    number INTEGER PRIMARY KEY, task TEXT NOT NULL UNIQUE, batch TEXT NOT NULL, title TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('blind', 'open', 'disputed', 'decided')),
    drawn TEXT NOT NULL DEFAULT '', differ INTEGER NOT NULL DEFAULT 0, places INTEGER NOT NULL DEFAULT 0,
    graders INTEGER NOT NULL DEFAULT 0, rank INTEGER NOT NULL
) STRICT;
CREATE INDEX lead_case_in_order ON lead_case (rank, number);
CREATE INDEX lead_case_by_batch ON lead_case (batch, rank, number);
CREATE INDEX lead_case_by_state ON lead_case (state, rank, number);

CREATE TABLE letter (
    number INTEGER PRIMARY KEY, kind TEXT NOT NULL CHECK (kind IN ('decision', 'answer', 'proposal')),
    id TEXT NOT NULL UNIQUE, task TEXT, batch TEXT, digest TEXT NOT NULL, payload BLOB NOT NULL,
    document BLOB NOT NULL, state TEXT NOT NULL CHECK (state IN ('ready', 'sent', 'receipted', 'parked')),
    attempts INTEGER NOT NULL DEFAULT 0, reason TEXT NOT NULL DEFAULT '', created_at TEXT NOT NULL,
    sent_at TEXT, receipt BLOB, receipt_digest TEXT, received_at TEXT
) STRICT;
CREATE INDEX letter_by_task ON letter (task, kind);
CREATE INDEX letter_waiting ON letter (number) WHERE state IN ('ready', 'sent');
"""

# What a field's value knows of beside this device's own edits, values of other laptops that wait for a choice, and
# up to which edit each task's draft was sent.
SCHEMA_4 = """
CREATE TABLE field (
    task TEXT NOT NULL, path TEXT NOT NULL, vector TEXT NOT NULL, PRIMARY KEY (task, path)
) STRICT, WITHOUT ROWID;

CREATE TABLE conflict (
    number INTEGER PRIMARY KEY, task TEXT NOT NULL, path TEXT NOT NULL, device TEXT NOT NULL,
    theirs TEXT NOT NULL, vector TEXT NOT NULL, at TEXT NOT NULL, UNIQUE (task, path, device)
) STRICT;

CREATE TABLE drafted (task TEXT PRIMARY KEY, journal INTEGER NOT NULL) STRICT, WITHOUT ROWID;
"""
