"""Pictures and DICOM: light by sliders, by drag or by keys; frames; the windows that radiologists know."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QSlider

from app.decoding.client import Decoder
from app.decoding.values import Kind, Look, Picture, Source
from app.errors import AssayError
from ui.i18n import mark, number, percent, tr, tr_later, trn
from ui.panels.attachments.canvas import STEP
from ui.panels.attachments.files import File
from ui.panels.attachments.picture_view import PictureView
from ui.panels.attachments.place_field import PlaceField
from ui.panels.attachments.viewer import Viewer
from ui.theme.apply import ThemeHolder
from ui.widgets.button import Button, IconButton
from ui.widgets.fields import Select
from ui.widgets.flow import Flow
from ui.widgets.notice import announce
from ui.widgets.surface import Surface
from ui.widgets.text import Label

AS_GIVEN, WHOLE = "as-given", "whole"
CT_WINDOWS = (
    ("lung", mark("Lung"), -600, 1500),
    ("soft", mark("Soft tissue"), 40, 400),
    ("bone", mark("Bone"), 300, 1500),
    ("brain", mark("Brain"), 40, 80),
)
"""Centre and width in Hounsfield units, as textbooks of radiology give them."""


class PictureViewer(Viewer):
    """first and second: brightness and contrast in percent; for DICOM the window's centre and width."""

    def __init__(self, look: ThemeHolder, file: File, facts: Look) -> None:
        super().__init__(look, file, facts)
        self.dicom = facts.kind is Kind.DICOM
        self.grey = not self.dicom or facts.window[1] > 0
        self.view = PictureView(look, file.attachment.name)
        self.frame = PlaceField(look, tr("Frame"), facts.frames)
        self.first, self.second = self._sliders(look)
        self._said = Label(look, role="small", figures=True)
        self._zoom = Button(look, "", kind="quiet", key="0")
        self._running = False
        self._again = False
        self.windows = Select(look, tr("Window"), self._windows())
        self._lay_out(look)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(0)
        self._soon.timeout.connect(self._ask)
        self.view.adjusted.connect(self._drag)
        self.view.frame_stepped.connect(lambda step: self.frame.setValue(self.frame.value() + step))
        self.view.zoomed.connect(self._zoomed)
        self._zoom.clicked.connect(self.view.fit)
        self.windows.picked.connect(self.choose_window)
        for slider in (self.first, self.second):
            slider.valueChanged.connect(self._changed)
        self.frame.valueChanged.connect(self._changed)
        self.frame.beyond.connect(self._beyond)
        self.reset()

    def _sliders(self, look: ThemeHolder) -> tuple[QSlider, QSlider]:
        low, high = (round(v) for v in self.facts.span)
        ranges = ((-100, 100), (10, 400))
        names = (tr("Brightness"), tr("Contrast"))
        if self.dicom:
            ranges = ((low, max(high, low + 1)), (1, max(2 * (high - low), 2)))
            names = (tr("Window centre"), tr("Window width"))
        made = []
        for name, (least, most) in zip(names, ranges, strict=True):
            slider = QSlider(Qt.Orientation.Horizontal)
            slider.setRange(least, most)
            slider.setPageStep(max(1, (most - least) // 20))
            slider.setSingleStep(max(1, (most - least) // 200))
            slider.setAccessibleName(name)
            slider.setToolTip(name)
            slider.setFixedWidth(look.px(96))
            made.append(slider)
        return made[0], made[1]

    def _windows(self) -> list[tuple[str, str]]:
        choices = [(AS_GIVEN, tr("As the file asks")), (WHOLE, tr("All values"))]
        if ("Modality", "CT") in self.facts.facts:
            choices += [(value, tr_later(words)) for value, words, *_ in CT_WINDOWS]
        return choices

    def _lay_out(self, look: ThemeHolder) -> None:
        smaller = IconButton(look, "minus", tr("Smaller"), key="-")
        larger = IconButton(look, "plus", tr("Larger"), key="+")
        full = Button(look, tr("Full size"), kind="quiet")
        reset = IconButton(look, "rotate-ccw", tr("As it came"))
        smaller.clicked.connect(lambda: self.view.zoom_by(1 / STEP))
        larger.clicked.connect(lambda: self.view.zoom_by(STEP))
        full.clicked.connect(self.view.full_size)
        reset.clicked.connect(self.reset)
        flow = Flow(look, spacing=6)
        for part in (smaller, self._zoom, larger, full):
            flow.add(part)
        if self.grey:
            for slider in (self.first, self.second):
                flow.add(Label(look, slider.accessibleName(), role="small"))
                flow.add(slider)
            flow.add(self._said)
            flow.add(reset)
        if self.dicom and self.grey:
            flow.add(self.windows)
        if self.facts.frames > 1:
            flow.add(Label(look, tr("Frame"), role="small"))
            flow.add(self.frame)
            flow.add(Label(look, tr("of {n}", n=number(self.facts.frames)), role="small", figures=True))
        bar = Surface(look, "bar", spacing=0, margins=(12, 6, 12, 6), height=44)
        bar.body.add(flow)
        self.body.add(bar, (self.view, 1))

    # Light

    def reset(self) -> None:
        """As the file came."""
        if self.dicom:
            self.windows.choose(AS_GIVEN)
            self._set(*self.facts.window)
        else:
            self._set(0, 100)

    def choose_window(self, value: str) -> None:
        low, high = self.facts.span
        known = {name: (centre, width) for name, _, centre, width in CT_WINDOWS}
        known[WHOLE] = round((low + high) / 2), round(high - low)
        centre, width = known.get(value, self.facts.window)
        self.windows.choose(value if value in known else AS_GIVEN)
        self._set(centre, width)

    def _set(self, first: float, second: float) -> None:
        for slider, value in ((self.first, round(first)), (self.second, round(second))):
            slider.setRange(min(slider.minimum(), value), max(slider.maximum(), value))
            slider.setValue(value)
        self._changed()

    def _drag(self, right: int, up: int) -> None:
        """Right: more contrast, or a wider window. Up: brighter, or a lower centre."""
        if self.dicom:
            per_px = max(1.0, (self.facts.span[1] - self.facts.span[0]) / 600)
            self.first.setValue(self.first.value() - round(up * per_px))
            self.second.setValue(self.second.value() + round(right * per_px))
        else:
            self.first.setValue(self.first.value() + up)
            self.second.setValue(self.second.value() + right)

    def _changed(self) -> None:
        first, second = self.first.value(), self.second.value()
        if self.dicom:
            words = tr("centre {centre}, width {width}", centre=number(first), width=number(second))
        else:
            words = tr("{first}, contrast {second}", first=_signed(first), second=percent(second / 100))
        self._tell(words)
        self._soon.start()

    def _beyond(self) -> None:
        n = self.frame.maximum()
        self._tell(trn("The file has {n} frame.", "The file has {n} frames.", n, n=number(n)))

    def _tell(self, words: str) -> None:
        self._said.setText(words)
        announce(self.view, words)

    def _ask(self) -> None:
        """The newest light only: while one answer is on its way, later wishes become one."""
        if self._running:
            self._again = True
            return
        self._running = True
        frame, first, second = self.frame.value() - 1, self.first.value(), self.second.value()
        work: Callable[[Decoder, Source], Picture]
        if self.dicom:
            work = lambda d, s: d.dicom(s, frame, first, second)  # noqa: E731
        else:
            work = lambda d, s: d.picture(s, frame, first / 100, second / 100)  # noqa: E731
        self.file.ask(work, done=self._came, failed=self._not_come, owner=self)

    def _came(self, picture: Picture) -> None:
        self.view.show_picture(picture, self.facts.size)
        self._next()

    def _not_come(self, error: AssayError) -> None:
        self.fail(error)
        self._next()

    def _next(self) -> None:
        self._running = False
        if self._again:
            self._again = False
            self._ask()

    def _zoomed(self) -> None:
        self._zoom.set_words(percent(self.view.zoom))
        self._zoom.setAccessibleName(tr("Fit the window"))

    # Viewer

    @property
    def place(self) -> str:
        many = self.facts.frames > 1
        return (
            tr("Frame {at} of {n}", at=number(self.frame.value()), n=number(self.facts.frames))
            if many
            else ""
        )

    def take_focus(self) -> None:
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)


def _signed(value: int) -> str:
    return tr("brightness {n}", n=number(value)) if value <= 0 else tr("brightness +{n}", n=number(value))
