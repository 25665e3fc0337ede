"""Snippets and spelling for whoever writes: what the services keep, brought into the GUI thread."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QObject

from app.errors import AssayError
from app.services import snippets, spelling
from app.services.reviewing import OpenTask
from app.services.snippets import Snippet
from app.services.spelling import Speller
from ui.jobs import Jobs
from ui.live import LiveSession


class Words(QObject):
    """failed: told when a snippet or a word cannot be kept, and why."""

    def __init__(
        self,
        live: LiveSession,
        jobs: Jobs,
        failed: Callable[[AssayError], None],
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._live = live
        self._jobs = jobs
        self._failed = failed
        self._loaded: Speller | None = None

    def snippets(self) -> Sequence[Snippet]:
        return snippets.snippets(self._live.session)

    def keep_snippet(self, name: str, text: str) -> None:
        # Qt separates the lines of a selection by U+2029.
        plain = text.replace("\u2029", "\n")
        self._live.perform(lambda ws: snippets.keep(ws, name, plain), failed=self._failed)

    def remove_snippet(self, name: str) -> None:
        self._live.perform(lambda ws: snippets.remove(ws, name), failed=self._failed)

    def keep_word(self, word: str) -> None:
        self._live.perform(lambda ws: spelling.add_word(ws, word), failed=self._failed)

    def drop_word(self, word: str) -> None:
        """It is no longer one's own."""
        self._live.perform(lambda ws: spelling.remove_word(ws, word), failed=self._failed)

    def speller_for(self, opened: OpenTask, done: Callable[[Speller], None]) -> None:
        """A speller that knows this task's words; the dictionary is read in the worker, once."""
        text = "\n".join((*(t.text for t in opened.task.prompt), *(r.text for r in opened.task.responses)))
        self.speller_of(opened.batch.field, text, done)

    def speller_of(self, field: str, text: str, done: Callable[[Speller], None]) -> None:
        """A speller that knows a field's words and those of a text."""
        made = spelling.speller(self._live.session, field, text)
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
