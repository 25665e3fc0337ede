"""Reports' view: a batch and a report are chosen, the report stands below, and can be saved as a file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QWidget

from ui.computing_view import ComputingView
from ui.i18n import tr, trn
from ui.page import Page
from ui.reports.presenter import ReportsPresenter
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.choice import SegmentedControl
from ui.widgets.dialog import Dialog
from ui.widgets.fields import Select, TextArea
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.notice import announce
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Surface
from ui.widgets.text import Label, Paragraph

if TYPE_CHECKING:
    from ui.reports.page import ReportPage

NAMED = 8
"""Criteria and tags that the question names; the report has them all."""
FORMS = ((".html", "HTML"), (".pdf", "PDF"), (".csv", "CSV"))


class ReportsScreen(Page):
    """A `ui.navigator.Screen`."""

    def __init__(self, look: ThemeHolder, presenter: ReportsPresenter) -> None:
        super().__init__(tr("Reports"))
        self._look = look
        self._presenter = presenter
        self.batches = Select(look, tr("Batch"), [])
        self.batches.picked.connect(presenter.choose_batch)
        self.kinds = SegmentedControl(look, tr("Report"), presenter.kinds())
        self.kinds.chosen.connect(presenter.choose_kind)
        self.saves: list[Button] = []
        for suffix, form in FORMS:
            button = Button(look, tr("Save as {form}…", form=form), icon="download")
            button.clicked.connect(lambda checked=False, suffix=suffix: self._save(suffix))
            self.saves.append(button)
        self.suggest = Button(look, tr("Suggest to the lab…"), icon="message-square")
        self.suggest.clicked.connect(self._suggest)
        self.waiting = ComputingView(look, presenter.work)
        self.page: ReportPage | None = None
        self._place = Column(look, spacing=0)
        self._holder = QWidget()
        self._holder.setLayout(self._place)
        self._lay_out()
        self.wire((presenter.changed, self._show_now))

    def _lay_out(self) -> None:
        look = self._look
        choices = QWidget()
        choices.setLayout(Flow(look, self.batches, self.kinds, *self.saves, self.suggest, spacing=8))
        inside = Column(look, spacing=0, margins=(40, 22, 40, 40))
        inside.add(
            Label(look, tr("Reports"), role="title"), 12, choices, 20, self.waiting, self._holder, None
        )
        content, ground = QWidget(), Surface(look, "desk", spacing=0)
        content.setLayout(inside)
        self._scroll = ScrollArea(look, content, name=tr("Reports"))
        ground.body.add((self._scroll, 1))
        self.setLayout(Row(look, (ground, 1)))

    # ui.navigator.Screen

    def entered(self) -> None:
        self._presenter.refresh()
        self.batches.setFocus(Qt.FocusReason.OtherFocusReason)

    def closed(self) -> None:
        super().closed()
        self._presenter.closed()
        self._clear()

    # Inside

    def _show_now(self) -> None:
        presenter = self._presenter
        self._show_batches()
        report = presenter.report
        self.waiting.show_state(there=report is not None)
        for button in self.saves:
            button.setEnabled(report is not None)
        self.suggest.setVisible(bool(presenter.delegable))
        self._clear()
        if report is not None:
            from ui.reports.page import ReportPage

            self.page = ReportPage(self._look, report, presenter.facts(), presenter.open_task)
            self._place.add(self.page)
            announce(self, report.title)

    def _show_batches(self) -> None:
        self.batches.offer([(one.batch, one.title) for one in self._presenter.batches])
        if self._presenter.batch:
            self.batches.choose(self._presenter.batch)
        self.kinds.choose(self._presenter.kind)

    def _clear(self) -> None:
        if self.page is not None:
            self._place.removeWidget(self.page)
            self.page.hide()
            self.page.deleteLater()
            self.page = None

    def _suggest(self) -> None:
        """What would be signed, and a field for her own words."""
        look = self._look
        found = self._presenter.delegable
        lines = [f"• {one.name}" for one in found[:NAMED]]
        if len(found) > NAMED:
            lines.append(trn("and {n} more", "and {n} more", len(found) - NAMED))
        names = Paragraph(look, "\n".join(lines), role="body")
        comment = TextArea(look, tr("What the lab should know besides"), lines=3)
        comment.setPlaceholderText(tr("What people should keep, and why; may stay empty"))
        inside = QWidget()
        inside.setLayout(Column(look, names, comment, spacing=12))
        dialog = Dialog(
            look,
            self,
            tr("Suggest what may be left to the judge?"),
            tr("Signed by you, with the figures of this report. The lab decides."),
            verb=tr("Sign the suggestion"),
            content=inside,
            first=comment,
        )
        dialog.accepted.connect(lambda: self._presenter.suggest(comment.toPlainText()))
        dialog.finished.connect(dialog.deleteLater)
        dialog.open()

    def _save(self, suffix: str) -> None:
        name = self._presenter.file_name(suffix)
        chosen = QFileDialog.getSaveFileName(self, tr("Save the report"), name, f"*{suffix}")[0]
        self._presenter.save(chosen if not chosen or chosen.lower().endswith(suffix) else chosen + suffix)
