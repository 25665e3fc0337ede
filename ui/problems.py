"""Errors as a person meets them: which place each kind gets, and in what words.

problems = Problems(look, window, toasts, status=main.show_offline, banner=main.show_banner, locked=main.lock)
problems.show(error)                    # done(…), failed=problems.show
problems.show(error, row=invitation)    # InputError: at the field

input → inline at the field, else a toast        refused → banner with its hint
offline → status line                            trust → banner of quarantine
storage, bug → dialog, work kept                 locked → the lock screen
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from PySide6.QtWidgets import QWidget

from app.errors import AssayError, InputError, LockedError, OfflineError, RefusedError, TrustError
from ui.i18n import sentences, tr, tr_later
from ui.theme.apply import ThemeHolder
from ui.widgets.dialog import Dialog
from ui.widgets.fields import FormRow
from ui.widgets.toast import ToastHost


class Place(Enum):
    INLINE = "inline"
    STATUS = "status"
    BANNER = "banner"
    QUARANTINE = "quarantine"
    DIALOG = "dialog"
    LOCK = "lock"


@dataclass(frozen=True, slots=True)
class Words:
    """An error in the person's language. technical: code and place, to copy."""

    message: str
    hint: str
    technical: str

    @property
    def both(self) -> str:
        return sentences(self.message, self.hint)


def place_of(error: AssayError) -> Place:
    for kind, place in (
        (InputError, Place.INLINE),
        (OfflineError, Place.STATUS),
        (RefusedError, Place.BANNER),
        (TrustError, Place.QUARANTINE),
        (LockedError, Place.LOCK),
    ):
        if isinstance(error, kind):
            return place
    return Place.DIALOG


def words_of(error: AssayError) -> Words:
    """The error's own sentence and hint, translated; its params are put in afterwards, errors in words too."""
    technical = error.code if not error.where else f"{error.code}: {error.where}"
    params = {
        name: words_of(value).message if isinstance(value, AssayError) else value
        for name, value in error.params.items()
    }
    return Words(tr_later(error.template, **params), tr_later(error.hint_template, **params), technical)


class Problems:
    """Shows errors of one window in the place of their kind."""

    def __init__(
        self,
        look: ThemeHolder,
        window: QWidget,
        toasts: ToastHost,
        *,
        status: Callable[[Words], None],
        banner: Callable[[Words, Place], None],
        locked: Callable[[], None],
    ) -> None:
        self._look = look
        self._window = window
        self._toasts = toasts
        self._status = status
        self._banner = banner
        self._locked = locked

    def show(self, error: AssayError, row: FormRow | None = None) -> None:
        """Never blocks: a dialog is opened, not waited for."""
        words, place = words_of(error), place_of(error)
        if place is Place.INLINE and row is not None:
            row.set_error(words.message, words.hint)
        elif place is Place.INLINE:
            self._toasts.show_toast(words.both)
        elif place is Place.STATUS:
            self._status(words)
        elif place is Place.LOCK:
            self._locked()
        elif place is Place.DIALOG:
            self.dialog(words).open()
        else:
            self._banner(words, place)

    def dialog(self, words: Words) -> Dialog:
        """One sentence, what is safe, the technical part one click away."""
        dialog = Dialog(
            self._look, self._window, words.message, words.hint, verb=tr("Close"), cancel="",
            details=words.technical,
        )  # fmt: skip
        dialog.finished.connect(dialog.deleteLater)
        return dialog
