"""What a workspace has seen of a lab: the highest versions, every digest, and what is hers now.

Kept as one text in the workspace's state, written in the transaction that applies what it speaks of. It is
what makes rollback, forks, mixing and gaps visible (the attacks that TUF lists).
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any

from app.domain.ids import Digest
from app.wire import jsonio
from app.wire.protocol import LiveDigest, live_digest

KEY = "sync.seen"


@dataclass(slots=True)
class SeenFile:
    path: str
    sha256: str
    size: int
    count: int


@dataclass(slots=True)
class SeenBatch:
    """digests: of every version known; the last is the current one."""

    version: int
    digests: list[str]
    withdrawn: bool = False

    @property
    def digest(self) -> Digest:
        return Digest(self.digests[-1])


@dataclass(slots=True)
class SeenAssignment:
    batch: str
    version: int
    digest: str
    packs: list[SeenFile]
    attachments: list[SeenFile]

    @property
    def live(self) -> bool:
        return bool(self.packs)


@dataclass(slots=True)
class Seen:
    """n: the last feed number. refused: id → code of what was set aside. time: the newest signed time,
    registered: when the registration that is kept was issued, RFC 3339 both.
    """

    n: int = 0
    batches: dict[str, SeenBatch] = field(default_factory=dict)
    assignments: dict[str, SeenAssignment] = field(default_factory=dict)
    refused: dict[str, str] = field(default_factory=dict)
    time: str = ""
    registered: str = ""

    @classmethod
    def read(cls, text: str | None) -> Seen:
        if not text:
            return cls()
        data: dict[str, Any] = jsonio.loads(text)
        return cls(
            n=data["n"],
            batches={k: SeenBatch(**v) for k, v in data["batches"].items()},
            assignments={k: _assignment(v) for k, v in data["assignments"].items()},
            refused=dict(data["refused"]),
            time=data["time"],
            registered=data.get("registered", ""),
        )

    def text(self) -> str:
        return jsonio.dumps(asdict(self)).decode("utf-8")

    def copy(self) -> Seen:
        return Seen.read(self.text())

    def live(self) -> LiveDigest:
        """What the lab should count too, if nothing was refused."""
        return live_digest(
            name
            for name, one in self.assignments.items()
            if one.live and not self.batches[one.batch].withdrawn
        )

    def files_of(self, batch: str) -> list[SeenFile]:
        """The packs of a batch that are hers, each once, by path."""
        found = {p.sha256: p for a in self.assignments.values() if a.batch == batch for p in a.packs}
        return sorted(found.values(), key=lambda p: (p.path, p.sha256))

    def attachments(self) -> list[SeenFile]:
        found = {
            f.sha256: f
            for a in self.assignments.values()
            if a.live and not self.batches[a.batch].withdrawn
            for f in a.attachments
        }
        return list(found.values())


def _assignment(data: dict[str, Any]) -> SeenAssignment:
    files = {name: [SeenFile(**f) for f in data[name]] for name in ("packs", "attachments")}
    return SeenAssignment(data["batch"], data["version"], data["digest"], **files)
