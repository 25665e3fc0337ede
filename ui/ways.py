"""What the Desk leads to beside the screens: bundles of the open lab, and where her laptops differ."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from ui.i18n import tr

if TYPE_CHECKING:
    from ui.bundles.presenter import BundlesPresenter
    from ui.desk.screen import DeskScreen
    from ui.screens import Surroundings


def add_ways(screen: DeskScreen, around: Surroundings) -> None:
    """Lines in the Desk's panel, and their commands, for what this lab can do."""
    session = around.live.session
    if not session.identity.local and not around.workstation.studio.is_studio(session):
        _add_bundles(screen, around)
        _add_differences(screen, around)


def _add_bundles(screen: DeskScreen, around: Surroundings) -> None:
    @cache
    def presenter() -> BundlesPresenter:
        from ui.bundles.presenter import BundlesPresenter

        return BundlesPresenter(around.workstation.bundles, around.jobs, around.live, screen)

    def take_in() -> None:
        from ui.bundles.dialog import ask_open

        ask_open(around.look, screen.window(), presenter())

    def save() -> None:
        from ui.bundles.dialog import ask_save

        ask_save(around.look, screen.window(), presenter())

    screen.panel.add_way(tr("Open a bundle…"), "package", take_in)
    screen.panel.add_way(tr("Save a bundle…"), "upload", save)
    around.binder.bind("open-bundle", take_in, enabled=around.in_reach)
    around.binder.bind("save-bundle", save, enabled=around.in_reach)


def _add_differences(screen: DeskScreen, around: Surroundings) -> None:
    from ui.differing.note import DifferencesNote

    note = DifferencesNote(around.look, screen, around.live, around.navigator)
    note.item = screen.panel.add_way(tr("Your laptops differ"), "git-compare", note.look_at_them)
    note.count("lab")
    around.live.changed.connect(note.count)
    around.binder.bind(
        "two-laptops", note.look_at_them, enabled=lambda: around.in_reach() and bool(note.known)
    )
