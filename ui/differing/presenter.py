"""What differs between her laptops, without a widget."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QObject, Signal

from app.domain.edits import Scalar
from app.domain.ids import CriterionId
from app.domain.times import from_text
from app.errors import AssayError
from app.services import merging
from app.services.merging import Difference
from ui.grading.words import changed_words
from ui.i18n import full_moment, number, tr, tr_later
from ui.live import LiveSession
from ui.navigator import Navigator
from ui.panels.rubric.words import MARK_WORD, as_mark


@dataclass(frozen=True, slots=True)
class Shown:
    """One difference in words. columns: this laptop, the other one, before both; "" stands for no value."""

    place: str
    title: str
    what: str
    when: str
    columns: tuple[str, str, str]


class DifferingPresenter(QObject):
    """changed: read `shown` again. refused: the error of a choice."""

    changed = Signal()
    refused = Signal(object)

    def __init__(self, live: LiveSession, navigator: Navigator, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._live = live
        self._navigator = navigator
        self._busy = False
        self._of = 0
        self._found: list[Difference] = []

    def count(self) -> int:
        """How many wait now; read from the file."""
        return len(merging.differences(self._live.session.workspace))

    def begin(self) -> None:
        self._of = 0
        self._read()

    def _read(self) -> None:
        self._found = merging.differences(self._live.session.workspace)
        self._of = max(self._of, len(self._found))
        self.changed.emit()

    def shown(self) -> Shown | None:
        """The first that waits; None when there is none."""
        if not self._found:
            return None
        one = self._found[0]
        opened = self._live.session.open(one.task)
        criteria = opened.task.rubric.criteria if opened.task.rubric is not None else ()
        numbers = {CriterionId(c.id): at for at, c in enumerate(criteria, 1)}
        return Shown(
            tr("{n} of {total}", n=number(self._of - len(self._found) + 1), total=number(self._of)),
            opened.task.title,
            changed_words((one.path,), opened, numbers),
            tr("The other one is of {when}.", when=full_moment(from_text(one.at))),
            (_words(one.mine), _words(one.theirs), _words(one.was)),
        )

    def choose(self, column: int) -> None:
        """0 mine, 1 theirs, 2 what was before. A step that undo takes back."""
        if self._busy or not self._found:
            return
        one, session = self._found[0], self._live.session
        value = (one.mine, one.theirs, one.was)[column]
        self._busy = True

        def done(_: None) -> None:
            self._busy = False
            self._live.refreshed()
            self._read()

        def failed(error: AssayError) -> None:
            self._busy = False
            self.refused.emit(error)
            self._read()

        self._live.perform(lambda _: merging.choose(session, one.number, value), done, failed)


def _words(value: Scalar | None) -> str:
    if value is None or value == "":
        return ""
    mark = as_mark(value) if isinstance(value, str) else None
    if mark is not None:
        return tr_later(MARK_WORD[mark])
    if isinstance(value, bool):
        return tr("yes") if value else tr("no")
    return value if isinstance(value, str) else number(value)
