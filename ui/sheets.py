"""What lies over one window: the palette and the sheet of keys, each made when it is first asked for; dialogs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QApplication, QDialog, QWidget

from ui.theme.apply import ThemeHolder

if TYPE_CHECKING:
    from ui.keys_sheet import KeysSheet
    from ui.widgets.palette import PaletteDialog


class Sheets:
    """covering: told when one of them came to the front (True), or went."""

    def __init__(self, look: ThemeHolder, window: QWidget, covering: Callable[[bool], None]) -> None:
        self._look = look
        self._covering = covering
        self._window = window
        self._palette: PaletteDialog | None = None
        self._keys: KeysSheet | None = None

    @property
    def palette(self) -> PaletteDialog:
        if self._palette is None:
            from ui.widgets.palette import PaletteDialog

            self._palette = PaletteDialog(self._look, self._window)
            self._palette.covering.connect(self._covering)
        return self._palette

    @property
    def keys(self) -> KeysSheet:
        if self._keys is None:
            from ui.keys_sheet import KeysSheet

            self._keys = KeysSheet(self._look, self._window)
            self._keys.covering.connect(self._covering)
        return self._keys

    @property
    def made(self) -> list[QWidget]:
        return [sheet for sheet in (self._palette, self._keys) if sheet is not None]

    def hide(self) -> None:
        """Whichever is there; the focus stays with who calls."""
        for sheet in self.made:
            sheet.hide()

    def put_away(self) -> None:
        """All, dialogs and menus too: they show the lab's work, and would keep the keys from the page that comes."""
        self.hide()
        while (menu := QApplication.activePopupWidget()) is not None:
            menu.hide()
        for dialog in self._window.findChildren(QDialog):
            if dialog.isVisible():
                dialog.done(QDialog.DialogCode.Rejected)
