"""What a screen may ask of the window it stands in, and what the window asks of a screen.

Presenters get a `Navigator`; no screen knows another. The window mounts anything that is a `Screen`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.commands import Scope
from app.domain.ids import CriterionId, ResponseId, TaskId
from app.errors import AssayError
from ui.widgets.bars import Crumb
from ui.widgets.fields import FormRow

Action = tuple[str, Callable[[], None]]
"""The words of a toast's one button, and what it does."""


class Navigator(Protocol):
    """Ways from a screen to elsewhere. All return at once."""

    def go_desk(self) -> None: ...

    def go_task(
        self, task: TaskId, response: ResponseId | None = None, criterion: CriterionId | None = None
    ) -> None:
        """Open a task in Grading, at a criterion if one is named."""

    def go_outbox(self) -> None: ...

    def go_returns(self) -> None: ...

    def go_lead(self, task: str = "") -> None:
        """The Lead board of a task, or of the first in the queue that waits for a decision; else the queue."""

    def go_preferences(self) -> None: ...

    def add_lab(self) -> None:
        """The first-run page, with a way back."""

    def open_lab(self, folder: str) -> None:
        """Close the lab in front and open another one of this computer; may ask for its secret."""

    def sync(self) -> None:
        """Fetch and send now, in the background; the status line tells how it goes."""

    def lock(self) -> None:
        """Close the workspace, drop its key, show the lock screen. At once."""

    def toast(self, text: str, action: Action | None = None) -> None: ...

    def problem(self, error: AssayError, row: FormRow | None = None) -> None:
        """Show an error in the place of its kind (`ui.problems`)."""

    def refresh_bar(self) -> None:
        """The screen's crumbs or extras changed."""


class Screen(Protocol):
    """A mounted screen. Everything is called in the GUI thread; nothing of it may take longer than a frame."""

    @property
    def widget(self) -> QWidget: ...

    @property
    def scopes(self) -> frozenset[Scope]:
        """Which commands are alive while the screen is in front."""

    def crumbs(self) -> Sequence[Crumb]:
        """The way here after the lab's name; the last one is where you are."""

    def extras(self) -> Sequence[QWidget]:
        """New widgets for the top bar, before the search; the window deletes them later."""

    def entered(self) -> None:
        """The screen comes to the front: bring it up to date, put the focus where work goes on."""

    def flush(self) -> None:
        """Hand over what was typed and not yet kept: before leaving, undo, lock and close."""

    def closed(self) -> None:
        """The lab is closed: stop timers, forget the session. The widget is deleted after it."""
