"""Requests to join that were written into a file and wait for the lab's answer: what each was, and giving one up."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from app.domain.ids import Digest
from app.domain.times import from_text, to_text
from app.errors import InputError, StorageError
from app.services.bundles import write_file
from app.services.labs import REQUEST, Labs
from app.services.replies import JoinRequestRow

if TYPE_CHECKING:
    from app.wire.invitation import Invitation


@dataclass(frozen=True, slots=True)
class JoinRequest:
    """id: of its folder. expires: when its invitation does. lab, url and role are "" where its note is damaged."""

    id: str
    lab: str
    url: str
    role: str
    expires: datetime | None

    @property
    def name(self) -> str:
        return self.lab or self.url

    def as_json(self) -> JoinRequestRow:
        expires = to_text(self.expires) if self.expires else None
        return {"request": self.id, "lab": self.lab, "url": self.url, "role": self.role, "expires": expires}


def waiting(labs: Labs) -> tuple[JoinRequest, ...]:
    """Those that no answer was opened for yet."""
    found: list[JoinRequest] = []
    for folder in labs.waiting():
        try:
            asked = invitation_of(labs.place(folder) / REQUEST)
        except StorageError:
            found.append(JoinRequest(folder, "", "", "", None))
        else:
            found.append(JoinRequest(folder, asked.lab_name, asked.url, asked.role, asked.expires_at))
    return tuple(found)


def give_up(labs: Labs, named: str | None = None) -> tuple[JoinRequest, bool]:
    """Delete the keys and the folder of a request, and nothing else: an answer to it cannot be opened any more.

    named: its id, or the lab's name or address; needed where several wait. Returns what it was, and whether the key
    store confirmed that its keys are gone. Raises InputError `enrol.none_waiting`, `enrol.request_unknown`,
    `enrol.request_several`.
    """
    found = waiting(labs)
    if not found:
        raise none_waiting()
    fits = [one for one in found if named is None or named in (one.id, one.lab, one.url)]
    if not fits:
        raise InputError(
            "enrol.request_unknown",
            "No request to join “{name}” waits on this computer.",
            hint="`assay request list` shows those that do.",
            params={"name": named or ""},
        )
    if len(fits) > 1:
        raise InputError(
            "enrol.request_several",
            "Several requests to join wait; name one by its id.",
            hint="`assay request list` shows them.",
        )
    return fits[0], labs.forget(fits[0].id)


def none_waiting() -> InputError:
    return InputError(
        "enrol.none_waiting",
        "No request to join waits for an answer on this computer.",
        hint="A bundle of a lab that you have joined opens in that lab.",
    )


def note(place: Path, asked: Invitation) -> None:
    """What its invitation said, without the code, beside the keys of a request."""
    from app.wire import jsonio

    about = {
        "url": asked.url,
        "keys": asked.keys_digest,
        "role": asked.role,
        "expires": to_text(asked.expires_at),
        "lab": asked.lab_name,
    }
    write_file(place, REQUEST, jsonio.dumps(about))


def invitation_of(path: Path) -> Invitation:
    """What the invitation of a waiting request said. Its code is not kept. StorageError `enrol.request_damaged`."""
    from app.wire import jsonio
    from app.wire.invitation import Invitation

    try:
        about = jsonio.loads(path.read_bytes())
        return Invitation(
            url=about["url"],
            keys_digest=Digest(about["keys"]),
            code="",
            role=about["role"],
            expires_at=from_text(about["expires"]),
            lab_name=about["lab"],
        )
    except (OSError, InputError, KeyError, TypeError, ValueError) as exc:
        raise StorageError(
            "enrol.request_damaged",
            "What was kept of the request to join is damaged.",
            hint="Write the request again with the same invitation.",
            where=str(path),
        ) from exc
