"""A criterion at rest and a group's heading: real buttons that draw themselves, so that many cost little."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QPushButton

from app.domain.verdict import Confidence, Verdict
from ui.i18n import number, points, tr, tr_later
from ui.panels.inline import inline
from ui.panels.rubric.entries import GroupState, RowState
from ui.panels.rubric.texts import Texts
from ui.panels.rubric.words import (
    CONFIDENCE_WORD,
    DOUBT_WORD,
    icon_of,
    points_words,
    row_words,
    tone_of,
    verdict_words,
)
from ui.theme.apply import ThemeHolder
from ui.theme.tokens import RADIUS
from ui.widgets.kept import empty_picture

LEFT, RIGHT, TOP = 12, 14, 11
RAIL, NUMBER, GAP = 3, 18, 8
SIDE = 70
INDENT = 14
LEAST = 44
QUOTE = 30
"""Characters of the quote on a chip; all of it stands in its tooltip and in the list of highlights."""
EVIDENCE_ICON = "highlighter"


def spoken(state: RowState) -> str:
    """A criterion as a screen reader says it."""
    criterion, verdict = state.entry.criterion, state.verdict
    words = [
        tr("Criterion {n}", n=state.entry.number),
        tr("Bad if this is met") if criterion.negative else "",
        inline(criterion.text)[0],
        tr("{points} points", points=points(state.points)),
        verdict_words(criterion, verdict) or tr("not answered"),
        tr("needs a reason") if state.needs_reason else "",
        *(words for _, _, words in evidence_of(state)),
        *(words for _, _, words in others_of(state)),
        tr("with a comment") if verdict.comment else "",
    ]
    return ", ".join(w for w in words if w)


Note = tuple[str, str, str]
"""A chip: icon, tone, words."""


def evidence_of(state: RowState) -> list[Note]:
    """The chip of what is bound to the criterion, or that it needs something: (icon, tone, words)."""
    if state.needs_evidence:
        return [("triangle-alert", "warn", tr("Needs one highlight"))]
    if not state.evidence:
        return []
    line = " ".join(state.evidence[0].split())
    words = tr("“{text}”", text=line if len(line) <= QUOTE else line[: QUOTE - 1].rstrip() + "…")
    more = len(state.evidence) - 1
    return [(EVIDENCE_ICON, "", tr("{text} and {n} more", text=words, n=number(more)) if more else words)]


def others_of(state: RowState) -> list[Note]:
    """A chip for each opinion that was opened; one that differs stands out."""
    criterion, mine = state.entry.criterion, state.verdict.value
    return [
        (
            "lock-open",
            "" if said.value == mine else "warn",
            tr("{who}: {verdict}", who=said.who, verdict=verdict_words(criterion, Verdict(said.value))),
        )
        for said in state.others
    ]


def notes_of(state: RowState) -> list[Note]:
    """The chips of a row."""
    found: list[Note] = []
    verdict = state.verdict
    if state.needs_reason:
        found.append(("triangle-alert", "warn", tr("Needs a reason")))
    if state.contradicts:
        found.append(("triangle-alert", "warn", tr("Contradicts {n}, which is not met", n=state.contradicts)))
    found += evidence_of(state)
    if verdict.reason is not None:
        found.append(("circle-question-mark", "unsure", tr_later(DOUBT_WORD[verdict.reason])))
    if verdict.confidence is not None:
        tone = "warn" if verdict.confidence is Confidence.LOW else ""
        found.append(("scale", tone, tr_later(CONFIDENCE_WORD[verdict.confidence])))
    return found + others_of(state)


class _Drawn(QPushButton):
    """A flat button without a place in the tab order: arrows move between criteria, a click goes to one."""

    def __init__(self, look: ThemeHolder, texts: Texts) -> None:
        super().__init__()
        self._look = look
        self._texts = texts
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAutoDefault(False)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def sizeHint(self) -> QSize:
        return self.size()

    def _ground(self, painter: QPainter) -> None:
        """All of it: what lies under a row is not painted."""
        painter.fillRect(self.rect(), self._look.colour("panel"))
        if self.underMouse():
            painter.fillRect(self.rect().adjusted(0, 1, 0, -1), self._look.colour("hover"))
        painter.fillRect(QRect(0, self.height() - 1, self.width(), 1), self._look.colour("line"))


class CriterionRow(_Drawn):
    """Number, text, points and verdict of one criterion."""

    def __init__(self, look: ThemeHolder, texts: Texts) -> None:
        super().__init__(look, texts)
        self.state: RowState | None = None

    def bind(self, state: RowState) -> None:
        if state != self.state:
            self.state = state
            self.setAccessibleName(self._texts.spoken(state) or spoken(state))
            self.update()

    @staticmethod
    def height_of(look: ThemeHolder, texts: Texts, state: RowState, width: int) -> int:
        """The height of a row for this state, px."""
        px, theme = look.px, look.theme
        inner = width - CriterionRow.text_left(look, state) - px(RIGHT)
        height = texts.lay(state.entry.criterion.text, inner - px(SIDE + 12)).height
        if state.entry.criterion.negative:
            height += theme.line_px("small") + px(2)
        side = px(20) + (theme.line_px("quiet") if row_words(state.entry.criterion, state.verdict) else 0)
        height = max(height, side)
        if notes_of(state):
            height += px(5) + theme.line_px("small") + px(6)
        if state.verdict.comment:
            height += px(5) + texts.lay(state.verdict.comment, inner - px(21), "second").height
        return max(height + 2 * px(TOP), px(LEAST))

    @staticmethod
    def text_left(look: ThemeHolder, state: RowState) -> int:
        return look.px(LEFT + RAIL + GAP + NUMBER + GAP + INDENT * state.entry.depth)

    def paintEvent(self, event: QPaintEvent) -> None:
        state = self.state
        if state is None:
            self._ground(QPainter(self))
            return
        drawn = None if self.underMouse() else self._texts.drawn(state, self.size())
        if drawn is not None:
            QPainter(self).drawPixmap(0, 0, drawn)
        else:
            self._paint(QPainter(self), state)

    def draw_ahead(self, state: RowState, size: QSize) -> None:
        """Draw a row that will be shown: the first painting in this state then copies it. For a row not shown now."""
        self.bind(state)
        self.resize(size)
        picture = empty_picture(self, size, self._look.colour("panel"))
        self._paint(QPainter(picture), state)
        self._texts.keep_drawn(state, picture, self.accessibleName())

    def _paint(self, painter: QPainter, state: RowState) -> None:
        look, px, theme = self._look, self._look.px, self._look.theme
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter)
        criterion = state.entry.criterion
        left, y = self.text_left(look, state), px(TOP)
        indent = px(INDENT * state.entry.depth)
        inner = self.width() - left - px(RIGHT)
        if criterion.negative:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.colour("bad"))
            rail = QRectF(px(LEFT) + indent, px(10), px(RAIL), self.height() - px(20))
            painter.drawRoundedRect(rail, px(RAIL) / 2, px(RAIL) / 2)
        line = theme.line_px("criterion")
        right, middle = Qt.AlignmentFlag.AlignRight, Qt.AlignmentFlag.AlignVCenter
        painter.setFont(self._texts.font("quiet", figures=True))
        painter.setPen(look.colour("t3"))
        number_box = QRect(left - px(GAP + NUMBER), y, px(NUMBER), line)
        painter.drawText(number_box, int(right | middle | Qt.TextFlag.TextDontClip), str(state.entry.number))
        self._side(painter, state, y, line)
        if criterion.negative:
            y += self._warning(painter, left, y)
        laid = self._texts.lay(criterion.text, inner - px(SIDE + 12))
        painter.setPen(look.colour("t1"))
        laid.draw(painter, left, y)
        y = max(y + laid.height, px(TOP) + self._side_height(state))
        notes = notes_of(state)
        if notes:
            y += px(5)
            self._chips(painter, notes, left, y)
            y += theme.line_px("small") + px(6)
        if state.verdict.comment:
            y += px(5)
            mark = look.pixmap("message-square", "t3", 14, self.devicePixelRatioF())
            painter.drawPixmap(left, y + (theme.line_px("second") - px(14)) // 2, mark)
            painter.setPen(look.colour("t2"))
            self._texts.lay(state.verdict.comment, inner - px(21), "second").draw(painter, left + px(21), y)

    def _side_height(self, state: RowState) -> int:
        words = row_words(state.entry.criterion, state.verdict)
        return self._look.px(20) + (self._look.theme.line_px("quiet") if words else 0)

    def _warning(self, painter: QPainter, left: int, y: int) -> int:
        look, px = self._look, self._look.px
        height = look.theme.line_px("small")
        mark = look.pixmap("octagon-alert", "bad", 13, self.devicePixelRatioF())
        painter.drawPixmap(left, y + (height - px(13)) // 2, mark)
        painter.setFont(self._texts.font("small"))
        painter.setPen(look.colour("bad"))
        box = QRect(left + px(18), y, self.width() - left - px(18 + RIGHT + SIDE), height)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), tr("Bad if this is met"))
        return height + px(2)

    def _side(self, painter: QPainter, state: RowState, y: int, line: int) -> None:
        look, px = self._look, self._look.px
        criterion, verdict = state.entry.criterion, state.verdict
        tone = tone_of(criterion, verdict, state.effect)
        icon_x = self.width() - px(RIGHT) - px(18)
        mark = look.pixmap(icon_of(criterion, verdict), tone, 18, self.devicePixelRatioF())
        painter.drawPixmap(icon_x, y + (line - px(18)) // 2, mark)
        ink = tone if tone in ("good", "bad", "unsure") else "bad" if _threatens(state) else "t2"
        painter.setFont(self._texts.font("strong", figures=True))
        painter.setPen(look.colour(ink))
        box = QRect(0, y, icon_x - px(6), line)
        flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, int(flags), points_words(criterion, verdict, state.points, state.effect))
        words = row_words(criterion, verdict)
        if words:
            painter.setFont(self._texts.font("quiet"))
            painter.setPen(look.colour("t3"))
            under = QRect(0, y + line - px(1), self.width() - px(RIGHT), look.theme.line_px("quiet"))
            painter.drawText(under, int(flags), words)

    def _chips(self, painter: QPainter, notes: list[Note], left: int, y: int) -> None:
        look, px = self._look, self._look.px
        font = self._texts.font("small")
        metrics, height = QFontMetrics(font), look.theme.line_px("small") + px(6)
        x = left
        for icon, tone, words in notes:
            width = metrics.horizontalAdvance(words) + px(8 + 14 + 5 + 9)
            chip = QRectF(x + 0.5, y + 0.5, width, height - 1)
            edge = look.theme.high_contrast
            painter.setPen(look.colour(tone or "line") if edge else Qt.PenStyle.NoPen)
            painter.setBrush(QColor(look.theme.soft(tone)))
            painter.drawRoundedRect(chip, px(RADIUS.chip), px(RADIUS.chip))
            mark = look.pixmap(icon, tone or "t2", 14, self.devicePixelRatioF())
            painter.drawPixmap(x + px(8), y + (height - px(14)) // 2, mark)
            painter.setFont(font)
            painter.setPen(look.colour(tone or "t2"))
            box = QRect(x + px(27), y, width, height)
            painter.drawText(box, int(Qt.AlignmentFlag.AlignVCenter), words)
            x += width + px(6)


def _threatens(state: RowState) -> bool:
    return state.entry.criterion.negative and not state.verdict.answered


class GroupRow(_Drawn):
    """The heading of a group: folds it, says how much of it is answered and what it earned."""

    def __init__(self, look: ThemeHolder, texts: Texts) -> None:
        super().__init__(look, texts)
        self.state: GroupState | None = None

    def bind(self, state: GroupState) -> None:
        if state != self.state:
            self.state = state
            self.setAccessibleName(
                f"{inline(state.entry.criterion.text)[0]}, {self._progress(state)}, "
                + (tr("folded") if state.folded else tr("unfolded"))
            )
            self.update()

    @staticmethod
    def height_of(look: ThemeHolder, texts: Texts, state: GroupState, width: int) -> int:
        inner = width - look.px(LEFT + 24 + INDENT * state.entry.depth + RIGHT + 110)
        return max(texts.lay(state.entry.criterion.text, inner, "strong").height + look.px(20), look.px(40))

    @staticmethod
    def _progress(state: GroupState) -> str:
        return tr("{done} of {total}", done=number(state.answered), total=number(state.total))

    def paintEvent(self, event: QPaintEvent) -> None:
        state = self.state
        if state is None:
            self._ground(QPainter(self))
            return
        look, px, theme = self._look, self._look.px, self._look.theme
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._ground(painter)
        left, y, line = px(LEFT + INDENT * state.entry.depth), px(10), theme.line_px("strong")
        mark = look.pixmap(
            "chevron-right" if state.folded else "chevron-down", "t2", 16, self.devicePixelRatioF()
        )
        painter.drawPixmap(left, y + (line - px(16)) // 2, mark)
        inner = self.width() - left - px(24 + RIGHT + 110)
        painter.setPen(look.colour("t1"))
        self._texts.lay(state.entry.criterion.text, inner, "strong").draw(painter, left + px(24), y)
        painter.setFont(self._texts.font("quiet", figures=True))
        painter.setPen(look.colour("t2"))
        said = self._progress(state)
        if state.earned:
            said = f"{said} · {points(state.earned)}"
        box = QRect(0, y, self.width() - px(RIGHT), line)
        painter.drawText(box, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), said)
