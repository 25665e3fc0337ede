"""The ideal answer among the controls: how far it is, and the ways to begin it."""

from __future__ import annotations

from functools import partial

from PySide6.QtWidgets import QWidget

from app.domain.order import letter
from app.domain.review import IDEAL_BASE, IDEAL_TEXT
from app.services.reviewing import OpenTask
from ui.i18n import number, sentences, tr, trn
from ui.panels.asking.card import AskingCard, KeyOf
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.button import OptionButton
from ui.widgets.flow import Flow
from ui.widgets.text import Paragraph

SHOWN = 280
"""Characters of the beginning that the card shows."""


class IdealCard(AskingCard):
    def __init__(self, look: ThemeHolder, texts: Texts, key_of: KeyOf) -> None:
        super().__init__(look, texts, key_of)
        self._write_key = key_of("write-ideal")
        self._begin = Paragraph(look, role="second")
        self._write = OptionButton(look)
        self._write.clicked.connect(lambda: self.command("write-ideal"))
        self._from: list[OptionButton] = []
        self._ways = QWidget()
        self._flow = Flow(look, spacing=8)
        self._ways.setLayout(self._flow)
        self._flow.add(self._write)
        self.middle.add(self._begin, self._ways)

    def hints(self, key_of: KeyOf) -> list[tuple[str, str]]:
        return [(key_of("write-ideal"), tr("write")), (key_of("next-control"), tr("next"))]

    def help_text(self) -> str:
        asked = self.opened.task.questions.ideal if self.opened is not None else None
        if asked is None:
            return ""
        graded = tr("You grade it by the same criteria afterwards.") if asked.graded else ""
        least = (
            trn("At least {n} character.", "At least {n} characters.", asked.min_characters)
            if asked.min_characters
            else ""
        )
        return sentences(graded, least)

    def show_answer(self) -> None:
        opened = self.opened
        if opened is None:
            return
        text = " ".join(opened.review.text(IDEAL_TEXT).split())
        shown = text if len(text) <= SHOWN else text[:SHOWN].rstrip() + "…"
        self._begin.setText(shown)
        self._begin.setVisible(bool(text))
        self._write.set(tr("Go on writing") if text else tr("Write it from scratch"), key=self._write_key)
        self._write.setEnabled(not self.readonly)
        self._offer(opened, offered=not text and not self.readonly)

    def _offer(self, opened: OpenTask, *, offered: bool) -> None:
        """A response to begin from, each by its digit; only while nothing is written."""
        while len(self._from) < len(opened.order):
            button = OptionButton(self._look)
            button.clicked.connect(partial(self.digit, len(self._from) + 1))
            self._from.append(button)
            self._flow.add(button)
        several = len(opened.order) > 1
        for at, button in enumerate(self._from):
            there = at < len(opened.order)
            button.setVisible(offered and there)
            if there:
                name = letter(opened.order, opened.order[at])
                words = (
                    tr("Begin from response {letter}", letter=name)
                    if several
                    else tr("Begin from the response")
                )
                button.set(words, key=number(at + 1))

    # Keys

    def digit(self, digit: int) -> None:
        """Begin from a response; refused once there is a text, which is never written over."""
        opened = self.opened
        if opened is None or self.readonly:
            return
        if opened.review.text(IDEAL_TEXT):
            self.refuse(tr("There is a text already. Empty it first to begin from another response."))
        elif 1 <= digit <= len(opened.order):
            response = opened.order[digit - 1]
            values = {IDEAL_BASE: str(response), IDEAL_TEXT: opened.task.response(response).text}
            self.asked.emit(values, False)
            self.write_asked.emit()
        else:
            self.refuse(tr("Choose with 1 to {n}.", n=len(opened.order)))

    def command(self, name: str) -> None:
        if name == "write-ideal":
            self.write_asked.emit()

    def clear(self) -> None:
        """The whole text goes, and what was said of it; undo brings it back."""
        said = self.opened.review.values if self.opened is not None else ()
        self.asked.emit({IDEAL_TEXT: None} | {p: None for p in said if p.startswith("/ideal/")}, False)
