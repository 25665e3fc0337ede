"""The score so far: the number, where it can still end, won and lost, the sum in words, and why."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from app.domain.ids import ResponseId
from app.domain.questions import IDEAL
from app.domain.scoring import Line, Score
from app.domain.scoring import policy as policy_of
from app.domain.verdict import Verdict
from app.services.reviewing import OpenTask
from ui.i18n import number, points, tr, tr_later
from ui.panels.inline import inline
from ui.panels.rubric.entries import Outline
from ui.panels.rubric.score_words import IDEAL_ANSWER, ScoreWords, score_words
from ui.panels.rubric.words import icon_of, tone_of, verdict_words
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.drawn import Remarks, TextLine
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
        self._ahead: tuple[OpenTask, ResponseId, ScoreWords] | None = None
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
        ahead = self._ahead
        if ahead is not None and ahead[0] is opened and ahead[1] == response:
            words, self._ahead = ahead[2], None
        else:
            words = _words(response, score, letter)
        self._figure.setText(words.figure)
        self._so_far.setText(words.so_far)
        self._range.setText(words.ends)
        self._range.setVisible(bool(words.ends))
        self._facts.say(words.facts)
        self._sum.setText(words.sum)
        self._meter.set(won=score.won, lost=score.lost, total=score.possible, words=words.spoken)
        self._show_lines()

    def prepare(self, opened: OpenTask, response: ResponseId, score: Score, letter: str) -> None:
        """Word and draw the score of the task that will be shown next."""
        words = _words(response, score, letter)
        self._ahead = opened, response, words
        self._figure.prepare(words.figure, "panel")
        self._so_far.prepare(words.so_far, "panel")
        self._sum.prepare(words.sum)

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


def _words(response: ResponseId, score: Score, letter: str) -> ScoreWords:
    return score_words(score, whose=IDEAL_ANSWER if response == IDEAL else letter or None)
