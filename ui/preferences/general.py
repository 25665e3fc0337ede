"""Appearance and language."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from app.i18n import NAMES
from ui.i18n import percent, tr
from ui.preferences.presenter import PreferencesPresenter
from ui.theme.apply import ThemeHolder
from ui.widgets.button import IconButton
from ui.widgets.fields import Check, FormRow, Select
from ui.widgets.layout import Column, Row
from ui.widgets.text import Label, Paragraph

NARROW = 320


class AppearanceSection(QWidget):
    def __init__(self, look: ThemeHolder, presenter: PreferencesPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self.appearance = Select(
            look, tr("Colours"),
            [
                ("system", tr("As the system")), ("light", tr("Light")), ("dark", tr("Dark")),
                ("hc-light", tr("High contrast, light")), ("hc-dark", tr("High contrast, dark")),
            ],
        )  # fmt: skip
        self.appearance.picked.connect(lambda value: presenter.change(appearance=value))
        self.smaller = IconButton(look, "minus", tr("Smaller text"), key="Ctrl+-")
        self.larger = IconButton(look, "plus", tr("Larger text"), key="Ctrl+=")
        self._scale = Label(look, role="strong", figures=True)
        self.smaller.clicked.connect(lambda: presenter.step_scale(-1))
        self.larger.clicked.connect(lambda: presenter.step_scale(1))
        self.motion = Check(look, tr("Less motion"))
        self.score = Check(look, tr("Hide the score while I grade"))
        self.motion.clicked.connect(lambda on: presenter.change(reduce_motion=on))
        self.score.clicked.connect(lambda on: presenter.change(hide_score=on))
        self.by_criterion = Check(look, tr("Judge criterion by criterion"))
        self.by_criterion.clicked.connect(lambda on: presenter.change(by_criterion=on))
        self.breaks = Select(
            look, tr("Remind me of breaks"),
            [("0", tr("Never")), ("25", tr("After 25 minutes")), ("50", tr("After 50 minutes"))],
        )  # fmt: skip
        self.breaks.picked.connect(lambda value: presenter.change(break_minutes=int(value)))
        self.metered = Check(look, tr("This network costs money"))
        self.metered.clicked.connect(lambda on: presenter.change(metered=on))
        size = Column(
            look, Label(look, tr("Text size"), role="strong"),
            Row(look, self.smaller, self._scale, self.larger, None, spacing=10), spacing=6,
        )  # fmt: skip
        self.setLayout(
            Column(
                look, Row(look, FormRow(look, tr("Colours"), self.appearance), None), size,
                self.motion,
                Paragraph(look, tr("Motion is off already when the system asks for less."), role="quiet"),
                self.score,
                Paragraph(look, tr("A batch that hides the score hides it in any case."), role="quiet"),
                self.by_criterion,
                Row(look, FormRow(look, tr("Remind me of breaks"), self.breaks), None),
                self.metered,
                Paragraph(look, tr("Then nothing is fetched or sent until you ask for it, and attachments wait for another network."), role="quiet"),  # noqa: E501
                None, spacing=14,
            )
        )  # fmt: skip
        presenter.applied.connect(self.show_now)
        look.changed.connect(self._look_changed)
        self.show_now()

    def _look_changed(self) -> None:
        """By a key perhaps: Ctrl++ works here too."""
        self._presenter.refresh()
        self.show_now()

    def show_now(self) -> None:
        settings = self._presenter.settings
        self.appearance.choose(settings.appearance)
        self._scale.setText(percent(settings.scale))
        self._scale.setAccessibleName(tr("Text size {size}", size=percent(settings.scale)))
        self.smaller.set_blocked(tr("This is the smallest size.") if settings.scale <= 1.0 else "")
        self.larger.set_blocked(tr("This is the largest size.") if settings.scale >= 2.0 else "")
        self.motion.setChecked(settings.reduce_motion)
        self.score.setChecked(settings.hide_score)
        self.by_criterion.setChecked(settings.by_criterion)
        self.metered.setChecked(settings.metered)
        self.breaks.choose(str(settings.break_minutes))


class LanguageSection(QWidget):
    def __init__(self, look: ThemeHolder, presenter: PreferencesPresenter) -> None:
        super().__init__()
        self._presenter = presenter
        self.language = Select(
            look, tr("Language"),
            [("system", tr("As the system")), *NAMES.items()],
        )  # fmt: skip
        self.language.picked.connect(lambda value: presenter.change(language=value))
        words = tr("Applies at once. Tasks and answers keep their own language.")
        self.setLayout(
            Column(
                look, Row(look, FormRow(look, tr("Language"), self.language), None),
                Paragraph(look, words, role="quiet"), None, spacing=14,
            )
        )  # fmt: skip
        presenter.applied.connect(self.show_now)
        self.show_now()

    def show_now(self) -> None:
        self.language.choose(self._presenter.settings.language)
