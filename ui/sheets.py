"""The palette and the sheet of keys of one window, each made when it is first asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ui.theme.apply import ThemeHolder

if TYPE_CHECKING:
    from ui.keys_sheet import KeysSheet
    from ui.widgets.palette import PaletteDialog


class Sheets:
    def __init__(self, look: ThemeHolder, window: QWidget) -> None:
        self._look = look
        self._window = window
        self._palette: PaletteDialog | None = None
        self._keys: KeysSheet | None = None

    @property
    def palette(self) -> PaletteDialog:
        if self._palette is None:
            from ui.widgets.palette import PaletteDialog

            self._palette = PaletteDialog(self._look, self._window)
        return self._palette

    @property
    def keys(self) -> KeysSheet:
        if self._keys is None:
            from ui.keys_sheet import KeysSheet

            self._keys = KeysSheet(self._look, self._window)
        return self._keys

    @property
    def made(self) -> list[QWidget]:
        return [sheet for sheet in (self._palette, self._keys) if sheet is not None]
