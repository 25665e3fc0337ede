"""Snippets and spelling for whoever writes: what the services keep, brought into the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from app.errors import AssayError
from app.services import snippets, spelling
from app.services.reviewing import OpenTask
from app.services.session import Session
from app.services.snippets import Snippet
from app.services.spelling import Speller
from ui.jobs import Jobs


class Words(QObject):
    """failed: told when a snippet cannot be kept."""

    def __init__(
        self,
        session: Session,
        jobs: Jobs,
        failed: Callable[[AssayError], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session = session
        self._jobs = jobs
        self._failed = failed
        self._loaded: Speller | None = None

    def snippets(self) -> Sequence[Snippet]:
        return snippets.snippets(self._session)

    def keep_snippet(self, name: str, text: str) -> None:
        try:
            # Qt separates the lines of a selection by U+2029.
            snippets.keep(self._session, name, text.replace("\u2029", "\n"))
        except AssayError as error:
            self._failed(error)

    def remove_snippet(self, name: str) -> None:
        snippets.remove(self._session, name)

    def keep_word(self, word: str) -> None:
        spelling.add_word(self._session, word)

    def speller_for(self, opened: OpenTask, done: Callable[[Speller], None]) -> None:
        """A speller that knows this task's words; the dictionary is read in the worker, once."""
        text = "\n".join((*(t.text for t in opened.task.prompt), *(r.text for r in opened.task.responses)))
        self.speller_of(opened.batch.field, text, done)

    def speller_of(self, field: str, text: str, done: Callable[[Speller], None]) -> None:
        """A speller that knows a field's words and those of a text."""
        made = spelling.speller(self._session, field, text)
        if self._loaded is not None:
            made.borrow(self._loaded)
            done(made)
            return

        def load(_: object) -> Speller:
            made.load()
            return made

        def loaded(speller: Speller) -> None:
            self._loaded = speller
            done(speller)

        self._jobs.run(load, done=loaded, failed=self._failed, owner=self)
