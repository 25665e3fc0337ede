"""Choosing the label of a span and its severity by digits, one question after the other.

    choosing = Choosing(asked)            # app.domain.questions.Spans
    choosing.caption, choosing.options    # what is asked now; each option has its key
    choosing.pick(1); choosing.done       # then: choosing.label, choosing.severity

1–9 choose. A label with others under it asks once more; there 0 means the label itself. More than nine go on
pages: 9 is then “More”.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.domain.questions import Label, Spans
from ui.i18n import tr

_PAGE = 9


@dataclass(frozen=True, slots=True)
class Option:
    """value: the id of a label or a severity; empty: more of them."""

    key: str
    value: str
    words: str


class Choosing:
    """`label` and `severity` are chosen when `done`. quote: what is to be labelled, as it is read."""

    def __init__(self, asked: Spans, quote: str = "") -> None:
        self._asked = asked
        self.quote = quote
        self._parent: Label | None = None
        self._page = 0
        self.label = ""
        self.severity = ""

    @property
    def done(self) -> bool:
        return bool(self.label) and (bool(self.severity) or not self._asked.severities)

    @property
    def caption(self) -> str:
        if self.label:
            return tr("How severe is it?")
        if self._parent is not None:
            return tr("What exactly? ({label})", label=self._parent.text)
        return tr("What is it?")

    @property
    def options(self) -> tuple[Option, ...]:
        if self.label:
            return self._paged([(s, s) for s in self._asked.severities])
        if self._parent is None:
            return self._paged([(x.id, x.text) for x in top_labels(self._asked)])
        below = self._paged([(x.id, x.text) for x in children(self._asked, self._parent.id)])
        itself = Option("0", self._parent.id, tr("{label}, no more exactly", label=self._parent.text))
        return (*below, itself)

    def _paged(self, found: list[tuple[str, str]]) -> tuple[Option, ...]:
        if len(found) <= _PAGE:
            return tuple(Option(str(i), *option) for i, option in enumerate(found, 1))
        size = _PAGE - 1
        pages = -(-len(found) // size)
        first = (self._page % pages) * size
        shown = [Option(str(i), *option) for i, option in enumerate(found[first : first + size], 1)]
        return (*shown, Option("9", "", tr("More…")))

    def pick(self, digit: int) -> bool:
        """Choose by key; False if the digit means nothing now."""
        chosen = next((o for o in self.options if o.key == str(digit)), None)
        if chosen is None:
            return False
        if not chosen.value:
            self._page += 1
        elif self.label:
            self.severity = chosen.value
        else:
            self._take(chosen.value)
        return True

    def _take(self, label: str) -> None:
        self._page = 0
        itself = self._parent is not None and label == self._parent.id
        if not itself and children(self._asked, label):
            self._parent = next(x for x in self._asked.labels if x.id == label)
        else:
            self.label = label


def top_labels(asked: Spans) -> list[Label]:
    known = {x.id for x in asked.labels}
    return [x for x in asked.labels if x.parent not in known]


def children(asked: Spans, label: str) -> list[Label]:
    return [x for x in asked.labels if x.parent == label and x.id != label]
