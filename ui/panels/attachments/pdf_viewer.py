"""A PDF: its pages with a line over them to go, to zoom, to find, to cite."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QMenu

from app.decoding.values import Link, Look, PageText, Picture
from ui.i18n import number, percent, tr, trn
from ui.panels.attachments.canvas import CONTROL, STEP
from ui.panels.attachments.files import File
from ui.panels.attachments.pdf_search import PdfSearch
from ui.panels.attachments.pdf_text import quote, rectangles
from ui.panels.attachments.pdf_view import PdfView
from ui.panels.attachments.place_field import PlaceField
from ui.panels.attachments.viewer import Viewer
from ui.panels.reading.find_bar import FindBar
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button, IconButton
from ui.widgets.choice import SegmentedControl
from ui.widgets.flow import Flow
from ui.widgets.notice import announce
from ui.widgets.surface import Surface
from ui.widgets.text import Label

CONTINUOUS, SINGLE = "continuous", "single"
MOST_QUOTE = 4_000
"""Characters of a citation."""
_POINTS_A_PX = 0.75


class PdfViewer(Viewer):
    def __init__(self, look: ThemeHolder, file: File, facts: Look, keys: dict[str, str]) -> None:
        super().__init__(look, file, facts)
        count = len(facts.pages)
        self.view = PdfView(look, file.attachment.name)
        self.search = PdfSearch(file, count, self)
        self.find_bar = FindBar(look, name=tr("Find in this file"), placeholder=tr("Find in this file"))
        self.find_bar.setVisible(False)
        self.field = PlaceField(look, tr("Page"), count)
        self._of = Label(look, tr("of {n}", n=number(count)), role="small", figures=True)
        before = IconButton(look, "chevron-up", tr("Previous page"), key="Left")
        after = IconButton(look, "chevron-down", tr("Next page"), key="Right")
        smaller = IconButton(look, "minus", tr("Smaller"), key="-")
        larger = IconButton(look, "plus", tr("Larger"), key="+")
        self._zoom = Button(look, "", kind="quiet", key="0")
        self.modes = SegmentedControl(
            look, tr("Pages"), ((CONTINUOUS, tr("Continuous")), (SINGLE, tr("Single pages")))
        )
        find = IconButton(look, "text-search", tr("Find in this file"), key="Ctrl+F")
        self._links = IconButton(look, "link", tr("Links on this page"))
        self.cite_button = Button(look, tr("Cite"), icon="quote", key=keys.get("cite", ""))
        bar = Surface(look, "bar", spacing=0, margins=(12, 5, 12, 5), height=44)
        bar.body.add(
            Flow(look, before, after, self.field, self._of, smaller, self._zoom, larger, self.modes, find,
                 self._links, self.cite_button, spacing=5)
        )  # fmt: skip
        self._links_here: tuple[Link, ...] = ()
        self.body.add(bar, self.find_bar, (self.view, 1))
        before.clicked.connect(lambda: self.view.go_to(self.view.page - 1))
        after.clicked.connect(lambda: self.view.go_to(self.view.page + 1))
        smaller.clicked.connect(lambda: self.view.zoom_by(1 / STEP))
        larger.clicked.connect(lambda: self.view.zoom_by(STEP))
        find.clicked.connect(self.open_find)
        self._zoom.clicked.connect(self.view.fit)
        self._links.clicked.connect(self._show_links)
        self.cite_button.clicked.connect(self.cite)
        self.modes.chosen.connect(lambda mode: self.view.set_alone(mode == SINGLE))
        self.field.editingFinished.connect(self._typed)
        self.field.beyond.connect(self._beyond)
        self._connect()
        self.view.set_pages(facts.pages)
        self._page_changed(0)
        self._selected()

    def _connect(self) -> None:
        view, bar = self.view, self.find_bar
        view.picture_wanted.connect(self._ask_picture)
        view.text_wanted.connect(self._ask_text)
        view.page_changed.connect(self._page_changed)
        view.selected.connect(self._selected)
        view.zoomed.connect(self._zoomed)
        view.find_asked.connect(self.open_find)
        bar.asked.connect(self.search.find)
        bar.stepped.connect(lambda step: self.search.step(step, view.page))
        bar.closed.connect(self.leave_find)
        self.search.changed.connect(self._found)

    # Asking the decoder

    def _ask_picture(self, page: int, scale: float) -> None:
        def done(picture: Picture) -> None:
            self.view.put_picture(page, scale, picture)

        def failed(error: object) -> None:
            self.view.give_up(page, scale)
            self.failed.emit(error)

        self.file.ask(lambda d, s: d.page(s, page, scale), done=done, failed=failed, owner=self)

    def _ask_text(self, page: int) -> None:
        def done(text: PageText) -> None:
            self.view.put_text(page, text)
            if page == self.view.page:
                self._note_links(text.links)
            self._go_to_found(only=page)

        # A page whose text cannot be read is still seen.
        self.file.ask(lambda d, s: d.page_text(s, page), done=done, failed=lambda _: None, owner=self)

    # Viewer

    @property
    def pages(self) -> int:
        return len(self.facts.pages)

    @property
    def place(self) -> str:
        return tr("p. {n}", n=number(self.view.page + 1))

    def take_focus(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def go_to_page(self, page: int) -> None:
        self.view.go_to(page - 1)
        self.take_focus()

    def ask_page(self) -> bool:
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()
        return True

    def open_find(self) -> bool:
        self.find_bar.open()
        return True

    def leave_find(self) -> bool:
        if self.find_bar.isHidden():
            return False
        self.find_bar.setVisible(False)
        place = self.search.places[self.search.at] if self.search.at >= 0 else None
        self.search.find("")
        if place is not None:  # what was found in front is chosen: it can be cited at once
            self.view.choose((place[0], place[1]), (place[0], place[2]))
        self.take_focus()
        return True

    def cite_no_more(self) -> None:
        self.cite_button.hide()

    def cite(self) -> bool:
        """Copy what is chosen with its page, and tell who binds it."""
        words, page = self.chosen()
        if not words:
            return False
        name = self.file.attachment.name
        QGuiApplication.clipboard().setText(tr("“{quote}” ({name}, p. {n})", quote=words, name=name, n=page))
        self.cited.emit(page, words)
        return True

    def chosen(self) -> tuple[str, int]:
        """The chosen words and the page, from 1, on which they begin; ("", 0) when nothing is chosen."""
        found = self.view.marks.chosen
        if found is None:
            return "", 0
        first, last = found
        parts = []
        for page in range(first[0], last[0] + 1):
            text = self.view.texts.get(page)
            stretch = self.view.marks.chosen_on(page, len(text.text) if text is not None else 0)
            if text is not None and stretch is not None:
                parts.append(text.text[slice(*stretch)])
        words = quote("\n".join(parts))[:MOST_QUOTE]
        return (words, first[0] + 1) if words else ("", 0)

    # What follows from what

    def _page_changed(self, page: int) -> None:
        if not self.field.hasFocus():
            self.field.setValue(page + 1)
        self._of.setText(tr("of {n}", n=number(self.pages)))
        self._of.set_tone("t1")
        text = self.view.texts.get(page)
        self._note_links(text.links if text is not None else ())
        announce(self.view, tr("Page {at} of {n}", at=number(page + 1), n=number(self.pages)))

    def _typed(self) -> None:
        had = self.field.hasFocus()
        self.view.go_to(self.field.value() - 1)
        if had:
            self.take_focus()

    def _beyond(self) -> None:
        words = trn("The file has {n} page.", "The file has {n} pages.", self.pages, n=number(self.pages))
        self._of.setText(words)
        self._of.set_tone("warn")
        announce(self.view, words)

    def _zoomed(self) -> None:
        self._zoom.set_words(percent(self.view.pages.scale * _POINTS_A_PX))
        self._zoom.setAccessibleName(tr("Fit the width"))

    def _selected(self) -> None:
        words, page = self.chosen()
        self.cite_button.set_blocked("" if words else tr("Choose some text first."))
        if words:
            announce(self.view, tr("Chosen on page {n}: {words}", n=number(page), words=words[:200]))

    def _found(self) -> None:
        search = self.search
        self.find_bar.tell(search.at, len(search.places))
        self.view.show_marks(*search.by_page())
        self._go_to_found()

    def _go_to_found(self, only: int | None = None) -> None:
        """To the place in front; again, exactly, when the boxes of its page are there."""
        search = self.search
        if search.at < 0 or (only is not None and search.places[search.at][0] != only):
            return
        page, start, end = search.places[search.at]
        text = self.view.texts.get(page)
        boxes = rectangles(text, start, end) if text is not None else []
        self.view.go_to(page, boxes[0] if boxes else None)

    # Links: listed, never followed

    def _note_links(self, links: tuple[Link, ...]) -> None:
        self._links_here = tuple(dict.fromkeys(links))
        self._links.set_blocked("" if links else tr("There is no link on this page."))
        if links:
            self._links.set_name(
                trn("{n} link on this page", "{n} links on this page", len(self._links_here))
            )

    def _show_links(self) -> None:
        menu = QMenu(self)
        for link in self._links_here[:40]:
            if link.page >= 0:
                action = menu.addAction(tr("Go to page {n}", n=number(link.page + 1)))
                action.triggered.connect(lambda _=False, page=link.page: self.view.go_to(page))
            elif link.address:
                action = menu.addAction(tr("Copy {address}", address=link.address[:120]))
                action.triggered.connect(
                    lambda _=False, address=link.address: QGuiApplication.clipboard().setText(address)
                )
        menu.aboutToHide.connect(menu.deleteLater)
        menu.popup(self._links.mapToGlobal(QPoint(0, self._links.height())))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_C and event.modifiers() == CONTROL and self.chosen()[0]:
            QGuiApplication.clipboard().setText(self.chosen()[0])
        else:
            super().keyPressEvent(event)
