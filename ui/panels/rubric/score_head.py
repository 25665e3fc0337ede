"""The score so far: the number, where it can still end, won and lost, the sum in words, and why."""

from __future__ import annotations

from math import fsum, isclose

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.ids import ResponseId
from app.domain.questions import IDEAL
from app.domain.scoring import Line, Score
from app.domain.scoring import policy as policy_of
from app.domain.verdict import Verdict
from app.services.reviewing import OpenTask
from ui.i18n import number, percent, points, tr, tr_later
from ui.panels.inline import inline
from ui.panels.rubric.entries import Outline
from ui.panels.rubric.words import icon_of, tone_of, verdict_words
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.drawn import Remark, Remarks, TextLine
from ui.widgets.layout import Column, Row
from ui.widgets.meter import ScoreMeter
from ui.widgets.rows import RowData, RowList
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

WHY_ROWS, LOW_ROWS = 5, 1


class ScoreHead(Surface):
    """why_toggled(open) when the arithmetic was folded; picked(criterion) when one of its lines was chosen."""

    why_toggled = Signal(bool)
    picked = Signal(str)

    def __init__(self, look: ThemeHolder, why_key: str) -> None:
        super().__init__(look, "head", margins=(20, 18, 20, 14), spacing=6)
        self._low, self._wanted = False, True
        self._figure = TextLine(look, role="display", figures=True)
        self._so_far = TextLine(look, role="strong")
        self._range = Label(look, role="quiet", figures=True, wrap=True)
        self.why = Button(look, tr("Why"), kind="link", icon="chevron-down", trailing=True, key=why_key)
        self.why.setCheckable(True)
        self.why.clicked.connect(self.toggle_why)
        self._meter = ScoreMeter(look)
        self._facts = Remarks(look, gap=14)
        self._sum = Paragraph(look, role="quiet")
        self._formula = Paragraph(look, role="small")
        self._lines = RowList(look, tr("Arithmetic by criterion"))
        self._lines.chosen.connect(self._pick)
        self._arithmetic = QWidget()
        self._arithmetic.setLayout(Column(look, self._formula, self._lines, spacing=6))
        self._arithmetic.setVisible(False)
        words = Column(look, None, self._so_far, self._range, None, spacing=1)
        self.body.add(
            Row(look, self._figure, (words, 1), self.why, spacing=10), self._meter, self._facts, self._sum
        )
        self.body.add(self._arithmetic)
        self._outline: Outline | None = None
        self._shown: tuple[OpenTask, ResponseId, Score] | None = None
        look.changed.connect(self._size_list)
        self._size_list()

    def set_low(self, low: bool) -> None:
        """Little height: the foot says the number; all of this comes with Why."""
        self._low = low
        self._size_list()
        self._fold()

    def set_wanted(self, wanted: bool) -> None:
        """Whether there is a score to show at all."""
        self._wanted = wanted
        self._fold()

    def _fold(self) -> None:
        self.setVisible(self._wanted and (self.unfolded or not self._low))

    @property
    def words(self) -> str:
        """The score in few words, for where the head has no room."""
        return f"{self._figure.text()} {self._so_far.text()}" if self._wanted else ""

    @property
    def unfolded(self) -> bool:
        return not self._arithmetic.isHidden()

    def toggle_why(self) -> None:
        """Fold or unfold the arithmetic."""
        self._arithmetic.setVisible(self._arithmetic.isHidden())
        self.why.set_icon("chevron-up" if self.unfolded else "chevron-down")
        self.why.setChecked(self.unfolded)
        self._fold()
        self._show_lines()
        self.why_toggled.emit(self.unfolded)

    def show_score(
        self, opened: OpenTask, response: ResponseId, outline: Outline, score: Score, letter: str
    ) -> None:
        """letter: of the response where there are several, else empty."""
        self._outline = outline
        self._shown = (opened, response, score)
        self._figure.setText(percent(score.value / score.unit) if score.value is not None else "–")
        done = score.open == 0
        so_far = tr("score") if done else tr("so far")
        if response == IDEAL:
            so_far = tr("{score}, ideal answer", score=so_far)
        elif letter:
            so_far = tr("{score}, response {letter}", score=so_far, letter=letter)
        self._so_far.setText(so_far)
        ends = tr_later(score.reason) if score.value is None else "" if done else _ends(score)
        self._range.setText(ends)
        self._range.setVisible(bool(ends))
        still = round(fsum(line.possible for line in score.lines if line.value is None), 9)
        facts = [Remark(tr("{n} earned", n=number(score.won)), "circle-check", "good")]
        if score.lost > 0:
            facts.append(Remark(tr("{n} lost", n=number(score.lost)), "octagon-alert", "bad"))
        if not done:
            facts.append(Remark(tr("{n} still open", n=number(still)), "circle-dashed", "t2"))
        self._facts.say(facts)
        total = tr("{won} ÷ {possible} possible", won=_net(score), possible=number(score.possible))
        self._sum.setText(tr("{sum} · policy {policy}", sum=total, policy=score.policy))
        self._meter.set(
            won=score.won, lost=score.lost, total=score.possible,
            words=", ".join(w for w in (f"{self._figure.text()} {self._so_far.text()}", ends, total) if w),
        )  # fmt: skip
        self._show_lines()

    def _show_lines(self) -> None:
        if not self.unfolded or self._shown is None:
            return
        opened, _, score = self._shown
        self._formula.setText(
            tr(
                "{policy}: {formula}",
                policy=score.policy,
                formula=tr_later(policy_of(opened.batch.policy).formula),
            )
        )
        self._lines.set_source(len(score.lines), lambda i: self._line(score.lines[i]))
        self._lines.refresh()

    def _line(self, line: Line) -> RowData:
        if self._shown is None or self._outline is None:
            return RowData("")
        opened, response, _ = self._shown
        criterion = opened.task.rubric[line.id]
        verdict: Verdict = opened.review.verdict(response, line.id)
        words = verdict_words(criterion, verdict) or tr("Open")
        if line.credit is None:
            detail = tr("{verdict}: counts in no sum", verdict=words) if verdict.answered else words
        else:
            detail = tr(
                "{verdict}: {points} × {credit} = {earned}",
                verdict=words, points=points(line.points), credit=number(line.credit), earned=points(line.earned),
            )  # fmt: skip
        return RowData(
            inline(criterion.text)[0],
            detail,
            icon=icon_of(criterion, verdict),
            tone=tone_of(criterion, verdict, line.earned),
            number=str(self._outline.number[line.id]),
            trailing=points(line.earned) if line.credit is not None else "",
        )

    def _pick(self, at: int) -> None:
        if self._shown is not None:
            self.picked.emit(self._shown[2].lines[at].id)

    def _size_list(self) -> None:
        self._lines.setFixedHeight(self._lines.row_height() * (LOW_ROWS if self._low else WHY_ROWS))


def _ends(score: Score) -> str:
    if score.low is None or score.high is None:
        return ""
    low, high = percent(score.low / score.unit), percent(score.high / score.unit)
    if low == high:
        return tr("will end at {low}", low=low)
    return tr("will end between {low} and {high}", low=low, high=high)


def _net(score: Score) -> str:
    """What stands above the line of the fraction. Some policies count from the worst possible sum, not from 0."""
    parts = number(score.won)
    if score.lost:
        parts += f" − {number(score.lost)}"
    worst = -fsum(
        min(line.points, 0.0) for line in score.lines if line.credit is not None or line.value is None
    )
    if (
        score.value is not None
        and worst
        and isclose(score.value / score.unit * score.possible, score.won - score.lost + worst, abs_tol=1e-6)
    ):
        parts += f" + {number(round(worst, 9))}"
    return parts if parts == number(score.won) else f"({parts})"
