"""Preferences on real settings, a real vault and a real workspace."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.commands import COMMANDS
from app.errors import InputError, StorageError
from app.i18n import Translator
from app.keys.box import Cost
from app.keys.vault import Vault
from app.paths import resources
from app.services.care import Care
from app.services.session import Session
from app.settings import Settings, SettingsFile
from app.workstation import build
from tests.keyboard import press
from tests.ui.screens import Went, in_window, nameless_buttons
from tests.window_home import WindowHome
from tests.workspaces import make_session
from ui import i18n
from ui.jobs import Jobs
from ui.preferences.devices import DevicesPresenter
from ui.preferences.general import AppearanceSection, LanguageSection
from ui.preferences.keys import KeysSection
from ui.preferences.lab import LabSection
from ui.preferences.lock import LockSection
from ui.preferences.presenter import PreferencesPresenter
from ui.preferences.recorder import portable
from ui.preferences.safekeeping import Safekeeping
from ui.preferences.screen import SECTIONS, PreferencesScreen
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button

CHEAP = Cost(t=1, m=8, p=1)
PHRASE = "correct horse battery"


Make = Callable[..., "Stage"]


class MemoryKeyStore:
    """A key store of the system, in memory."""

    def __init__(self) -> None:
        self.texts: dict[tuple[str, str], str] = {}

    def backends(self) -> list[str]:
        return ["keyring.backends.SecretService.Keyring"]

    def is_usable(self, backend: str) -> bool:
        return True

    def absent(self) -> StorageError:
        return StorageError("keyring.missing", "None.")

    def get(self, backend: str, service: str) -> str | None:
        return self.texts.get((backend, service))

    def put(self, backend: str, service: str, value: str) -> None:
        self.texts[backend, service] = value

    def delete(self, backend: str, service: str) -> None:
        self.texts.pop((backend, service), None)


class Stage:
    def __init__(
        self, folder: Path, look: ThemeHolder, qtbot: QtBot, *, section: str, passphrase: str | None = None
    ) -> None:
        self.went = Went()
        self.session: Session = make_session(folder)
        self.vault = Vault(self.session.parts.folder, cost=CHEAP, key_store=MemoryKeyStore())
        self.vault.create(passphrase=passphrase)
        station = build(folder / "home", vault_at=lambda _: self.vault)
        self.file = SettingsFile(station.home.app_json)
        self.jobs = Jobs()
        self.applied: list[Settings] = []
        self.presenter = PreferencesPresenter(
            self.file, self.jobs, Care(station.labs, self.session), self.went
        )
        self.presenter.applied.connect(self.applied.append)
        self.presenter.safe = Safekeeping(station.labs, self.session, self.jobs, lambda work: None)
        self.presenter.devices = DevicesPresenter(station.devices, self.session, self.jobs, self.went)
        self.screen = PreferencesScreen(look, self.presenter, section)
        self.window = in_window(self.screen, qtbot)
        self.screen.entered()


@pytest.fixture
def make(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> Iterator[Make]:
    stages: list[Stage] = []

    def made(section: str, passphrase: str | None = None) -> Stage:
        stages.append(Stage(tmp_path, look, qtbot, section=section, passphrase=passphrase))
        return stages[-1]

    yield made
    for stage in stages:
        stage.screen.closed()
        assert stage.jobs.shutdown()


def part(stage: Stage, kind: type) -> object:
    return next(section for section in stage.screen.sections.values() if isinstance(section, kind))


def test_appearance_is_kept_and_applied_at_once(make: Make, qtbot: QtBot) -> None:
    stage = make("appearance")
    section = part(stage, AppearanceSection)
    assert isinstance(section, AppearanceSection)
    section.appearance.picked.emit("hc-dark")
    qtbot.mouseClick(section.larger, Qt.MouseButton.LeftButton)
    section.motion.click()
    section.score.click()
    kept = stage.file.load()
    assert (kept.appearance, kept.scale, kept.reduce_motion, kept.hide_score) == ("hc-dark", 1.1, True, True)
    assert stage.applied[-1] == kept
    assert section._scale.text() == "110\u00a0%"
    assert section.smaller.isEnabled()
    for _ in range(12):
        stage.presenter.step_scale(1)
    assert stage.file.load().scale == 2.0
    assert not section.larger.isEnabled()


def test_the_order_of_work_and_breaks_are_kept(make: Make) -> None:
    stage = make("appearance")
    section = part(stage, AppearanceSection)
    assert isinstance(section, AppearanceSection)
    section.by_criterion.click()
    section.breaks.setCurrentIndex(1)
    section.breaks.activated.emit(1)
    kept = stage.file.load()
    assert (kept.by_criterion, kept.break_minutes) == (True, 25)
    with pytest.raises(InputError):
        replace(kept, break_minutes=7).checked()


def test_language_is_told_to_the_window(make: Make) -> None:
    stage = make("language")
    section = part(stage, LanguageSection)
    assert isinstance(section, LanguageSection)
    section.language.picked.emit("zh_TW")
    assert stage.applied[-1].language == "zh_TW"
    assert stage.file.load().language == "zh_TW"


def test_all_commands_are_in_the_table(make: Make) -> None:
    section = part(make("keys"), KeysSection)
    assert isinstance(section, KeysSection)
    assert list(section.rows) == [c.id for c in COMMANDS]
    assert not section.rows["value"].recorder.isVisible()


def test_a_key_is_recorded_and_reset(make: Make, qtbot: QtBot) -> None:
    stage = make("keys")
    section = part(stage, KeysSection)
    assert isinstance(section, KeysSection)
    row = section.rows["lock"]
    assert not section.reset_all.isEnabled()
    qtbot.mouseClick(row.recorder, Qt.MouseButton.LeftButton)
    qtbot.keyClick(
        row.recorder, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.AltModifier
    )
    assert stage.file.load().keys == {"lock": ["Ctrl+Alt+L"]}
    assert row.line.keys == ("Ctrl+Alt+L",)
    assert row.reset.isVisible()
    qtbot.mouseClick(row.reset, Qt.MouseButton.LeftButton)
    assert stage.file.load().keys == {}
    assert row.line.keys == ("Ctrl+L",)


def test_a_clash_is_told_in_its_row_and_changes_nothing(make: Make, qtbot: QtBot) -> None:
    stage = make("keys")
    section = part(stage, KeysSection)
    assert isinstance(section, KeysSection)
    row = section.rows["comment"]
    qtbot.mouseClick(row.recorder, Qt.MouseButton.LeftButton)
    qtbot.keyClick(row.recorder, Qt.Key.Key_Y)
    assert row.error.accessibleName() == "Y cannot be both “Met” and “Comment”."
    assert stage.file.load().keys == {}
    assert row.line.keys == ("C",)


def test_a_default_key_that_was_given_away_clashes_at_its_reset(make: Make) -> None:
    presenter = make("keys").presenter
    assert presenter.set_key("met", "") == ""
    assert presenter.set_key("comment", "Y") == ""
    assert "“Comment”" in presenter.reset_key("met")
    presenter.reset_keys()
    assert presenter.settings.keys == {}


def test_escape_and_leaving_keep_the_key_and_backspace_takes_it(make: Make, qtbot: QtBot) -> None:
    stage = make("keys")
    section = part(stage, KeysSection)
    assert isinstance(section, KeysSection)
    row = section.rows["raw"]
    qtbot.mouseClick(row.recorder, Qt.MouseButton.LeftButton)
    qtbot.keyClick(row.recorder, Qt.Key.Key_Escape)
    assert not row.recorder.recording
    qtbot.mouseClick(row.recorder, Qt.MouseButton.LeftButton)
    section.reset_all.setFocus()
    section.rows["why"].recorder.setFocus()
    assert not row.recorder.recording
    assert row.line.keys == ("R",)
    qtbot.mouseClick(row.recorder, Qt.MouseButton.LeftButton)
    qtbot.keyClick(row.recorder, Qt.Key.Key_Backspace)
    assert stage.file.load().keys == {"raw": []}
    assert row.accessibleName().endswith("no key")


NO, SHIFT, CTRL = (
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
)


@pytest.mark.parametrize(
    ("key", "held", "text", "said"),
    [
        (Qt.Key.Key_H, SHIFT, "H", "Shift+H"),
        (Qt.Key.Key_Question, SHIFT, "?", "?"),
        (Qt.Key.Key_Plus, SHIFT | CTRL, "+", "Ctrl++"),
        (Qt.Key.Key_F5, NO, "", "F5"),
        (Qt.Key.Key_Space, SHIFT, " ", "Shift+Space"),
        (Qt.Key.Key_Return, CTRL, "\r", "Ctrl+Return"),
        (Qt.Key.Key_Shift, SHIFT, "", ""),
    ],
)
def test_keys_are_written_as_in_the_table(
    qapp: QApplication, key: Qt.Key, held: Qt.KeyboardModifier, text: str, said: str
) -> None:
    assert portable(QKeyEvent(QEvent.Type.KeyPress, key, held, text)) == said


def test_the_idle_lock_is_chosen(make: Make) -> None:
    stage = make("lock")
    section = part(stage, LockSection)
    assert isinstance(section, LockSection)
    section.idle.picked.emit("0")
    assert stage.file.load().idle_lock_s == 0
    assert section.idle.value() == "0"


def test_a_pin_is_set_changed_and_removed(make: Make, qtbot: QtBot) -> None:
    stage = make("lock")
    section = part(stage, LockSection)
    assert isinstance(section, LockSection)
    qtbot.waitUntil(lambda: section._lab_part.isVisible())
    assert not section.current_row.isVisible()
    section.pin.setText("1111")
    qtbot.mouseClick(section.set_pin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(section.pin_row._error.accessibleName()))
    section.pin.setText("274961")
    qtbot.mouseClick(section.set_pin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: section.current_row.isVisible())
    assert stage.vault.state().asks == "pin"
    assert section.pin.text() == ""
    section.current.setText("000000")
    qtbot.mouseClick(section.clear_pin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(section.current_row._error.accessibleName()))
    assert section.current_row._error.accessibleName().startswith("This is not the PIN.")
    section.current.setText("274961")
    qtbot.mouseClick(section.clear_pin, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not section.current_row.isVisible())
    assert stage.vault.state().asks == "nothing"


def test_the_passphrase_is_changed_with_the_old_one(make: Make, qtbot: QtBot) -> None:
    stage = make("lock", PHRASE)
    section = part(stage, LockSection)
    assert isinstance(section, LockSection)
    qtbot.waitUntil(lambda: section._lab_part.isVisible())
    assert not section._pin_part.isVisible()
    section.current.setText(PHRASE)
    section.new.setText("battery staple horse")
    section.again.setText("battery staple house")
    qtbot.mouseClick(section.set_passphrase, Qt.MouseButton.LeftButton)
    assert section.again_row._error.accessibleName().startswith("The two passphrases differ.")
    section.again.setText("battery staple horse")
    qtbot.mouseClick(section.set_passphrase, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(stage.went.toasts))
    assert stage.vault.open(passphrase="battery staple horse").workspace_key
    assert section.new.text() == section.current.text() == ""


def test_a_recovery_code_is_shown_once(make: Make, qtbot: QtBot) -> None:
    stage = make("lock", PHRASE)
    section = part(stage, LockSection)
    assert isinstance(section, LockSection)
    qtbot.waitUntil(lambda: section._lab_part.isVisible())
    section.current.setText(PHRASE)
    qtbot.mouseClick(section.make_code, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: bool(section.code.values()))
    code = section.code.values()["Recovery code"]
    assert stage.vault.recover(code, passphrase=PHRASE).workspace_key
    stage.screen.show_section("appearance")
    assert section.code.values() == {}
    assert section.current.text() == ""


def test_the_lab_says_who_one_is_and_makes_and_checks_copies(make: Make, qtbot: QtBot) -> None:
    stage = make("lab")
    section = part(stage, LabSection)
    assert isinstance(section, LabSection)
    assert section._facts.values()["You there"] == "expert-1"
    assert section._facts.values()["Key that signs your results"] == "kid-1"
    qtbot.waitUntil(lambda: section.snapshot.isEnabled() and "None yet" in section.copies.values())
    qtbot.mouseClick(section.snapshot, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: "None yet" not in section.copies.values())
    assert len(stage.session.workspace.snapshots()) == 1
    qtbot.waitUntil(section.check.isEnabled)
    qtbot.mouseClick(section.check, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: section.found.text() == "Every page and every step of the journal is whole.")


def test_without_a_lab_there_is_no_lab_section(tmp_path: Path, look: ThemeHolder, qtbot: QtBot) -> None:
    jobs = Jobs()
    presenter = PreferencesPresenter(SettingsFile(tmp_path / "app.json"), jobs, None, Went())
    screen = PreferencesScreen(look, presenter, "lab")
    window = in_window(screen, qtbot)
    screen.entered()
    assert "lab" not in screen.items
    assert screen.section == "appearance"
    assert window.isVisible()
    assert jobs.shutdown()


@pytest.mark.parametrize("language", ["en", "zh_TW", "zh_CN"])
def test_every_section_fits_at_200_percent(make: Make, look: ThemeHolder, language: str) -> None:
    i18n.use(Translator(language, resources() / "translations"))
    look.choose(appearance="dark", scale=2.0, language=language, reduce_motion=True)
    stage = make("appearance")
    stage.window.resize(1024, 640)
    for name in SECTIONS:
        stage.screen.show_section(name)
        QApplication.processEvents()
        assert stage.window.width() == 1024
        assert nameless_buttons(stage.screen) == []
        page = stage.screen._stack.currentWidget()
        assert page.horizontalScrollBar().maximum() == 0, name


def test_tab_goes_from_the_list_down_its_page(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        shell.go_preferences()
        screen = shell.window.findChildren(PreferencesScreen)[-1]
        for name, item in screen.items.items():
            item.click()
            window_home.counted(application)  # its buttons rest while the copies are being listed
            item.setFocus(Qt.FocusReason.TabFocusReason)
            page = screen._pages[name].widget()
            places = []
            press("Tab")
            while page.isAncestorOf(focused := QApplication.focusWidget()):
                places.append(focused.mapTo(page, QPoint(0, focused.height() // 2)))
                press("Tab")
            assert places, name
            assert len(places) >= len(
                [w for w in page.findChildren(Button) if w.isVisible() and w.isEnabled()]
            )
            assert places == sorted(places, key=lambda at: (at.y(), at.x())), name
            item.setFocus(Qt.FocusReason.TabFocusReason)
            press("Tab", "Shift+Tab")
            assert item.hasFocus(), name
