"""F3, J1, J4 in the window: a copy put back, a batch and a lab wiped, the recovery code, one's own devices."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QWidget

from app.domain.ids import TaskId
from app.domain.review import verdict_path
from lab import desk
from tests.keyboard import press, write
from tests.lab_server import serving, write_tasks
from tests.window_home import PASSPHRASE, WindowHome
from ui.application import Application
from ui.first_run.screen import FirstRunScreen
from ui.lock.page import LockPage
from ui.lock.recovery import RecoveryPage
from ui.preferences.devices_section import DevicesSection
from ui.preferences.safe_section import SafeSection
from ui.preferences.screen import PreferencesScreen

T1 = TaskId("t1")
MET = verdict_path("r1", "c1")  # type: ignore[arg-type]


def preferences(application: Application, section: str) -> QWidget:
    application.shell.go_preferences()
    screen = application.shell.window.findChildren(PreferencesScreen)[-1]
    screen.items[section].setFocus()
    press("Space")
    return screen.sections[section]


def page(application: Application, kind: type[QWidget]) -> QWidget:
    return next(p for p in application.shell.window.findChildren(kind) if p.isVisible())


def answer(home: WindowHome, application: Application) -> None:
    lab = application.shell.lab
    assert lab is not None
    lab.live.change(lab.session.open(T1), {MET: "met"})
    home.wait(lambda: lab.live.pending == 0)


def value(application: Application) -> object:
    assert application.shell.lab is not None
    return application.shell.lab.session.workspace.work.review(T1).values.get(MET)


def test_a_copy_is_put_back_and_the_lab_opens_again(window_home: WindowHome) -> None:
    folder = window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is not None
        first = shell.lab
        first.session.workspace.snapshot()
        answer(window_home, application)
        section = preferences(application, "safe")
        assert isinstance(section, SafeSection)
        section.restores[0].setFocus()
        press("Return")
        assert section.restore.hasFocus()
        press("Return")
        window_home.wait(lambda: shell.lab is not None and shell.lab is not first)
        assert value(application) is None
        assert shell.lab.session.identity.restored
        assert not shell.window.is_covered
    assert list(window_home.workstation().labs.place(folder).glob("aside-*"))


def test_under_a_passphrase_a_wrong_one_closes_nothing(window_home: WindowHome) -> None:
    window_home.add_lab(passphrase=PASSPHRASE)
    with window_home.window() as application:
        shell = application.shell
        lock = page(application, LockPage)
        assert isinstance(lock, LockPage)
        lock.field.setFocus()
        write(PASSPHRASE)
        press("Return")
        window_home.wait(lambda: shell.lab is not None)
        first = shell.lab
        assert first is not None
        first.session.workspace.snapshot()
        section = preferences(application, "safe")
        assert isinstance(section, SafeSection)
        section.restores[0].click()
        assert section.secret.hasFocus()
        write("wrong and wrong")
        section.restore.click()
        window_home.wait(lambda: "not the passphrase" in section.secret.accessibleDescription())
        assert shell.lab is first


def test_a_batch_is_wiped_after_its_title_was_typed(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        shell = application.shell
        first = shell.lab
        answer(window_home, application)
        section = preferences(application, "safe")
        assert isinstance(section, SafeSection)
        assert not section.wipe_batch.isEnabled()
        section.batch_name.setFocus()
        write("Emergency reasoning")
        assert section.wipe_batch.isEnabled()
        section.wipe_batch.setFocus()
        press("Return")
        window_home.wait(lambda: "begun" in section.batch_name.accessibleDescription())
        assert shell.lab is first
        section.begun.setFocus()
        press("Space")
        section.wipe_batch.setFocus()
        press("Return")
        window_home.wait(lambda: shell.lab is not None and shell.lab is not first)
        assert shell.lab is not None
        assert shell.lab.session.workspace.lab.batches() == []


def test_a_lab_is_wiped_with_its_key_and_the_next_one_opens(window_home: WindowHome) -> None:
    window_home.add_lab("lab-2", name="Second")
    gone = window_home.add_lab("lab-1")
    window_home.settings.change(last_lab=gone)
    with window_home.window() as application:
        shell = application.shell
        section = preferences(application, "safe")
        assert isinstance(section, SafeSection)
        section.lab_name.setFocus()
        write("Harbor")
        assert not section.wipe_lab.isEnabled()
        write(" Medical")
        section.wipe_lab.setFocus()
        press("Return")
        window_home.wait(lambda: shell.lab is not None and shell.lab.session.identity.lab_name == "Second")
        assert gone not in window_home.workstation().labs.folders()
        assert len(window_home.store.texts) == 1


def test_wiping_the_only_lab_leads_to_the_first_run(window_home: WindowHome) -> None:
    window_home.add_lab()
    with window_home.window() as application:
        section = preferences(application, "safe")
        assert isinstance(section, SafeSection)
        section.lab_name.setText("Harbor Medical")
        section.wipe_lab.click()
        window_home.wait(lambda: bool(application.shell.window.findChildren(FirstRunScreen)))
        assert application.shell.lab is None


def test_the_recovery_code_opens_what_a_lost_key_store_cannot(window_home: WindowHome) -> None:
    folder = window_home.add_lab()
    vault = window_home.workstation().labs.vault(folder)
    code = vault.new_recovery_code(vault.open())
    window_home.store.texts.clear()
    with window_home.window() as application:
        shell = application.shell
        assert shell.lab is None
        way = next(
            p.recover for p in shell.window.findChildren(QWidget) if p.isVisible() and hasattr(p, "recover")
        )
        way.setFocus()
        press("Return")
        recovery = page(application, RecoveryPage)
        assert isinstance(recovery, RecoveryPage)
        assert recovery.code.hasFocus()
        write("AAAA-AAAA")
        recovery.go.setFocus()
        press("Return")
        window_home.wait(lambda: "typing mistake" in recovery.code.accessibleDescription())
        assert shell.lab is None
        recovery.code.setPlainText(code)
        recovery.go.setFocus()
        press("Return")
        window_home.wait(lambda: shell.lab is not None)


def test_a_forgotten_passphrase_is_no_dead_end_without_a_key_store(window_home: WindowHome) -> None:
    folder = window_home.add_lab(passphrase=PASSPHRASE)
    vault = window_home.workstation().labs.vault(folder)
    code = vault.new_recovery_code(vault.open(passphrase=PASSPHRASE))
    window_home.store.there = False
    with window_home.window() as application:
        shell = application.shell
        lock = page(application, LockPage)
        assert isinstance(lock, LockPage)
        lock.recover.click()
        recovery = page(application, RecoveryPage)
        assert isinstance(recovery, RecoveryPage)
        recovery.code.setPlainText(code)
        recovery.go.click()
        window_home.wait(recovery.passphrase.isVisible)
        recovery.passphrase.setFocus()
        write("another long secret")
        press("Return")
        window_home.wait(lambda: shell.lab is not None)
        assert window_home.workstation().labs.vault(folder).open(passphrase="another long secret")


def test_a_device_more_and_a_lost_one(window_home: WindowHome, tmp_path: Path) -> None:
    folder = tmp_path / "lab"
    desk.init(folder, name="Harbor Medical")
    source = write_tasks(tmp_path / "tasks.jsonl", 2)
    with desk.open_lab(folder) as lab:
        link, expert = desk.invite(lab, "expert", "Dr Okafor")
        desk.assign(lab, desk.import_batch(lab, "healthbench", source, title="ED").batch, [expert])
        with serving(lab):
            window_home.workstation().enrolling.enrol(link).close()
            with window_home.window() as application:
                shell = application.shell
                section = preferences(application, "devices")
                assert isinstance(section, DevicesSection)
                assert section.lost == {}
                section.add.setFocus()
                press("Return")
                window_home.wait(lambda: section.invitation.startswith("assay://"))
                other = WindowHome(
                    tmp_path / "other", window_home._qtbot, window_home._app, window_home._look
                )
                other.workstation().enrolling.enrol(section.invitation).close()
                assert shell.lab is not None
                shell.sync()
                lab_open = shell.lab
                window_home.wait(lambda: not lab_open.syncing.running)
                section.show_now()
                (lost,) = section.lost.values()
                window_home.wait(lost.isVisible)
                lost.setFocus()
                press("Return")
                assert section.leave.hasFocus()
                section.revoke.setFocus()
                press("Return")
                window_home.wait(lambda: section.lost == {})
                devices = window_home.workstation().devices.all(lab_open.session)
                assert [bool(d.revoked) for d in devices] == [False, True]
