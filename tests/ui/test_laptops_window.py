"""A5 in the window: where drafts differ it is said quietly, three columns, one key, and undo."""

from __future__ import annotations

from PySide6.QtWidgets import QApplication

from app.domain.ids import TaskId
from app.domain.review import verdict_path
from app.services import merging
from tests.keyboard import press
from tests.window_home import WindowHome
from ui.application import Application
from ui.differing.dialog import DifferencesDialog
from ui.differing.note import DifferencesNote

T1 = TaskId("t1")
MET = verdict_path("r1", "c1")  # type: ignore[arg-type]
AT = "2026-11-22T09:00:00.000Z"


def differ(home: WindowHome, application: Application) -> None:
    """She answers here, after another laptop of hers answered otherwise."""
    lab = application.shell.lab
    assert lab is not None
    lab.live.change(lab.session.open(T1), {MET: "met", "/comment": "mine"})
    home.wait(lambda: lab.live.pending == 0)
    theirs = {MET: "not_met", "/comment": "theirs, and longer"}
    content = {
        "task": T1,
        "at": AT,
        "fields": {path: {"value": v, "vector": {"other": 1}} for path, v in theirs.items()},
    }
    merging.take_in(lab.session.workspace, "other", content)
    lab.live.refreshed()


def dialogs(application: Application) -> list[DifferencesDialog]:
    window = application.shell.window.window()
    return [d for d in window.findChildren(DifferencesDialog) if d.isVisible()]


def value(application: Application, path: str) -> object:
    assert application.shell.lab is not None
    return application.shell.lab.session.workspace.work.review(T1).values.get(path)


def test_each_difference_takes_one_key_and_undo_takes_it_back(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        shell = application.shell
        (note,) = shell.window.findChildren(DifferencesNote)
        assert note.item is not None
        assert note.item.isHidden()
        assert not shell.binder.run("two-laptops")
        differ(window_home, application)
        assert not note.item.isHidden()
        assert "2" in note.item.accessibleName()
        assert shell.binder.run("two-laptops")
        (dialog,) = dialogs(application)
        window_home.wait(dialog.buttons[0].hasFocus)
        shown = [[v.text() for v in dialog.values]]
        press("2")
        window_home.wait(lambda: note.known == 1)
        shown.append([v.text() for v in dialog.values])
        assert ["Met", "Not met", "nothing"] in shown
        assert ["mine", "theirs, and longer", "nothing"] in shown
        press("1")
        window_home.wait(lambda: not dialogs(application))
        assert note.item.isHidden()
        first, second = (MET, "/comment") if shown[0][0] == "Met" else ("/comment", MET)
        taken = {MET: "not_met", "/comment": "theirs, and longer"}
        kept = {MET: "met", "/comment": "mine"}
        assert (value(application, first), value(application, second)) == (taken[first], kept[second])
        shell.undo()
        shell.undo()
        window_home.wait(lambda: value(application, first) == kept[first])


def test_before_both_is_the_third_key_and_later_leaves_all(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        differ(window_home, application)
        assert application.shell.binder.run("two-laptops")
        (dialog,) = dialogs(application)
        window_home.wait(dialog.buttons[0].hasFocus)
        press("Esc")
        assert not dialogs(application)
        (note,) = application.shell.window.findChildren(DifferencesNote)
        assert note.known == 2
        note.look_at_them()
        (dialog,) = dialogs(application)
        window_home.wait(dialog.buttons[0].hasFocus)
        press("3")
        window_home.wait(lambda: note.known == 1)
        press("3")
        window_home.wait(lambda: note.known == 0)
        assert value(application, MET) is None
        assert value(application, "/comment") in (None, "")


def test_locking_takes_the_three_columns_away(window_home: WindowHome) -> None:
    window_home.add_lab(local=False)
    window_home.settings.change(metered=True)
    with window_home.window() as application:
        differ(window_home, application)
        assert application.shell.binder.run("two-laptops")
        assert len(dialogs(application)) == 1
        application.shell.lock()
        assert application.shell.window.is_covered
        assert not dialogs(application)
        assert QApplication.activeModalWidget() is None
