"""How things stand with a lab between two syncs, as one text: a poll with nothing new reads it and no more."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass

KEY = "sync.standing"


@dataclass(slots=True)
class Standing:
    """etag: of the feed's end. epoch: of the lab's memory. rereading: the feed is being read from its start.

    files: attachments are still to be fetched. drift: the lab's digest of what is hers, where ours differed after
    reading all anew. keys_expire: when the lab's list of keys runs out, RFC 3339. lost: the list of her own results
    is to be read, since the lab or this workspace may lack some. healed: the restored device it was read for.
    """

    etag: str = ""
    epoch: str = ""
    rereading: bool = False
    files: bool = False
    drift: str = ""
    keys_expire: str = ""
    lost: bool = False
    healed: str = ""

    @classmethod
    def read(cls, text: str | None) -> Standing:
        return cls(**json.loads(text)) if text else cls()

    def text(self) -> str:
        return json.dumps(asdict(self))
