"""The reading side of a task: prompt, responses in tabs or beside each other, reference, guideline, find.

    reading = ReadingPanel(look, jobs)
    reading.show_task(opened, response)        # opened: app.services.reviewing.OpenTask
    reading.prepare(next_opened, {})           # built in idle time; the switch then costs a few milliseconds
    reading.response_shown.connect(…)          # str, the id: the person chose another response

Responses wear letters in the order of the review, never their own ids.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from app.domain.ids import ResponseId
from app.domain.order import LETTERS
from app.domain.task import Task
from app.services.reviewing import OpenTask
from ui.i18n import tr
from ui.jobs import Jobs
from ui.panels.attachments.strip import AttachmentStrip
from ui.panels.reading.alarms import LAYER, Alarms
from ui.panels.reading.comparing import Comparing
from ui.panels.reading.differences import Differences
from ui.panels.reading.find_bar import FindBar
from ui.panels.reading.going import Going
from ui.panels.reading.head_bar import BESIDE, HeadBar
from ui.panels.reading.marks import Mark
from ui.panels.reading.menu import LinkGate
from ui.panels.reading.page_links import PageLinks
from ui.panels.reading.pool import PagePool, Wanted
from ui.panels.reading.prompt_panel import PromptPanel
from ui.panels.reading.search import PanelSearch
from ui.panels.reading.side_by_side import Shown, SideBySide
from ui.panels.reading.supply import Supply
from ui.panels.reading.text_page import TextPage
from ui.theme.apply import ThemeHolder
from ui.widgets.chip import Chip
from ui.widgets.choice import SegmentedControl, TabStrip
from ui.widgets.layout import Still
from ui.widgets.notice import announce
from ui.widgets.surface import Surface

REFERENCE, GUIDELINE = "reference", "guideline"

FILES_FROM = 190
"""px at 100 %: in less height the list of files would leave the text no line."""


class ReadingPanel(Surface):
    """response_shown(id): the person chose a response. place_changed(): she read on in the one in front.

    sheet_closed(): a list over it went away. pages_changed(): other pages are in view, or show other texts
    (`shown`). pressed(offset): on the page in front. entered(): Enter in a text that is read with a caret.
    refused(why): a command has nothing to do here.
    """

    response_shown = Signal(str)
    place_changed = Signal()
    sheet_closed = Signal()
    pages_changed = Signal()
    pressed = Signal(int)
    entered = Signal()
    refused = Signal(str)

    def __init__(self, look: ThemeHolder, jobs: Jobs, supply: Supply | None = None) -> None:
        super().__init__(look, "page", spacing=0)
        self._look = look
        self.supply = supply or Supply(jobs)
        self._opened: OpenTask | None = None
        self._tab = ""
        self._before_guideline = ""
        self.raw = False
        self.side_by_side = False
        self._lines = 0
        self.links = LinkGate(look, self)
        self.prompt = PromptPanel(look, self.supply)
        self.find_bar = FindBar(look)
        self.find_bar.setVisible(False)
        self.tabs = TabStrip(look, tr("Responses"), ())
        self.modes = SegmentedControl(
            look,
            tr("View"),
            (("rendered", tr("Rendered")), ("raw", tr("Raw")), ("beside", tr("Side by side"))),
        )
        self.alarms = Alarms("", None, ())
        self.warning = Chip(look, "", icon="triangle-alert", tone="warn")
        self.warning.setVisible(False)
        self._bar = HeadBar(look, self.tabs, self.warning, self.modes)
        self.pool = PagePool(look, self.supply)
        self.comparing = Comparing(jobs, self.supply)
        self.columns = SideBySide(look, self.supply, self.comparing)
        self._pages = QStackedWidget()
        self._pages.addWidget(self.pool)
        self._pages.addWidget(self.columns)
        self.page: TextPage = self.pool.page
        self.attachments = AttachmentStrip(look)
        self.page_links = PageLinks(self)
        self.differences = Differences(look, self.comparing, self)
        self.body.add(self.prompt, self.find_bar, self._bar, self.differences)
        self._texts = Still(self._pages)
        self.body.add((self._texts, 1), self.attachments)
        self.going = Going(look, self)
        self._pages.addWidget(self.going.changes)
        self.going.sheet.closed.connect(self.sheet_closed)
        self.search = PanelSearch(look, self.find_bar, self, lambda: self.going.views)
        self._connect()

    def _connect(self) -> None:
        self.tabs.chosen.connect(self._tab_chosen)
        self._bar.prompt.clicked.connect(self.toggle_prompt)
        self.prompt.folded_changed.connect(
            lambda folded: self._bar.prompt.set_icon("chevron-right" if folded else "chevron-down")
        )
        self.modes.chosen.connect(self._mode_chosen)
        self.columns.picked.connect(lambda at: self._tab_chosen(f"{at}"))
        self.pool.scrolled.connect(self.place_changed)
        self.pool.filled.connect(self.search.again)
        self.supply.parsed.connect(self._parsed)
        for part in (self.prompt, self.pool, self.columns):
            part.link_asked.connect(self.follow)
        for pages in (self.pool, self.columns):
            pages.pressed.connect(self.pressed)
            pages.entered.connect(self.entered)
        self.find_bar.closed.connect(self.leave_find)

    # The task

    def show_task(self, opened: OpenTask, response: ResponseId | None = None) -> None:
        """Show a task, at a response (the first one if none is named)."""
        self._opened = opened
        self.pool.drop()
        task = opened.task
        self.prompt.show_turns(task.prompt, task.language)
        self.attachments.show_files(task.attachments)
        self.page_links.show_files(task.attachments)
        self._name_tabs(opened)
        at = opened.order.index(response) if response in opened.order else 0
        self._show_tab(f"{at}")

    def show_response(self, response: ResponseId) -> None:
        """Show a response of the task in front; its tab is chosen without `response_shown`."""
        if self._opened is not None and response in self._opened.order:
            self._show_tab(f"{self._opened.order.index(response)}")

    def prepare(self, opened: OpenTask, marks: Mapping[str, Iterable[Mark]]) -> None:
        """Build the first response of this task in idle time, with these marks by their layers; dropped when a
        task is shown."""
        first = opened.task.response(opened.order[0])
        self.supply.parse_later(first.text)
        self.prompt.prepare(opened.task.prompt)
        self.pool.prepare((_wanted(opened, opened.order[0]),), raw=self.raw, marks=marks)

    @property
    def response(self) -> ResponseId | None:
        """The response in front; None while the reference or the guideline is."""
        if self._opened is None or not self._tab.isdigit():
            return None
        return self._opened.order[int(self._tab)]

    @property
    def opened(self) -> OpenTask | None:
        return self._opened

    def shows(self, task: Task) -> bool:
        """Whether a task is the one that is read; while tasks change, others may be a moment behind."""
        return self._opened is not None and self._opened.task is task

    def toggle_differences(self) -> None:
        """Mark word by word what differs between the responses."""
        self.differences.toggle(self._opened)

    @property
    def front(self) -> QWidget | None:
        """The page that is seen: of the pool, the columns, or changes of code."""
        return self._pages.currentWidget()

    def show_instead(self, page: QWidget | None) -> bool:
        """A page in place of the responses, or (None) the responses again; False if nothing changed."""
        if page is not None:
            self._pages.setCurrentWidget(page)
        elif self.front is self.going.changes:
            self._show_tab(self._tab)
        else:
            return False
        return True

    @property
    def shown(self) -> list[tuple[ResponseId, TextPage]]:
        """The responses in view, the one in front first."""
        opened, front = self._opened, self.response
        if opened is None or front is None or self.front is self.going.changes:
            return []
        if self._pages.currentWidget() is not self.columns:
            return [(front, self.page)]
        found = [(opened.order[at], page) for at, page in self.columns.numbered]
        return sorted(found, key=lambda shown: shown[0] != front)

    def put_over_pages(self, part: QWidget) -> None:
        """A part of another room's, between the line of tabs and the pages."""
        self.body.insertWidget(self.body.indexOf(self._texts), part)

    def put_over_files(self, part: QWidget) -> None:
        """A part of another room's, between the pages and the attachments."""
        self.body.insertWidget(self.body.indexOf(self.attachments), part)

    def set_low(self, lines: int) -> None:
        """Little height: so many lines of text are always whole in view, the prompt's line folds into the tabs',
        responses are in tabs; 0: there is height enough."""
        before, self._lines = self._lines, lines
        self._texts.setMinimumHeight(self._high(lines))
        if bool(before) == bool(lines):
            return
        self.prompt.set_low(bool(lines))
        if lines:
            self.body.removeWidget(self.differences)
            self._bar.set_slim(self.differences)
        else:
            shown = not self.differences.isHidden()
            self._bar.set_slim(None)
            self.body.insertWidget(self.body.indexOf(self._bar) + 1, self.differences)
            self.differences.setVisible(shown)
        self._give_files_room()
        if self.side_by_side and self._opened is not None:
            self._show_tab(self._tab)

    def least_height(self, lines: int) -> int:
        """With so many lines of text and all that is open about them."""
        body = self.body
        rest = max(body.totalMinimumHeightForWidth(self.width()), body.totalMinimumSize().height())
        return rest - self._texts.minimumHeight() + self._high(lines)

    def _high(self, lines: int) -> int:
        """The height of lines of this task's text, with some air."""
        opened = self._opened
        language = (opened.task.language or opened.batch.language) if opened is not None else ""
        return lines * self._look.px(self._look.theme.reading(language).line) + self._look.px(
            12 if lines > 1 else 0
        )

    def _columns(self) -> int:
        """How many responses have room beside each other."""
        return 1 if self._lines else self.columns.room_for(self.width())

    def _give_files_room(self) -> None:
        self.attachments.set_room(not self._lines and self.height() >= self._look.px(FILES_FROM))

    def _name_tabs(self, opened: OpenTask) -> None:
        count = len(opened.order)
        self._bar.set_responses([_name(i) for i in range(count)], LETTERS[:count])
        more = [(REFERENCE, tr("Reference"))] if opened.task.reference else []
        if opened.batch.guideline:
            more.append((GUIDELINE, tr("Guidelines")))
        self._bar.set_more(more)
        self._bar.fit()

    def _show_tab(self, tab: str) -> None:
        opened = self._opened
        if opened is None:
            return
        self._tab = tab
        self.tabs.choose(tab)
        language, batch = opened.task.language, opened.batch
        if tab == REFERENCE:
            self._bring(opened.task.reference, language or batch.language, tr("Reference"))
        elif tab == GUIDELINE:
            self._bring(batch.guideline, batch.language, tr("Guidelines"))
        elif self.side_by_side and self._columns() > 1 and len(opened.order) > 1:
            shown = [Shown(_name(i), *_wanted(opened, r)) for i, r in enumerate(opened.order)]
            self._pages.setCurrentWidget(self.columns)
            self.page = self.columns.show_responses(shown, int(tab), self.width(), raw=self.raw)
        else:
            text, said = _wanted(opened, opened.order[int(tab)])
            self._bring(text, said, _name(int(tab)))
        self.modes.choose(self._mode())
        self._warn()
        self.search.again()
        self.pages_changed.emit()

    def _bring(self, text: str, language: str, name: str) -> None:
        self._pages.setCurrentWidget(self.pool)
        self.page = self.pool.bring(text, language, name=name, raw=self.raw)

    def _mode(self) -> str:
        beside = self._pages.currentWidget() is self.columns
        return BESIDE if beside else "raw" if self.raw else "rendered"

    def _parsed(self, text: str) -> None:
        if text == self.page.text:
            self._warn()

    def _warn(self) -> None:
        """Say what in the text in front reads otherwise than it is; mark it where it stands."""
        text = self.page.text
        document = self.page.document
        found = self.alarms = Alarms(text, document, self.supply.lookalikes(text))
        self.warning.setVisible(bool(found))
        if found:
            self.warning.set(found.words, icon="triangle-alert", tone="warn")
            self.warning.setToolTip(found.explained)
        self.page.show_marks(found.marks, LAYER)

    # Commands

    def toggle_raw(self) -> None:
        """Rendered or as written; the reading place stays."""
        self.raw = not self.raw
        if self._pages.currentWidget() is self.columns:
            self.columns.set_raw(self.raw)
        else:
            self.page.set_raw(self.raw)
        self.modes.choose(self._mode())
        self.search.again()

    def toggle_side_by_side(self) -> None:
        """Responses in tabs or beside each other, where two have room."""
        opened = self._opened
        if opened is None or not self._tab.isdigit():
            return
        if not self.side_by_side and (len(opened.order) < 2 or self._columns() < 2):
            only = len(opened.order) < 2
            words = tr("There is only one response.") if only else tr("There is no room for two responses.")
            self.refused.emit(words)
            self.modes.choose(self._mode())
            return
        self.side_by_side = not self.side_by_side
        self._show_tab(self._tab)

    def toggle_together(self) -> None:
        """Responses side by side scroll together, or each alone."""
        self.columns.together = not self.columns.together
        words = tr("They scroll together.") if self.columns.together else tr("Each scrolls alone.")
        announce(self, words)
        self.differences.say(words)

    def follow(self, target: str) -> None:
        """A link: to a page of an attachment, else out of the program, which is asked for first."""
        if not self.page_links.open(target):
            self.links.ask(target)

    def toggle_prompt(self) -> None:
        self.prompt.toggle()

    def toggle_guideline(self) -> None:
        """The guideline of the batch, and back to where one was."""
        if self._opened is None or not self._opened.batch.guideline:
            return
        if self._tab == GUIDELINE:
            self._show_tab(self._before_guideline or "0")
        else:
            self._before_guideline = self._tab
            self._show_tab(GUIDELINE)

    def scroll_page(self, direction: int = 1) -> bool:
        """Scroll what is in front by a page; True if it stood at its end already."""
        changes = self.going.changes
        return not (changes if self.front is changes else self.page.view).page(direction)

    def open_find(self) -> None:
        self.search.open()

    def leave_find(self) -> bool:
        """Close what lies over the page or in its place: a list, the find bar, changes; False if nothing does."""
        return self.going.sheet.close_sheet() or self.search.close() or self.going.leave_changes()

    def choose(self, response: ResponseId) -> None:
        """Bring a response to the front, as its tab does."""
        if self._opened is not None:
            self._tab_chosen(f"{self._opened.order.index(response)}")

    def _tab_chosen(self, tab: str) -> None:
        self._show_tab(tab)
        if self.response is not None:
            self.response_shown.emit(self.response)

    def _mode_chosen(self, mode: str) -> None:
        if (mode == BESIDE) != (self._mode() == BESIDE):
            self.toggle_side_by_side()
        if mode != BESIDE and (mode == "raw") != self.raw:
            self.toggle_raw()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_files_room()
        if self.side_by_side and event.size().width() != event.oldSize().width():
            self._show_tab(self._tab)


def _name(at: int) -> str:
    return tr("Response {letter}", letter=LETTERS[at])


def _wanted(opened: OpenTask, response: ResponseId) -> Wanted:
    found = opened.task.response(response)
    return found.text, found.language or opened.task.language or opened.batch.language
