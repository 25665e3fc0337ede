"""Documents around second grades, checked before they are kept: whose signature, about what, under which rubric.

Pure: bytes in, a paper or an error out. A document is believed only under a key of the lab, or of a person whom the
lab's roster names as the one that it says it is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from app.domain.ids import Digest
from app.domain.judgement import flatten
from app.domain.task import Task
from app.domain.times import from_text
from app.errors import TrustError
from app.sync.protocols import KeptDocument, PaperChange
from app.wire import jsonio
from app.wire.documents import Document, Result
from app.wire.keylist import KeyList
from app.wire.leading import Answer, Calibration, Decision, Proposal, Repeats, Roster, Sealed
from app.wire.models import parse
from app.wire.protocol import FeedItem
from app.wire.signatures import KeySet, PinnedKey, PublicKey, Verified, verify

KINDS = (
    "roster",
    "sealed",
    "calibration",
    "repeats",
    "result.accepted",
    "result.returned",
    "decision.later",
)
D = TypeVar("D", bound=Document)


@dataclass(frozen=True, slots=True)
class Trusted:
    """Whose keys count. people: kid → (expert, role)."""

    keys: KeySet
    people: Mapping[str, tuple[str, str]]

    @classmethod
    def of(cls, roster: bytes | None) -> Trusted:
        """From the payload of a verified roster; nobody without one."""
        if roster is None:
            return cls(KeySet(), {})
        pinned: list[PinnedKey] = []
        people: dict[str, tuple[str, str]] = {}
        for member in parse(Roster, roster).members:
            for one in member.devices:
                key = PublicKey(one.jwk.model_dump(exclude_none=True))
                revoked = from_text(one.revoked) if one.revoked else None
                pinned.append(PinnedKey(key, revoked_at=revoked))
                people[key.kid] = (member.expert, member.role)
        return cls(KeySet(pinned), people)


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads, and what she goes by. now: for revocations."""

    lab: str
    expert: str
    keys: KeyList
    trusted: Trusted
    now: datetime

    def by_lab(self, document: bytes, model: type[D]) -> tuple[Verified, D]:
        verified = verify(document, self.keys.keys, model.typ(), at=self.now)
        found = parse(model, verified.payload)
        if getattr(found, "lab", self.lab) != self.lab:
            raise TrustError("paper.lab", "The document is another lab's.")
        if getattr(found, "expert", self.expert) != self.expert:
            raise TrustError("paper.expert", "The document is for somebody else.")
        return verified, found

    def by_person(self, document: bytes, model: type[D], author: str) -> tuple[Verified, D, str]:
        """(verified, the document, whose it is). author: the member that names the signer."""
        verified = verify(document, self.trusted.keys, model.typ(), at=self.now)
        found = parse(model, verified.payload)
        who, role = self.trusted.people[verified.kid]
        if getattr(found, author) != who or getattr(found, "lab", self.lab) != self.lab:
            raise TrustError("paper.author", "It is not signed by the person whom it names.")
        if isinstance(found, Decision) and role != "lead":
            raise TrustError("paper.role", "It is a decision by somebody who is no lead.")
        return verified, found, who


def of_item(item: FeedItem, reader: Reader) -> PaperChange | KeptDocument:
    """What a feed item brings; a roster is a document of which the newest version counts. Raises TrustError."""
    if item.document is None:
        raise TrustError("feed.document", "The signed document is missing.")
    document = item.document.document()
    if item.kind == "roster":
        verified, roster = reader.by_lab(document, Roster)
        return KeptDocument(Roster.NAME, roster.version, verified.payload, document)
    if item.kind == "sealed":
        return sealed(document, reader)
    if item.kind == "calibration":
        verified, calibration = reader.by_lab(document, Calibration)
        return _paper("calibration", calibration.batch, verified, document, calibration, at=calibration.issued,
                      revision=calibration.version)  # fmt: skip
    if item.kind == "repeats":
        verified, repeats = reader.by_lab(document, Repeats)
        return _paper("repeats", repeats.batch, verified, document, repeats, at=repeats.issued)
    return decision(document, reader, later=item.kind == "decision.later")


def sealed(document: bytes, reader: Reader) -> PaperChange:
    verified, found = reader.by_lab(document, Sealed)
    return _paper("sealed", found.sealed, verified, document, found, at=found.issued)


def decision(document: bytes, reader: Reader, *, later: bool = False) -> PaperChange:
    """later: it came before one's own decision, which is therefore not in force."""
    verified, found, who = reader.by_person(document, Decision, "lead")
    kind = "decision.first" if later else "decision"
    return _paper(kind, found.decision, verified, document, found, at=found.decided, who=who)


def answer(document: bytes, reader: Reader) -> PaperChange:
    verified, found, who = reader.by_person(document, Answer, "expert")
    return _paper("answer", found.answer, verified, document, found, at=found.answered, who=who)


def proposal(document: bytes, reader: Reader) -> PaperChange:
    verified, found, who = reader.by_person(document, Proposal, "expert")
    return _paper("proposal", found.proposal, verified, document, found, at=found.proposed, who=who)


@dataclass(frozen=True, slots=True)
class KnownTask:
    """A task as this workspace holds it. rubric_version: of the newest version of its batch.

    A result may name a version of the batch from before the reader held it: what binds it is the task's text and
    the rubric's version.
    """

    task: Task
    digest: Digest
    batch: str
    rubric_version: str


def result(document: bytes, reader: Reader, known: KnownTask | None) -> PaperChange:
    """A teammate's result. Raises TrustError `review.task | batch | rubric | line`, `signature.…`, InputError."""
    verified, found, who = reader.by_person(document, Result, "expert")
    if known is None:
        raise TrustError("review.task", "It judges a task that is not known here.")
    if found.batch != known.batch:
        raise TrustError("review.batch", "It judges the task in another batch than it is known in here.")
    if found.rubric_version != known.rubric_version:
        raise TrustError(
            "review.rubric",
            "It was made under rubric version {was}; the team works under {now}.",
            params={"was": found.rubric_version, "now": known.rubric_version},
        )
    if found.task_digest != known.digest:
        raise TrustError("review.line", "It judges another text of the task than the one that is known here.")
    flatten(known.task, jsonio.loads(verified.payload)["judgement"])
    at, revision = found.times.submitted, found.revision
    return _paper("result", found.result, verified, document, found, at=at, who=who, revision=revision)


def _paper(
    kind: str,
    id: str,
    verified: Verified,
    document: bytes,
    found: Sealed | Calibration | Repeats | Decision | Answer | Proposal | Result,
    *,
    at: str,
    who: str = "",
    revision: int = 1,
) -> PaperChange:
    """found: what the document says; calibrations and repeats are about a whole batch, and name no task."""
    task: str | None = getattr(found, "task", None)
    return PaperChange(
        kind, id, verified.digest, task, found.batch, who, at, verified.payload, document, revision
    )
