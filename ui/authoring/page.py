"""One task being written: the case in both wordings, its rubric, its ideal answer; beside it what keeps it here."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QWidget

from app.services.authoring import Suspect
from ui.authoring.before import BeforeLeaving
from ui.authoring.criterion import CriterionEditor
from ui.authoring.fields import select
from ui.authoring.in_view import KeptInView
from ui.authoring.presenter import AuthoringPresenter
from ui.authoring.rubric import RubricEditor
from ui.authoring.words import MARKS, state_words
from ui.i18n import tr
from ui.panels.ideal.field import Writing
from ui.panels.ideal.snippets_menu import SnippetNaming, SnippetsButton
from ui.panels.ideal.words import Words
from ui.panels.reading.answer_view import AnswerView
from ui.panels.reading.supply import Supply
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button
from ui.widgets.choice import SegmentedControl
from ui.widgets.fields import FormRow, TextField
from ui.widgets.flow import Flow
from ui.widgets.layout import Column, Row
from ui.widgets.notice import Banner
from ui.widgets.scroll import ScrollArea
from ui.widgets.surface import Well
from ui.widgets.text import IconLabel, Label, Paragraph

WRITE, READ = "write", "read"
BESIDE = 900
PREVIEW = 240


class DraftPage(QWidget):
    def __init__(
        self,
        look: ThemeHolder,
        presenter: AuthoringPresenter,
        supply: Supply,
        words: Words,
        key_of: Callable[[str], str],
    ) -> None:
        super().__init__()
        self._look = look
        self._presenter = presenter
        self._words = words
        self._spelled = ""
        self._make_head(look, key_of)
        self.title = TextField(look, tr("Title"), placeholder=tr("A few words by which one finds it again"))
        self.field = TextField(look, tr("Field"), placeholder=tr("Emergency medicine, contract law, …"))
        self.layman = Writing(
            look,
            tr("In a layman’s words"),
            words,
            placeholder=tr("As somebody without training would ask it"),
        )
        self.professional = Writing(
            look, tr("In a professional’s words"), words, placeholder=tr("As a colleague would ask it")
        )
        self.ideal = Writing(
            look,
            tr("Ideal answer"),
            words,
            placeholder=tr("The answer that should be given"),
            lines=6,
            most=20,
        )
        self.rubric = RubricEditor(look, words, key_of)
        self.before = BeforeLeaving(look)
        self._make_ideal(look, supply, key_of)
        self._lay_out()
        self._connect()

    def _make_head(self, look: ThemeHolder, key_of: Callable[[str], str]) -> None:
        self.back = Button(look, tr("All tasks"), kind="quiet", icon="arrow-left")
        self._mark = IconLabel(look, "pencil", "t2", 16)
        self._state = Label(look, role="quiet")
        self.discard = Button(look, tr("Discard"), icon="trash-2")
        self.export = Button(look, tr("Save as a file…"), icon="download")
        self.again = Button(look, tr("Write on"), icon="pencil")
        self.copy = Button(look, tr("New task from this"), icon="copy")
        self.send = Button(look, tr("Send to the lab"), kind="primary", icon="send", key=key_of("send-draft"))
        self._alone = Paragraph(look, role="second")
        self.banner = Banner(look, "good", "circle-check", "")

    def _make_ideal(self, look: ThemeHolder, supply: Supply, key_of: Callable[[str], str]) -> None:
        self.views = SegmentedControl(look, tr("View"), [(WRITE, tr("Write")), (READ, tr("As read"))])
        self.naming = SnippetNaming(look)
        self.snippets = SnippetsButton(
            look, self._words.snippets, lambda: self.ideal.textCursor().selectedText()
        )
        self.read = AnswerView(look, supply, name=tr("Ideal answer"), left=14, top=10, bottom=14)
        self._read_holder = Well(look, spacing=0)
        self._read_holder.body.setContentsMargins(0, 0, 0, 0)
        self._read_holder.body.add((self.read, 1))
        self._read_holder.setVisible(False)

    def _lay_out(self) -> None:
        look = self._look
        acts = QWidget()
        acts.setLayout(Flow(look, self.discard, self.copy, self.again, self.export, self.send, spacing=8))
        head = Row(look, self.back, self._mark, (self._state, 1), spacing=8)
        ideal_head = Row(
            look, Label(look, tr("Ideal answer"), role="strong"), None, self.snippets, self.views
        )
        form = QWidget()
        self._under = Column(look, spacing=0)
        form.setLayout(
            Column(
                look,
                FormRow(look, tr("Title"), self.title),
                FormRow(look, tr("Field"), self.field),
                FormRow(look, tr("In a layman’s words"), self.layman),
                FormRow(look, tr("In a professional’s words"), self.professional),
                self.rubric,
                Column(look, ideal_head, self.naming, self.ideal, self._read_holder, spacing=6),
                self._under,
                None,
                spacing=18,
                margins=(0, 0, 12, 24),
            )
        )
        self._form = ScrollArea(look, form, name=tr("Task"))
        self._kept = KeptInView(self._form, form, (CriterionEditor, FormRow))
        checks = QWidget()
        self._aside = Column(look, spacing=0)
        checks.setLayout(Column(look, self._aside, None, spacing=0))
        self._checks = ScrollArea(look, checks, name=tr("Before it leaves"))
        self._aside.add(self.before)
        self.setLayout(
            Column(
                look,
                head,
                8,
                acts,
                6,
                self._alone,
                4,
                self.banner,
                10,
                (Row(look, (self._form, 5), (self._checks, 3), spacing=16), 1),
                margins=(40, 14, 40, 0),
                spacing=0,
            )
        )
        look.changed.connect(self._fit)

    def _connect(self) -> None:
        presenter, rubric, before = self._presenter, self.rubric, self.before
        self.title.textEdited.connect(lambda text: presenter.write(title=text))
        self.field.textEdited.connect(lambda text: presenter.write(field=text))
        self.layman.wrote.connect(lambda text: presenter.write(layman=text))
        self.professional.wrote.connect(lambda text: presenter.write(professional=text))
        self.ideal.wrote.connect(lambda text: presenter.write(ideal=text))
        for field in (self.layman, self.professional, self.ideal):
            field.left.connect(self._leave_field)
            field.cursorPositionChanged.connect(self._kept.again)
        rubric.left.connect(self._leave_field)
        rubric.changed.connect(self._criterion_changed)
        rubric.moved.connect(self._move)
        rubric.removed.connect(self._remove)
        rubric.add_asked.connect(self._add)
        before.lack_picked.connect(self.go_to)
        before.suspect_picked.connect(self._go_to_suspect)
        before.names_nobody.connect(presenter.names_nobody)
        self.views.chosen.connect(self.show_view)
        self.snippets.chosen.connect(self._insert)
        self.snippets.naming.connect(self.naming.ask)
        self.naming.kept.connect(self._words.keep_snippet)
        self.naming.left.connect(lambda: self.ideal.setFocus(Qt.FocusReason.ShortcutFocusReason))
        self.snippets.removed.connect(self._words.remove_snippet)
        self.back.clicked.connect(presenter.leave)
        self.discard.clicked.connect(presenter.discard)
        self.copy.clicked.connect(presenter.copy)
        self.again.clicked.connect(presenter.reopen)
        self.export.clicked.connect(self._save)
        self.send.clicked.connect(presenter.send)

    # Showing

    def show_draft(self) -> None:
        """The open draft, from its title on."""
        draft = self._presenter.draft
        if draft is None:
            return
        self.title.setText(draft.title)
        self.field.setText(draft.field)
        self.layman.put(draft.layman)
        self.professional.put(draft.professional)
        self.ideal.put(draft.ideal)
        for field in (self.title, self.field, self.layman, self.professional, self.ideal):
            field.setReadOnly(draft.sent)
        self.show_rubric()
        self.before.begin()
        self._show_page(WRITE)
        self.show_state()
        if draft.id != self._spelled:
            self._spelled = draft.id
            self._form.verticalScrollBar().setValue(0)
            self._words.speller_of(draft.field, "", self._use)
        self.before.setVisible(not draft.sent)
        self._fit()
        (self.back if draft.sent else self.title).setFocus(Qt.FocusReason.OtherFocusReason)

    def show_rubric(self) -> None:
        draft = self._presenter.draft
        if draft is not None:
            self.rubric.show_criteria(draft.criteria, readonly=draft.sent)

    def show_state(self) -> None:
        """Whether it is kept, what has become of it, and what can be done."""
        presenter, draft = self._presenter, self._presenter.draft
        if draft is None:
            return
        state, words = presenter.state, presenter.state_words()
        icon, tone = MARKS[state]
        failing = presenter.failing
        self._mark.set_icon("triangle-alert" if failing else icon, "warn" if failing else tone)
        kept = tr("Draft, kept as you type") if state == "draft" else state_words(state)
        self._state.setText(tr("Not in the file yet; it will be tried again.") if failing else kept)
        self.banner.setVisible(bool(words))
        if words:
            self.banner.set(tone if tone != "accent" else "good", icon, words)
        sent = draft.sent
        self.send.setVisible(not sent)
        self.discard.setVisible(not sent)
        self.copy.setVisible(sent)
        self.again.setVisible(sent and state in ("ready", "parked"))
        self._alone.setText(presenter.alone())
        self._alone.setVisible(not sent and bool(presenter.alone()))
        self.send.set_blocked(presenter.blocked())
        self.export.set_blocked(presenter.unready())

    def show_checks(self) -> None:
        standing, numbers = self._presenter.standing, self._presenter.numbers()
        self.before.show_standing(standing, numbers)
        if standing is not None:
            self.rubric.show_doubts(standing.doubts, numbers)

    def _use(self, speller: object) -> None:
        from app.services.spelling import Speller

        if isinstance(speller, Speller):
            for field in (self.layman, self.professional, self.ideal, self.rubric):
                field.use(speller)

    # Going

    def go_to(self, where: str, start: int = 0, end: int = 0) -> None:
        """Into a field or a criterion, with [start, end) of its text selected."""
        field = self._field_of(where)
        if field is not None:
            self._show_page(WRITE)
            select(field, start, end)
            self._form.show_part(field)

    def _field_of(self, where: str) -> QWidget | None:
        plain: dict[str, QWidget] = {
            "title": self.title, "field": self.field, "layman": self.layman,
            "professional": self.professional, "ideal": self.ideal,
        }  # fmt: skip
        if where in plain:
            return plain[where]
        if where == "rubric":
            empty = [e for e in self.rubric.editors if not e.text.toPlainText().strip()]
            return empty[0].text if empty else self.rubric.add
        criterion, _, part = where.partition("/")
        editor: CriterionEditor | None = self.rubric.editor(criterion)
        return None if editor is None else editor.tags if part else editor.text

    def _go_to_suspect(self, suspect: Suspect) -> None:
        self.go_to(suspect.where, suspect.found.start, suspect.found.end)

    def _leave_field(self) -> None:
        """Esc: to the way back; everything is kept."""
        self._presenter.flush()
        self.back.setFocus(Qt.FocusReason.OtherFocusReason)

    # The rubric

    def _criterion_changed(self, criterion: str, parts: dict[str, object]) -> None:
        self._presenter.set_criterion(criterion, **parts)
        self.rubric.show_sum(self._presenter.criteria)
        self._kept.again()

    def add(self) -> None:
        """The command: after the criterion that has the focus."""
        self._add(self.rubric.current())

    def _add(self, after: str) -> None:
        draft = self._presenter.draft
        if draft is not None and not draft.sent:
            self._focus(self._presenter.add_after(after))

    def step(self, step: int) -> None:
        """The command: move the criterion that has the focus."""
        self._move(self.rubric.current(), step)

    def _move(self, criterion: str, step: int) -> None:
        if self._presenter.move(criterion, step):
            self._focus(criterion)

    def remove(self) -> None:
        """The command: take out the criterion that has the focus."""
        current = self.rubric.current()
        if current:
            self._remove(current)

    def _remove(self, criterion: str) -> None:
        at = self._presenter.place_of(criterion)
        self._presenter.remove(criterion)
        left = self._presenter.criteria
        self._focus(str(left[min(at, len(left) - 1)].id) if left else "")

    def _focus(self, criterion: str) -> None:
        self.rubric.take_focus(criterion)
        editor = self.rubric.editor(criterion)
        self._form.show_part(editor if editor is not None else self.rubric.add)

    # The ideal answer

    def toggle_view(self) -> None:
        """The command: write it, or see it as it will be read."""
        self.show_view(READ if self.views.value() == WRITE else WRITE)

    def show_view(self, view: str) -> None:
        self._show_page(view)
        page = self.read if view == READ else self.ideal
        page.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._form.show_part(self._read_holder if view == READ else self.ideal)

    def _show_page(self, view: str) -> None:
        self.views.choose(view)
        self.naming.setVisible(False)
        self.ideal.setVisible(view == WRITE)
        self._read_holder.setVisible(view == READ)
        self.snippets.setEnabled(view == WRITE and not self.ideal.isReadOnly())
        if view == READ:
            self._read_holder.setFixedHeight(max(self.ideal.height(), self._look.px(PREVIEW)))
            self.read.show_text(self.ideal.toPlainText(), "")

    def _insert(self, text: str) -> None:
        self.ideal.insertPlainText(text)
        self.ideal.setFocus(Qt.FocusReason.OtherFocusReason)

    def _save(self) -> None:
        chosen = QFileDialog.getSaveFileName(
            self, tr("Save the task"), self._presenter.file_name(), "*.jsonl"
        )[0]
        self._presenter.export(chosen)

    # Room

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _fit(self) -> None:
        """What keeps the task here stands beside it, or under it where there is no room."""
        beside = self.width() >= self._look.px(BESIDE)
        place = self._aside if beside else self._under
        if place.indexOf(self.before) < 0:
            place.add(self.before)
        draft = self._presenter.draft
        self._checks.setVisible(beside and draft is not None and not draft.sent)
