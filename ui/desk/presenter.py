"""What the Desk shows and does, without a widget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.domain.ids import BatchId
from app.services.desk import Card, Place, ShiftPlan, View
from app.services.labs import Labs
from ui.desk import words
from ui.desk.words import ChipWords
from ui.i18n import duration, percent, tr, trn
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.panels.inline import inline

FILTERS = ("open", "done", "all")
NAME = "name"
"""The workspace's note of what the lab calls the expert."""


@dataclass(frozen=True, slots=True)
class LabLine:
    """One lab in the panel. chosen: it is the open one."""

    folder: str
    title: str
    detail: str
    count: str
    icon: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class BatchLine:
    """One card. share: of its tasks that are submitted. spoken: all of it in words."""

    batch: BatchId
    field: str
    title: str
    progress: str
    share: float
    percent: str
    chips: tuple[ChipWords, ...]
    due: str
    due_tone: str

    @property
    def spoken(self) -> str:
        parts = (self.title, self.field, self.progress, *(c.text for c in self.chips), self.due)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class PlanLine:
    text: str
    time: str
    started: bool


class DeskPresenter(QObject):
    """labs: those of this computer. names: folder → name of the labs that were open in this run.

    live: None while no lab is open; then only the labs are shown.

    changed: show it again. stale: the work changed since `refresh`; whoever shows the Desk decides when to read.
    """

    changed = Signal()
    stale = Signal()

    def __init__(
        self,
        labs: Labs,
        live: LiveSession | None,
        navigator: Navigator,
        names: Mapping[str, str],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._labs = labs
        self._live = live
        self._navigator = navigator
        self._names = names
        self._view = View((), None, 0, 0, 0, None)
        self.minutes = 20
        self.filter = "open"
        self._plan: ShiftPlan | None = None
        if live is not None:
            live.changed.connect(self._old)

    # What is shown

    @property
    def is_open(self) -> bool:
        return self._live is not None

    def refresh(self) -> None:
        """Read everything again and say so."""
        if self._live is not None:
            self._view = self._live.session.desk.view()
            self._plan = None
        self.changed.emit()

    def closed(self) -> None:
        """The lab is closed: forget it."""
        if self._live is not None:
            self._live.changed.disconnect(self._old)
        self._live = None
        self._view = View((), None, 0, 0, 0, None)

    def lab_lines(self) -> tuple[LabLine, ...]:
        own = self._live.session.parts.folder.name if self._live is not None else ""
        refs = {ref.folder: ref.locked for ref in self._labs.all()}
        if own:
            refs.setdefault(own, False)
        return tuple(
            self._own_line(folder) if folder == own else self._other_line(folder, locked)
            for folder, locked in sorted(refs.items(), key=lambda ref: ref[0] != own)
        )

    def _own_line(self, folder: str) -> LabLine:
        assert self._live is not None
        identity = self._live.session.identity
        when = words.synced(self._view.synced_at, self._live.clock_now, local=identity.local)
        total = len(self._view.cards)
        detail = trn("{n} batch, {when}", "{n} batches, {when}", total, when=when)
        count = sum(card.open for card in self._view.cards)
        icon = "hard-drive" if identity.local else "inbox"
        return LabLine(folder, identity.lab_name, detail, str(count) if count else "", icon, True)

    def _other_line(self, folder: str, locked: bool) -> LabLine:
        name = self._names.get(folder, "")
        title = name or (tr("Locked lab") if locked else tr("Another lab"))
        state = tr("Locked") if locked else tr("Not open")
        detail = state if name else tr("{state}, folder {folder}", state=state, folder=folder[:6])
        return LabLine(folder, title, detail, "", "lock" if locked else "inbox", False)

    @property
    def greeting(self) -> str:
        if self._live is None:
            return tr("Your labs")
        name = self._live.session.workspace.work.note(NAME) or ""
        return words.greeting(self._live.clock_now, name)

    @property
    def truth(self) -> str:
        if self._live is None:
            return tr("Choose a lab on the left. Each is a world of its own, with its own key.")
        return words.truth(self._view, local=self._live.session.identity.local)

    @property
    def waiting(self) -> int:
        return self._view.waiting

    @property
    def quarantined(self) -> int:
        return self._view.quarantined

    @property
    def place(self) -> Place | None:
        return self._view.place

    @property
    def has_batches(self) -> bool:
        return bool(self._view.cards)

    def place_words(self) -> str:
        """`Criterion 6: “…”`; the task's title stands above it."""
        place = self._view.place
        if place is None:
            return ""
        if place.criterion is None:
            return tr("From its beginning")
        if not place.criterion_number:
            return words.panel(place.panel)
        return tr(
            "Criterion {criterion}: “{text}”",
            criterion=place.criterion_number,
            text=inline(place.criterion_text)[0],
        )

    def place_left(self) -> str:
        place = self._view.place
        if place is None:
            return ""
        return tr("about {time} left in this task", time=duration(max(place.left_ms, 30_000) / 1000))

    def batch_lines(self) -> tuple[BatchLine, ...]:
        """The cards that the filter lets through."""
        cards = self._view.cards
        if self.filter != "all":
            cards = tuple(card for card in cards if card.open == (self.filter == "open"))
        return tuple(self._batch_line(card) for card in cards)

    def _batch_line(self, card: Card) -> BatchLine:
        assert self._live is not None
        share = card.done / card.tasks if card.tasks else 0.0
        # Rounding must not say 100 % of what is not done.
        shown = min(share, 0.99) if card.open else share
        now = self._live.clock_now
        due, tone = words.due(card.batch.due_at, now, is_open=card.open)
        if not due and card.lease_ends is not None:
            due, tone = words.lease(card.lease_ends, now)
        return BatchLine(
            batch=card.batch.id,
            field=card.batch.field,
            title=card.batch.title,
            progress=words.progress(card),
            share=share,
            percent=percent(shown),
            chips=words.chips(card, now),
            due=due,
            due_tone=tone,
        )

    def empty_words(self) -> tuple[str, str]:
        """(sentence, words of the button) when there is no card to show."""
        if not self._view.cards:
            if self._live is not None and self._live.session.identity.local:
                return tr("Batches that you import from files appear here."), ""
            return tr("The batches that this lab assigns to you appear here."), tr("Fetch")
        if self.filter == "done":
            return tr("Batches whose last task is submitted appear here."), ""
        return tr("Every batch is done. New ones appear here when the lab assigns them."), tr("Fetch")

    # The shift

    def plan_lines(self) -> tuple[PlanLine, ...]:
        return tuple(
            PlanLine(
                tr("Finish {title}", title=task.title or task.task)
                if task.started
                else task.title or task.task,
                duration(task.left_ms / 1000),
                task.started,
            )
            for task in self._shift().tasks
        )

    def spare_words(self) -> str:
        return tr("{time} to spare", time=duration(self._shift().spare_ms / 1000))

    def set_minutes(self, minutes: int) -> None:
        if minutes != self.minutes:
            self.minutes = minutes
            self._plan = None
            self.changed.emit()

    def _shift(self) -> ShiftPlan:
        if self._plan is None:
            self._plan = (
                self._live.session.desk.shift(self.minutes) if self._live is not None else ShiftPlan((), 0)
            )
        return self._plan

    # What one does here

    def set_filter(self, name: str) -> None:
        self.filter = name
        self.changed.emit()

    def go_on(self) -> None:
        """Continue, at the exact criterion."""
        place = self._view.place
        if place is not None:
            self._navigator.go_task(place.task, place.response, place.criterion)

    def start_shift(self) -> None:
        tasks = self._shift().tasks
        if not tasks:
            return
        place = self._view.place
        if place is not None and place.task == tasks[0].task:
            self.go_on()
        else:
            self._navigator.go_task(tasks[0].task)

    def open_batch(self, batch: BatchId) -> None:
        """Its first unfinished task; the first one when all are done."""
        if self._live is None:
            return
        task = self._live.session.desk.entrance(batch)
        if task is None:
            self._navigator.toast(tr("The tasks of this batch are not on this computer yet."))
        else:
            self._navigator.go_task(task)

    def choose_lab(self, folder: str) -> None:
        if self._live is None or folder != self._live.session.parts.folder.name:
            self._navigator.open_lab(folder)

    def go_outbox(self) -> None:
        self._navigator.go_outbox()

    def add_lab(self) -> None:
        self._navigator.add_lab()

    def fetch(self) -> None:
        self._navigator.sync()

    def _old(self, what: str) -> None:
        if what != "place":
            self.stale.emit()
