"""What the first run does, without a widget: read an invitation, enrol, make the sample lab, print a code."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from app.errors import AssayError, Cancelled, InputError, StorageError
from app.services.join_requests import JoinRequest
from app.services.session import Session
from app.workstation import Workstation
from ui.i18n import language
from ui.jobs import JobHandle, Jobs, Progress, Step
from ui.samples import Samples

if TYPE_CHECKING:
    from app.wire.invitation import Invitation

MOST_BYTES = 64 * 1024
"""Of an invitation file; a real one has some 400."""
LEAST_PASSPHRASE = 8
NO_STORE = ("keyring.missing", "keyring.insecure", "keyring.locked", "passphrase.needed")
"""Errors that a passphrase of one's own answers."""


@dataclass(frozen=True, slots=True)
class Wish:
    """What is being joined: an invitation, a project (url, number, token) of Label Studio, or the sample lab.

    into: write the request for the invitation into this folder instead. answer: the file that came back for one.
    """

    invitation: str | bytes | None = None
    project: tuple[str, int, str] | None = None
    into: Path | None = None
    answer: Path | None = None

    @property
    def is_sample(self) -> bool:
        return self.invitation is None and self.project is None and self.answer is None


class FirstRunPresenter(QObject):
    """looked: an Invitation to compare. passphrase_needed: no key store; AssayError says why. working, stepped:
    busy. failed: AssayError, nothing was kept. requested: Path of a request to be carried. joined: the workspace is
    there. code: the printed recovery code. finished: Session. given_up: a request is; AssayError says what was left.
    """

    looked = Signal(object)
    passphrase_needed = Signal(object)
    working = Signal(bool)
    stepped = Signal(object)
    failed = Signal(object)
    requested = Signal(object)
    joined = Signal()
    code = Signal(str)
    finished = Signal(object)
    given_up = Signal(object)

    def __init__(self, workstation: Workstation, jobs: Jobs, samples: Samples) -> None:
        super().__init__()
        self._workstation = workstation
        self._jobs = jobs
        self._samples = samples
        self._wish = Wish()
        self._passphrase: str | None = None
        self._job: JobHandle | None = None
        self._session: Session | None = None

    @property
    def offers_sample(self) -> bool:
        return self._samples.is_offered

    @property
    def is_sample(self) -> bool:
        return self._wish.is_sample

    @property
    def is_project(self) -> bool:
        return self._wish.project is not None

    @property
    def is_request(self) -> bool:
        return self._wish.into is not None

    @property
    def is_answer(self) -> bool:
        return self._wish.answer is not None

    @property
    def requests(self) -> tuple[JoinRequest, ...]:
        """Those that were carried away and are not answered yet."""
        return self._workstation.joining.waiting()

    def give_up(self, request: str) -> None:
        """Delete a request's keys from this computer. `given_up` when it is over."""
        joining = self._workstation.joining

        def done(outcome: tuple[JoinRequest, bool]) -> None:
            self.given_up.emit(None if outcome[1] else _not_confirmed())

        self._jobs.run(
            lambda _: joining.give_up(request),
            done=done,
            failed=self.given_up.emit,
            lane="network",
            owner=self,
        )

    # The invitation

    def look(self, invitation: str | bytes) -> None:
        """Read it, without talking to anyone. `failed` when it is none, or has expired."""
        try:
            found = self._workstation.enrolling.look(invitation)
            self._not_expired(found)
        except AssayError as error:
            self.failed.emit(error)
            return
        self._wish = Wish(invitation)
        self.looked.emit(found)

    def look_at_file(self, path: Path) -> None:
        try:
            with open(path, "rb") as file:
                content = file.read(MOST_BYTES)
        except OSError:
            self.failed.emit(
                InputError(
                    "invitation.file",
                    "The file cannot be read.",
                    hint="Choose another, or paste the invitation.",
                )
            )
            return
        self.look(content)

    def _not_expired(self, found: Invitation) -> None:
        if found.expires_at <= self._workstation.clock.now():
            raise InputError(
                "invitation.expired", "This invitation has expired.", hint="Ask the lab for a new one."
            )

    # Joining

    def join(self) -> None:
        """Enrol with the invitation that was looked at."""
        self._wish, self._passphrase = Wish(self._wish.invitation), None
        self._run()

    def request_into(self, folder: Path) -> None:
        """Write the request for it into a folder, where the lab cannot be reached."""
        self._wish, self._passphrase = Wish(self._wish.invitation, into=folder), None
        self._run()

    def open_answer(self, path: Path) -> None:
        """The lab's answer to a request: the lab is joined with what came in it."""
        self._wish, self._passphrase = Wish(answer=path), None
        self._run()

    def join_sample(self) -> None:
        self._wish, self._passphrase = Wish(), None
        self._run()

    def connect_project(self, url: str, project: int, token: str) -> None:
        """A project of Label Studio becomes a lab of its own."""
        self._wish, self._passphrase = Wish(project=(url, project, token)), None
        self._run()

    def join_with(self, passphrase: str) -> None:
        """The same, with the keys under a passphrase."""
        self._passphrase = passphrase
        self._run()

    def cancel(self) -> None:
        if self._job is not None:
            self._job.cancel()

    def _run(self) -> None:
        wish, passphrase, made = self._wish, self._passphrase, list[Session]()
        enrolling, samples, tongue = self._workstation.enrolling, self._samples, language()
        studio, joining = self._workstation.studio, self._workstation.joining

        def work(progress: Progress) -> Session | Path:
            def cancelled() -> bool:
                return progress.cancelled

            def said(done: int, total: int) -> None:
                progress(done, total)

            if wish.into is not None:
                return joining.request(wish.invitation or "", wish.into, passphrase=passphrase)
            if wish.answer is not None:
                made.append(joining.answered(wish.answer, passphrase=passphrase)[0])
            elif wish.project is not None:
                made.append(studio.connect(*wish.project, passphrase))
            elif wish.invitation is None:
                made.append(samples.join(tongue, passphrase, cancelled, said))
            else:
                made.append(enrolling.enrol(wish.invitation, passphrase=passphrase, cancelled=cancelled))
            if progress.cancelled:
                raise Cancelled
            return made[0]

        def given_up() -> None:
            # Cancelled in the last moment: the lab is joined all the same, and opens from the Desk.
            self._over()
            for session in made:
                session.close()
            self.working.emit(False)

        self._job = self._jobs.run(
            work,
            done=self._made,
            failed=self._not_made,
            progress=self._step,
            cancelled=given_up,
            lane="network",
        )
        self.working.emit(True)

    def _over(self) -> None:
        self._job = None

    def _step(self, step: Step) -> None:
        self.stepped.emit(step)

    def _made(self, made: Session | Path) -> None:
        self._over()
        self.working.emit(False)
        if isinstance(made, Path):
            self._passphrase = None
            self.requested.emit(made)
            return
        self._session = made
        if self.is_sample:
            self.finish()
        else:
            self.joined.emit()

    def _not_made(self, error: AssayError) -> None:
        self._over()
        self.working.emit(False)
        if error.code in NO_STORE and self._passphrase is None:
            self.passphrase_needed.emit(error)
        else:
            self.failed.emit(error)

    # The printed code

    def make_code(self) -> None:
        """A recovery code, shown once."""
        session, passphrase = self._session, self._passphrase
        if session is None:
            return
        from app.services.care import Care

        care = Care(self._workstation.labs, session)
        self._jobs.run(
            lambda _: care.new_recovery_code(passphrase),
            done=self.code.emit,
            failed=self.failed.emit,
            owner=self,
        )

    def finish(self) -> None:
        session, self._session = self._session, None
        self._passphrase = None
        if session is not None:
            self.finished.emit(session)

    def closed(self) -> None:
        """The page goes: nothing is left open."""
        self.cancel()
        session, self._session = self._session, None
        if session is not None:
            session.close()


def _not_confirmed() -> StorageError:
    return StorageError(
        "keyring.left",
        "The request is given up, but the key store did not confirm that its key is gone.",
        hint="Assay uses it for nothing any more.",
    )
