"""What in a text reads otherwise than it is: hidden characters and letters that look like others, told and listed."""

from __future__ import annotations

from app.rendering.lookalikes import Lookalike
from app.rendering.tree import Document
from ui.i18n import tr, trn
from ui.panels.reading.inline import warning_tip
from ui.panels.reading.marks import LOOKALIKE, Mark
from ui.panels.reading.places import Spot
from ui.widgets.rows import RowData

LAYER = "alarms"
_MOST = 200


class Alarms:
    """Of one text; document: its tree, None while it is on its way; lookalikes: what was found in it."""

    def __init__(self, text: str, document: Document | None, lookalikes: tuple[Lookalike, ...]) -> None:
        self._text = text
        self._hidden = document.warnings if document is not None else ()
        self._lookalikes = lookalikes

    def __bool__(self) -> bool:
        return bool(self._hidden or self._lookalikes)

    @property
    def words(self) -> str:
        """In few words, for a chip."""
        hidden, alike = len(self._hidden), len(self._lookalikes)
        parts = [
            trn("{n} hidden character", "{n} hidden characters", hidden) if hidden else "",
            trn("{n} word with foreign letters", "{n} words with foreign letters", alike) if alike else "",
        ]
        return " · ".join(p for p in parts if p)

    @property
    def explained(self) -> str:
        """In whole sentences."""
        parts = []
        if self._hidden:
            parts.append(
                tr(
                    "Characters that are not seen, or turn the direction of text, are marked ▯ where they stand."
                )
            )
        parts += [self._said(found) for found in self._lookalikes[:5]]
        return "\n".join(parts)

    def _said(self, found: Lookalike) -> str:
        word = self._text[found.start : found.end]
        return tr(
            "“{word}” reads as “{reads}” but holds {name}.", word=word, reads=found.reads, name=found.name
        )

    @property
    def marks(self) -> list[Mark]:
        return [Mark(found.start, found.end, LOOKALIKE) for found in self._lookalikes]

    @property
    def spots(self) -> list[Spot]:
        """Where they stand, to go to."""
        found = [
            Spot(
                w.start, RowData(warning_tip(w), tr("Hidden in the text"), icon="triangle-alert", tone="warn")
            )
            for w in self._hidden[:_MOST]
        ]
        found += [
            Spot(a.start, RowData(self._said(a), tr("Foreign letters"), icon="triangle-alert", tone="warn"))
            for a in self._lookalikes[:_MOST]
        ]
        return sorted(found, key=lambda spot: spot.start)
