"""What the list page shows: drafts with what has become of them, and the other proposals."""

from __future__ import annotations

import json

from app.domain.ids import TaskId
from app.errors import InputError
from app.services import authoring
from app.services.authoring import Draft
from app.services.lettering import Letter, letters
from ui.authoring.words import draft_row, proposal_row
from ui.live import LiveSession
from ui.widgets.rows import RowData


class Lists:
    """Read once by `read`; rows are words made when they are seen."""

    def __init__(self, live: LiveSession) -> None:
        self._live = live
        self.drafts: tuple[Draft, ...] = ()
        self.proposals: tuple[Letter, ...] = ()
        self.letters: dict[str, Letter] = {}

    def read(self) -> None:
        session = self._live.session
        found = letters(session, "proposal")
        self.letters = {one.id: one for one in found}
        self.drafts = authoring.drafts(session)
        own = {draft.letter for draft in self.drafts}
        self.proposals = tuple(one for one in found if one.id not in own)

    def clear(self) -> None:
        self.drafts, self.proposals, self.letters = (), (), {}

    def draft_row(self, at: int) -> RowData:
        draft = self.drafts[at]
        return draft_row(draft, self.letters.get(draft.letter), self._live.clock_now)

    def proposal_row(self, at: int) -> RowData:
        letter = self.proposals[at]
        return proposal_row(letter, self._task_title(letter), self._live.clock_now)

    def field(self) -> str:
        """Of the newest draft, else of the newest batch."""
        if self.drafts:
            return self.drafts[0].field
        batches = self._live.session.workspace.lab.batches()
        return str(json.loads(batches[-1].payload).get("field") or "") if batches else ""

    def _task_title(self, letter: Letter) -> str:
        if letter.task is None:
            return ""
        try:
            return self._live.session.workspace.lab.task_row(TaskId(letter.task)).title
        except InputError:
            return letter.task
