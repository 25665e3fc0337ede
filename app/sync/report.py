"""What one sync did."""

from __future__ import annotations

from dataclasses import dataclass, field

from app.sync.planner import Refusal


@dataclass(slots=True)
class SyncReport:
    """pulled: tasks taken in. pushed, receipted, parked, conflicts: results of this run. waiting: still
    without a receipt. resent: results that the lab had lost.
    adopted: own results that came from the lab. files: attachments fetched. refused: items set
    aside. opened: tasks of a lead's queue whose first grades can be read since.
    """

    pulled: int = 0
    pushed: int = 0
    receipted: int = 0
    returned: int = 0
    conflicts: int = 0
    waiting: int = 0
    parked: int = 0
    resent: int = 0
    adopted: int = 0
    files: int = 0
    opened: int = 0
    refused: list[Refusal] = field(default_factory=list)

    def as_json(self) -> dict[str, int]:
        """As `assay sync --json` prints it."""
        return {
            "pulled": self.pulled,
            "pushed": self.pushed,
            "receipted": self.receipted,
            "returned": self.returned,
            "conflicts": self.conflicts,
            "waiting": self.waiting,
            "parked": self.parked,
            "opened": self.opened,
            "refused": len(self.refused),
        }
