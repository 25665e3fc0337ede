"""Between judging and reading: the step in focus is marked in its text, a click on a step focuses it, and an
answer that names its own model says so on top of it.

    judged = Judged(look, reading, panel)
    judged.follow(presenter)
"""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from app.domain.controls import Control, control_at
from app.domain.ids import ResponseId
from app.domain.leaks import Leak, leaks
from app.domain.questions import Panel
from app.domain.task import Task
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.panels.asking.words import step_at, step_stretch
from ui.panels.reading.marks import Mark
from ui.panels.reading.reading_panel import ReadingPanel
from ui.panels.rubric.panel import RubricPanel
from ui.panels.spans.work import Work
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.layout import Row
from ui.widgets.text import IconLabel, Label

STEPS, LEAKS = "steps", "leaks"
MOST_WORDS = 60


class LeakNote(QWidget):
    """A quiet line over the response: it names its model. asked(): show where."""

    asked = Signal()

    def __init__(self, look: ThemeHolder) -> None:
        super().__init__()
        self._words = Label(look, role="small", tone="warn", elide=True)
        self.show_it = Button(look, tr("Show"), kind="link")
        self.show_it.clicked.connect(self.asked)
        row = Row(look, IconLabel(look, "eye", "warn", 14), (self._words, 1), self.show_it, spacing=6)
        row.setContentsMargins(look.px(40), 0, look.px(24), 0)
        self.setLayout(row)
        self.setVisible(False)

    def say(self, found: tuple[Leak, ...]) -> None:
        self.setVisible(bool(found))
        if found:
            words = found[0].words
            shown = words if len(words) <= MOST_WORDS else words[:MOST_WORDS].rstrip() + "…"
            self._words.setText(
                tr("This answer names its model or maker: “{words}”", words=" ".join(shown.split()))
            )
            self.setAccessibleName(self._words.text())


class Judged(QObject):
    def __init__(self, look: ThemeHolder, reading: ReadingPanel, panel: RubricPanel) -> None:
        super().__init__(reading)
        self._reading = reading
        self._panel = panel
        self._opened: OpenTask | None = None
        self._found: dict[ResponseId, tuple[Leak, ...]] = {}
        self._ahead: tuple[Task, dict[ResponseId, tuple[Leak, ...]]] | None = None
        self.note = LeakNote(look)
        self.note.asked.connect(self._go_to_leak)
        reading.put_over_pages(self.note)
        reading.pages_changed.connect(self._mark)
        reading.pressed.connect(self._pressed)
        panel.place_moved.connect(lambda *_: self._place_moved())

    def follow(self, work: Work) -> None:
        """Its tasks are shown, its reviews refreshed."""
        work.shown.connect(lambda now: self._show_task(now.opened))
        work.reviewed.connect(self._refresh)

    def prepare(self, opened: OpenTask) -> dict[str, list[Mark]]:
        """Look through a task's first answer before it is shown; what will be marked on it, by layer."""
        first = opened.order[0]
        found = {first: leaks(opened.task.response(first).text)} if opened.batch.blind else {}
        self._ahead = opened.task, found
        return {LEAKS: _leak_marks(found.get(first, ()))}

    def _show_task(self, opened: OpenTask) -> None:
        if self._opened is None or self._opened.task is not opened.task:
            ahead, self._ahead = self._ahead, None
            self._found = ahead[1] if ahead is not None and ahead[0] is opened.task else {}
        self._refresh(opened)
        self._place_moved()

    def _refresh(self, opened: OpenTask) -> None:
        self._opened = opened

    # Steps

    def _control(self) -> Control | None:
        response, text = self._panel.place
        return control_at(self._panel.controls, response, text)

    def _place_moved(self) -> None:
        self._mark()
        opened, control = self._opened, self._control()
        stretch = step_stretch(opened, control) if opened is not None and control is not None else None
        if stretch is not None and control is not None and self._reading.response == control.response:
            view = self._reading.page.view
            found = view.positions.to_document(*stretch)
            if found is not None:
                view.show_position(found[0])

    def _mark(self) -> None:
        """On every page in view: the step in focus, and where the answer names itself."""
        opened = self._opened
        if opened is None or not self._reading.shows(opened.task):
            return
        control = self._control()
        stretch = step_stretch(opened, control) if control is not None else None
        for response, page in self._reading.shown:
            steps = []
            if stretch is not None and control is not None and control.response == response:
                steps = [Mark(*stretch, "note", control.item)]
            page.show_marks(steps, STEPS)
            page.show_marks(_leak_marks(self._leaks(opened, response)), LEAKS)
        front = self._reading.response
        self.note.say(self._leaks(opened, front) if front is not None else ())

    def _pressed(self, offset: int) -> None:
        """A click on a step of the response in front focuses it, where it is asked."""
        opened, response = self._opened, self._reading.response
        if opened is None or response is None or not opened.task.asks(Panel.STEPS):
            return
        number = step_at(opened, response, offset)
        if number is not None:
            wanted = Control(Panel.STEPS, response, str(number))
            if wanted in self._panel.controls:
                self._panel.go(wanted)

    # Leaks

    def _leaks(self, opened: OpenTask, response: ResponseId) -> tuple[Leak, ...]:
        if not opened.batch.blind:
            return ()
        found = self._found.get(response)
        if found is None:
            found = self._found[response] = leaks(opened.task.response(response).text)
        return found

    def _go_to_leak(self) -> None:
        opened, response = self._opened, self._reading.response
        if opened is None or response is None:
            return
        found = self._leaks(opened, response)
        view = self._reading.page.view
        place = view.positions.to_document(found[0].start, found[0].end) if found else None
        if place is not None:
            view.show_position(place[0])


def _leak_marks(found: tuple[Leak, ...]) -> list[Mark]:
    return [Mark(leak.start, leak.end, "identifier") for leak in found]
