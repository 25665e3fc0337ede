"""What Preferences shows and does, without a widget."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

from PySide6.QtCore import QObject, Signal

from app.commands import BY_ID, COMMANDS, Scope, plain, resolve
from app.errors import AssayError, InputError
from app.services.care import Care, LabFacts, Opening, Snapshot
from app.settings import Settings, SettingsFile
from ui.i18n import tr, tr_later, trn
from ui.jobs import Jobs
from ui.navigator import Navigator
from ui.preferences.devices import DevicesPresenter
from ui.preferences.safekeeping import Safekeeping
from ui.problems import Words, words_of
from ui.widgets.chip import key_text

T = TypeVar("T")
SCALES = tuple(round(1 + step / 10, 1) for step in range(11))


@dataclass(frozen=True, slots=True)
class KeyLine:
    """One command in the table. changed: its keys are not the default ones."""

    id: str
    title: str
    help: str
    scope: Scope
    keys: tuple[str, ...]
    fixed: bool
    changed: bool


class PreferencesPresenter(QObject):
    """care: None while no lab is open.

    applied: the settings that are kept now. opening, snapshots, code: an answer about the lab.
    safe, devices: what else can be done for the open lab, set by who makes this.
    refused: (what was tried, Words) to show where it was tried. busy: something of the lab is under way.
    """

    applied = Signal(object)
    opening = Signal(object)
    snapshots = Signal(object)
    code = Signal(str)
    checked = Signal(str, bool)
    refused = Signal(str, object)
    busy = Signal(bool)
    safe: Safekeeping | None = None
    devices: DevicesPresenter | None = None

    def __init__(
        self,
        file: SettingsFile,
        jobs: Jobs,
        care: Care | None,
        navigator: Navigator,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._file = file
        self._jobs = jobs
        self._care = care
        self._navigator = navigator
        self.settings: Settings = file.load()

    def refresh(self) -> None:
        """Settings may have been changed elsewhere (text size by its keys)."""
        self.settings = self._file.load()

    def closed(self) -> None:
        self._care = None

    def change(self, **changes: Any) -> bool:
        """Keep settings and have them applied; False if they could not be kept."""
        try:
            self.settings = self._file.change(**changes)
        except AssayError as error:
            self._navigator.problem(error)
            return False
        self.applied.emit(self.settings)
        return True

    def step_scale(self, step: int) -> None:
        """Larger or smaller text by 10 %."""
        wanted = min(2.0, max(1.0, round(self.settings.scale + step / 10, 1)))
        if wanted != self.settings.scale:
            self.change(scale=wanted)

    # Keys

    def key_lines(self) -> tuple[KeyLine, ...]:
        keymap = resolve(self.settings.keys)
        return tuple(
            KeyLine(
                c.id,
                tr_later(c.title),
                tr_later(c.help),
                c.scope,
                keymap.of(c.id),
                c.fixed,
                keymap.of(c.id) != c.keys,
            )
            for c in COMMANDS
        )

    def set_key(self, command_id: str, key: str) -> str:
        """Give a command this one key, or none (""). What is wrong with it, "" when it is kept."""
        keys = [key] if key else []
        wanted = {**self.settings.keys, command_id: keys}
        if tuple(keys) == BY_ID[command_id].keys:
            del wanted[command_id]
        try:
            resolve(wanted)
        except InputError as error:
            return _clash(error)
        self.change(keys=wanted)
        return ""

    def reset_key(self, command_id: str) -> str:
        """Back to the default keys, unless another command has one of them now."""
        wanted = {k: v for k, v in self.settings.keys.items() if k != command_id}
        try:
            resolve(wanted)
        except InputError as error:
            return _clash(error)
        self.change(keys=wanted)
        return ""

    def reset_keys(self) -> None:
        self.change(keys={})

    # The lab

    @property
    def has_lab(self) -> bool:
        return self._care is not None

    def facts(self) -> LabFacts | None:
        return self._care.facts() if self._care is not None else None

    def look_at_lab(self) -> None:
        """Ask how it is opened and which copies there are; the answers come as signals."""
        self._run("", Care.opening, self.opening.emit)
        self._run("snapshots", Care.snapshots, self.snapshots.emit)

    def set_pin(self, pin: str, current: str) -> None:
        def done(found: Opening) -> None:
            self.opening.emit(found)
            self._navigator.toast(tr("The PIN is set."))

        self._run("pin", lambda care: care.set_pin(pin, current or None), done)

    def clear_pin(self, current: str) -> None:
        def done(found: Opening) -> None:
            self.opening.emit(found)
            self._navigator.toast(tr("The PIN is removed."))

        self._run("pin", lambda care: care.clear_pin(current), done)

    def set_passphrase(self, new: str, repeated: str, current: str) -> None:
        if new != repeated:
            self.refused.emit(
                "repeat", Words(tr("The two passphrases differ."), tr("Nothing was changed."), "")
            )
            return

        def done(found: Opening) -> None:
            self.opening.emit(found)
            self._navigator.toast(tr("The lab opens with the new passphrase from now on."))

        self._run("passphrase", lambda care: care.set_passphrase(new, current or None), done)

    def make_code(self, current: str) -> None:
        self._run("code", lambda care: care.new_recovery_code(current or None), self.code.emit)

    def make_snapshot(self) -> None:
        def done(found: tuple[Snapshot, ...]) -> None:
            self.snapshots.emit(found)
            self._navigator.toast(tr("A copy was made and checked."))

        self._run("snapshots", Care.snapshot, done)

    def check_file(self) -> None:
        def done(faults: int) -> None:
            if faults:
                words = trn("{n} fault was found.", "{n} faults were found.", faults)
                hint = tr("Make no new copy: the last good ones are kept. Tell the lab.")
                self.checked.emit(tr("{first} {second}", first=words, second=hint), False)
            else:
                self.checked.emit(tr("Every page and every step of the journal is whole."), True)

        self._run("check", Care.check, done)

    def copied(self) -> None:
        self._navigator.toast(tr("Copied"))

    def _run(self, what: str, work: Callable[[Care], T], done: Callable[[T], None]) -> None:
        care = self._care
        if care is None:
            return

        def finished(found: T) -> None:
            self.busy.emit(False)
            done(found)

        def failed(error: AssayError) -> None:
            self.busy.emit(False)
            self.refused.emit(_place(what, error), words_of(error))

        self.busy.emit(True)
        self._jobs.run(lambda _: work(care), done=finished, failed=failed, owner=self)


def _place(what: str, error: AssayError) -> str:
    """At which field an error belongs: a wrong PIN or passphrase at the present one, wherever it was needed."""
    wrong = ("pin.wrong", "passphrase.wrong", "pin.needed", "passphrase.needed", "pin.wait")
    return "current" if error.code in wrong else what


def _clash(error: InputError) -> str:
    params: dict[str, object] = {
        name: tr_later(str(value)) if name in ("first", "second", "title") else value
        for name, value in error.params.items()
    }
    if "key" in params:
        params["key"] = key_text(_written(str(params["key"])))
    return tr_later(error.template, **params)


def _written(key: str) -> str:
    """`CTRL+K` from a comparison as it stands in the table."""
    for command in COMMANDS:
        for known in command.keys:
            if plain(known) == key:
                return known
    return "+".join(part.capitalize() for part in key.split("+")) if key != "+" else key
