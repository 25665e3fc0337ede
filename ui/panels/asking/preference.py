"""Two responses compared: seven steps between them, both bad apart, and a sentence that says which way it goes."""

from __future__ import annotations

from PySide6.QtCore import QRect, QSize, Qt
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QButtonGroup, QWidget

from app.domain.preference import as_shown
from app.domain.questions import BOTH_BAD, STRONGEST, Dimension, Need, Preference
from app.domain.review import Scalar
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.panels.asking.card import AskingCard, KeyOf
from ui.panels.asking.words import letters, outcome
from ui.panels.rubric.controls import uncheck
from ui.panels.rubric.texts import Texts
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Choosable, OptionButton
from ui.widgets.chip import cap_size, paint_cap
from ui.widgets.layout import Row
from ui.widgets.text import IconLabel, Label, Paragraph

SHOWN = tuple(range(-STRONGEST, STRONGEST + 1))
DOTS = "•"


class StepButton(Choosable):
    """One step of the bar: whose it is, how strong, its key."""

    def __init__(self, look: ThemeHolder, key: str) -> None:
        super().__init__(look, "option", 36)
        self._who = self._dots = ""
        self._digit = key
        self.setAccessibleDescription(key)

    def say(self, who: str, dots: str, name: str) -> None:
        self.setAccessibleName(name)
        self.setToolTip(name)
        if (who, dots) != (self._who, self._dots):
            self._who, self._dots = who, dots
            self._pictures.forget()
            self._fit()
            self.update()

    def _need(self) -> QSize:
        look, px = self._look, self._look.px
        cap = cap_size(look, self._digit)
        wide = max(look.metrics("strong").horizontalAdvance(self._who),
                   look.metrics("small").horizontalAdvance(self._dots), cap.width())  # fmt: skip
        high = look.metrics("strong").height() + look.metrics("small").height() + cap.height()
        return self._grown(QSize(wide + px(6), high + px(4) + 2 * px(7)))

    def _draw(self, painter: QPainter) -> None:
        look, px, cap = self._look, self._look.px, cap_size(self._look, self._digit)
        self._ground(painter, "accent", look.colour("accent_soft"))
        top = (self.height() - self._need().height()) // 2 + px(7)
        middle = int(Qt.AlignmentFlag.AlignCenter)
        for role, tone, text in (("strong", "t1", self._who), ("small", "t2", self._dots)):
            high = look.metrics(role).height()
            painter.setFont(look.font(role))
            painter.setPen(look.colour(tone))
            painter.drawText(QRect(0, top, self.width(), high), middle, text)
            top += high + px(2)
        at = QRect((self.width() - cap.width()) // 2, top, cap.width(), cap.height())
        paint_cap(painter, look, at, self._digit)


class PreferenceCard(AskingCard):
    def __init__(self, look: ThemeHolder, texts: Texts, key_of: KeyOf) -> None:
        super().__init__(look, texts, key_of)
        self._group = QButtonGroup(self)
        self._tie_key = key_of("tie")
        self._left, self._right = Label(look, role="strong"), Label(look, role="strong")
        ends = Row(
            look, IconLabel(look, "arrow-left", "t2", 14), self._left, None, self._right,
            IconLabel(look, "arrow-right", "t2", 14), spacing=5,
        )  # fmt: skip
        bar = Row(look, spacing=4)
        self._steps: dict[int, StepButton] = {}
        for at, shown in enumerate(SHOWN, 1):
            button = StepButton(look, str(at))
            button.clicked.connect(lambda _=False, shown=shown: self.choose(shown))
            self._group.addButton(button)
            self._steps[shown] = button
            bar.add((button, 1))
        self._bar = QWidget()
        self._bar.setLayout(bar)
        self._bar.setAccessibleName(tr("Preference"))
        self._both = OptionButton(look)
        self._both.set(tr("Both are bad"), key=key_of("both-bad"))
        self._both.clicked.connect(lambda: self.choose(BOTH_BAD))
        self._group.addButton(self._both)
        self._said = Paragraph(look, role="strong")
        self.middle.add(ends, self._bar, self._said, self._both)

    def note_name(self) -> str:
        return tr("Why?")

    def hints(self, key_of: KeyOf) -> list[tuple[str, str]]:
        return [
            (key_of("first-better"), tr("left is better")),
            (key_of("second-better"), tr("right is better")),
            (key_of("tie"), tr("tie")),
            *super().hints(key_of),
        ]

    @property
    def question(self) -> Preference | None:
        return self.opened.task.questions.preference if self.opened is not None else None

    def help_text(self) -> str:
        found = self._dimension()
        return found.help if found is not None else ""

    def _dimension(self) -> Dimension | None:
        question, control = self.question, self.control
        if question is None or control is None:
            return None
        return next((d for d in question.dimensions if d.id == control.item), None)

    def note_offered(self) -> bool:
        return self.question is not None and self.question.justification is not Need.NONE

    def note_need(self) -> tuple[bool, int]:
        question = self.question
        if question is None:
            return False, 0
        return justified(question, self.value()), question.min_characters

    def show_answer(self) -> None:
        question, opened = self.question, self.opened
        if question is None or opened is None:
            return
        left, right = letters(opened, question)
        self._left.setText(tr("{letter} is better", letter=left))
        self._right.setText(tr("{letter} is better", letter=right))
        for shown, button in self._steps.items():
            who = left if shown < 0 else right if shown > 0 else "="
            dots = DOTS * abs(shown) if shown else tr("tie")
            button.say(who, dots, outcome(left, right, shown))
            button.setEnabled(not self.readonly and (bool(shown) or question.ties))
        self._steps[0].setVisible(question.ties)
        self._both.setVisible(question.both_bad)
        self.offer_key(self._tie_key, question.ties)
        self._both.setEnabled(not self.readonly)
        shown_value = self._shown(opened, question)
        uncheck(self._group)
        if shown_value == BOTH_BAD:
            self._both.setChecked(True)
        elif isinstance(shown_value, int):
            self._steps[shown_value].setChecked(True)
        self._said.setText(outcome(left, right, shown_value))
        self._said.setVisible(shown_value is not None)

    def _shown(self, opened: OpenTask, question: Preference) -> Scalar | None:
        return as_shown(question, opened.order, self.value())

    # Keys

    def choose(self, shown: Scalar) -> None:
        """An outcome as the person sees it: negative, the left response is better."""
        question, opened = self.question, self.opened
        if question is None or opened is None:
            return
        if shown == 0 and not question.ties:
            self.refuse(tr("This comparison takes no ties."))
        elif shown == BOTH_BAD and not question.both_bad:
            self.refuse(tr("“Both are bad” is no answer here."))
        else:
            kept = as_shown(question, opened.order, shown)
            needs = justified(question, kept)
            least = max(question.min_characters, 1)
            said = len(self.note.field.toPlainText().strip())
            self.ask(kept, moves=not needs or said >= least)

    def digit(self, digit: int) -> None:
        if 1 <= digit <= len(SHOWN):
            self.choose(SHOWN[digit - 1])
        else:
            self.refuse(tr("Choose with 1 to {n}.", n=len(SHOWN)))

    def step(self, direction: int) -> None:
        question, opened = self.question, self.opened
        if question is None or opened is None:
            return
        now = self._shown(opened, question)
        at = now if isinstance(now, int) else 0
        wanted = min(max(at + direction, -STRONGEST), STRONGEST)
        if wanted == 0 and not question.ties:
            wanted += direction
        if wanted != now:
            self.choose(wanted)

    def command(self, name: str) -> None:
        outcomes: dict[str, Scalar] = {
            "first-better": -2, "second-better": 2, "tie": 0, "both-bad": BOTH_BAD,
        }  # fmt: skip
        if name in outcomes:
            self.choose(outcomes[name])


def justified(asked: Preference, value: Scalar | None) -> bool:
    """Whether a kept answer needs its reason."""
    strong = value == BOTH_BAD or (isinstance(value, int) and abs(value) >= 2)
    return asked.justification is Need.REQUIRED or (asked.justification is Need.STRONG and strong)
