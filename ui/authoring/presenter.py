"""What Authoring shows and does, without a widget: drafts, the one that is open, what was proposed.

    presenter.write(title="…")                 # shown at once, in the file at most 500 ms after the last key
    presenter.add_after(criterion); presenter.move(criterion, -1); presenter.remove(criterion)
    presenter.send()                           # signed; leaves with the next sync

The open draft is looked through in the worker after each pause: `checked` brings what is missing and doubtful.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from app.domain.ids import CriterionId
from app.domain.rubric import Criterion, Kind
from app.errors import AssayError, InputError
from app.services import authoring, lettering
from app.services.authoring import Draft, Standing, Suspect
from app.services.lettering import Letter
from app.services.saving import save_file
from ui.authoring.lists import Lists
from ui.authoring.words import draft_state, state_long, title_of
from ui.i18n import language, tr
from ui.jobs import JobHandle, Jobs
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.panels.rubric.buffer import once

if TYPE_CHECKING:
    from app.services.values import Workspace

PAUSE_MS = 500
AGAIN_MS = 5000
"""After a write that failed it is tried anew."""
SCALE = (1.0, 5.0)


class AuthoringPresenter(QObject):
    """listed: drafts or proposals are others. stale: read again when shown. opened: another draft is shown, or none.

    rubric_changed: its rows are others. checked: `standing` is new. stated: whether it is kept, sent, or may be sent.
    """

    listed = Signal()
    stale = Signal()
    opened = Signal()
    rubric_changed = Signal()
    checked = Signal()
    stated = Signal()

    def __init__(
        self, live: LiveSession, navigator: Navigator, jobs: Jobs, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._navigator = navigator
        self._jobs = jobs
        self._pause = once(self, PAUSE_MS, self.flush)
        self._checking: JobHandle | None = None
        self._dirty = False
        self._unkept: dict[str, Draft] = {}
        self.lists = Lists(live)
        self.draft: Draft | None = None
        self.standing: Standing | None = None
        self._named = ""
        live.changed.connect(self._old)

    def closed(self) -> None:
        self.flush()
        self._live.owe(self, False)
        self._live.changed.disconnect(self._old)
        if self._checking is not None:
            self._checking.cancel()
        self.draft, self.standing = None, None
        self.lists.clear()

    # The lists

    def refresh(self) -> None:
        """Read drafts and proposals again; the open draft stays as it is being written."""
        self.lists.read()
        self.listed.emit()
        self.stated.emit()

    def withdraw(self, at: int) -> None:
        """Take a proposal back that never left."""
        if 0 <= at < len(self.lists.proposals):
            wanted = self.lists.proposals[at].id
            self._live.perform(
                lambda ws: ws.letters.withdraw(wanted),
                lambda _: self._navigator.toast(tr("Taken back. The lab never saw it.")),
                self._navigator.problem,
                what="letters",
            )

    # One draft

    def new(self) -> None:
        """Begin a task in the field of the one before, or of the newest batch."""
        self.flush()
        spoken = language().replace("_", "-")
        self._show(authoring.begin(self._live.session, field_=self.lists.field(), language=spoken))

    def open(self, wanted: str) -> None:
        self.flush()
        try:
            self._show(self._unkept.get(wanted) or authoring.draft(self._live.session, wanted))
        except InputError as error:
            self._navigator.problem(error)
            self.refresh()

    def leave(self) -> None:
        """Back to the list."""
        self.flush()
        self._show(None)

    def _show(self, draft: Draft | None) -> None:
        self.draft, self.standing = draft, None
        self._check()
        self.opened.emit()
        self._named = self.title
        self._navigator.refresh_bar()

    @property
    def title(self) -> str:
        return title_of(self.draft) if self.draft is not None else ""

    @property
    def letter(self) -> Letter | None:
        return self.lists.letters.get(self.draft.letter) if self.draft is not None else None

    @property
    def state(self) -> str:
        """draft, ready, sent, receipted or parked."""
        return draft_state(self.draft, self.letter) if self.draft is not None else "draft"

    def state_words(self) -> str:
        """What has become of a sent task; empty while it is being written."""
        if self.draft is None or not self.draft.sent:
            return ""
        lab = self._live.session.identity.lab_name
        return state_long(self.draft, self.letter, lab, self._live.clock_now)

    def blocked(self) -> str:
        """Why it cannot be sent now; empty when it can."""
        return self.alone() or self.unready()

    def alone(self) -> str:
        """Why it can never be sent from here: there is no lab. Empty where there is one."""
        if not self._live.session.identity.local:
            return ""
        return tr("These files are on this computer only; there is no lab to send it to. Save it as a file.")

    def unready(self) -> str:
        """Why it may not leave this computer yet."""
        standing = self.standing
        if standing is None:
            return tr("It is being looked through.")
        if standing.lacks:
            return tr("Something is still missing; “Before it leaves” says what.")
        if standing.suspects:
            return tr("Something in it may name a person; look at each place first.")
        return ""

    # Writing

    def write(self, **fields: Any) -> None:
        """Fields of the open draft, as they are typed."""
        if self.draft is not None and not self.draft.sent:
            self.draft = replace(self.draft, **fields)
            self._dirty = True
            self._pause.start()

    def set_criterion(self, wanted: str, **parts: Any) -> None:
        """Parts of one criterion: text, points, kind, tags, low, high."""
        if parts.get("kind") is Kind.SCALE:
            parts |= {"low": SCALE[0], "high": SCALE[1]}
        elif "kind" in parts:
            parts |= {"low": 0.0, "high": None}
        self.write(criteria=tuple(replace(c, **parts) if c.id == wanted else c for c in self.criteria))
        if "kind" in parts:
            self._restructured()

    @property
    def criteria(self) -> tuple[Criterion, ...]:
        return self.draft.criteria if self.draft is not None else ()

    def place_of(self, wanted: str) -> int:
        """Where a criterion stands; −1 for none."""
        return next((at for at, c in enumerate(self.criteria) if c.id == wanted), -1)

    def numbers(self) -> dict[str, int]:
        """Criteria by id, as they are numbered."""
        return {str(c.id): n for n, c in enumerate(self.criteria, 1)}

    def add_after(self, wanted: str) -> str:
        """A new criterion after this one, or at the end; its id."""
        taken = {str(c.id) for c in self.criteria}
        made = next(f"c{n}" for n in range(1, len(taken) + 2) if f"c{n}" not in taken)
        at = self.place_of(wanted) + 1 or len(self.criteria)
        new = Criterion(CriterionId(made), "")
        self.write(criteria=(*self.criteria[:at], new, *self.criteria[at:]))
        self._restructured()
        return made

    def move(self, wanted: str, step: int) -> bool:
        """Up (−1) or down (+1); False at the end."""
        at, order = self.place_of(wanted), list(self.criteria)
        if at < 0 or not 0 <= at + step < len(order):
            return False
        order.insert(at + step, order.pop(at))
        self.write(criteria=tuple(order))
        self._restructured()
        return True

    def remove(self, wanted: str) -> None:
        """Take a criterion out; a message offers to put it back."""
        at = self.place_of(wanted)
        if at < 0 or self.draft is None or self.draft.sent:
            return
        gone, home = self.criteria[at], self.draft.id
        self.write(criteria=tuple(c for c in self.criteria if c.id != wanted))
        self._restructured()

        def back() -> None:
            if self.draft is not None and self.draft.id == home and self.place_of(wanted) < 0:
                self.write(criteria=(*self.criteria[:at], gone, *self.criteria[at:]))
                self._restructured()

        self._navigator.toast(tr("Criterion {n} is removed.", n=at + 1), (tr("Undo"), back))

    def names_nobody(self, suspect: Suspect) -> None:
        """The author looked at it: this text is no identifier, wherever it stands in the draft."""
        if self.draft is not None:
            self.write(looked_at=self.draft.looked_at | {suspect.found.text})
            self.flush()

    def _restructured(self) -> None:
        self.rubric_changed.emit()
        self.flush()

    # Keeping

    def flush(self) -> None:
        """What was typed goes to the file's queue; the draft is looked through anew."""
        self._pause.stop()
        for one in self._unkept.values():
            self._store(one)
        draft = self.draft
        if not self._dirty or draft is None:
            return
        self._dirty = False
        if self.title != self._named:
            self._named = self.title
            self._navigator.refresh_bar()
        now = self.draft = replace(draft, changed_at=lettering.now(self._live.session))
        self._store(now)
        self._check()

    @property
    def failing(self) -> bool:
        """Something that was written is not in the file, which refused it."""
        return bool(self._unkept)

    def _store(self, draft: Draft) -> None:
        def not_kept(error: AssayError) -> None:
            """It is held and tried again, whatever is shown by then: nothing says that it is kept."""
            self._unkept[draft.id] = draft
            self._pause.start(AGAIN_MS)
            self._owes()
            self._navigator.problem(error)

        self._live.perform(lambda ws: authoring.store(ws, draft), lambda _: self._kept(draft.id), not_kept)

    def _kept(self, wanted: str) -> None:
        if self._unkept.pop(wanted, None) is not None:
            self._owes()

    def _owes(self) -> None:
        self._live.owe(self, self.failing)
        self.stated.emit()

    @property
    def checking(self) -> bool:
        """The open draft is being looked through."""
        return self._checking is not None

    def _check(self) -> None:
        if self._checking is not None:
            self._checking.cancel()
            self._checking = None
        draft = self.draft
        if draft is None:
            return
        self._checking = self._jobs.run(
            lambda _: authoring.standing(draft),
            done=self._checked,
            failed=self._navigator.problem,
            owner=self,
        )

    def _checked(self, found: Standing) -> None:
        self._checking = None
        self.standing = found
        self.checked.emit()
        self.stated.emit()

    # What becomes of it

    def discard(self) -> None:
        """Take the open draft away; a message offers to undo it."""
        draft = self.draft
        if draft is None:
            return
        self._pause.stop()
        self._dirty = False
        self._kept(draft.id)
        self._show(None)
        if draft.empty and not draft.changed_at:
            return
        self._live.perform(
            lambda ws: authoring.drop(ws, draft.id), failed=self._navigator.problem, what="draft"
        )

        def back() -> None:
            self._live.perform(
                lambda ws: authoring.store(ws, draft), failed=self._navigator.problem, what="draft"
            )

        self._navigator.toast(tr("“{title}” is discarded.", title=title_of(draft)), (tr("Undo"), back))

    def send(self) -> None:
        """Sign it as a proposal; says why not while it may not leave."""
        draft, session = self.draft, self._live.session
        if draft is None or draft.sent:
            return
        self.flush()
        if self.alone():
            self._navigator.toast(self.alone())
            return
        self._perform(lambda _: authoring.send_now(session, draft.id), self._sent)

    def _sent(self, draft: Draft) -> None:
        self._replace(draft)
        self._navigator.toast(
            tr("Signed. It leaves with the next sync."), (tr("Send now"), self._navigator.sync)
        )

    def reopen(self) -> None:
        """Write on: a task that never left is taken back first."""
        draft, session = self.draft, self._live.session
        if draft is not None and draft.sent:
            self._perform(lambda _: authoring.reopen_now(session, draft.id), self._replace)

    def copy(self) -> None:
        """A new draft with the same words."""
        if self.draft is not None:
            self._show(authoring.copied(self._live.session, self.draft))
            self._dirty = True
            self.flush()

    def file_name(self) -> str:
        return f"{self.draft.id}.jsonl" if self.draft is not None else ""

    def export(self, path: str) -> None:
        """The task as a line of a task file, which `assay lab import` and `assay propose` read."""
        from app.wire.jsonio import dumps

        draft = self.draft
        if draft is None or not path:
            return
        self._jobs.run(
            lambda _: save_file(Path(path), dumps(authoring.checked_line(draft)) + b"\n"),
            done=lambda _: self._navigator.toast(tr("Saved as {file}.", file=Path(path).name)),
            failed=self._navigator.problem,
            owner=self,
        )

    def _perform(self, change: Callable[[Workspace], Draft], done: Callable[[Draft], None]) -> None:
        def refused(error: AssayError) -> None:
            self._navigator.problem(error)
            self.refresh()

        self._live.perform(change, done, refused, what="letters")

    def _replace(self, draft: Draft) -> None:
        """The open draft as it is after sending or taking back."""
        self.refresh()
        if self.draft is not None and self.draft.id == draft.id:
            self._show(draft)

    def _old(self, what: str) -> None:
        if what not in ("place", "review"):
            self.stale.emit()
