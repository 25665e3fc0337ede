"""A large picture that is made small loses no thin line: the trace of an ECG stays whole."""

from __future__ import annotations

from pytestqt.qtbot import QtBot

from app.decoding.values import Picture
from ui.panels.attachments.picture_view import PictureView
from ui.theme.apply import ThemeHolder

WIDTH, HEIGHT, EVERY = 1500, 1000, 50


def test_every_line_is_seen(look: ThemeHolder, qtbot: QtBot) -> None:
    row = b"".join(b"\x00\x00\x00" if x % EVERY == EVERY // 2 else b"\xff\xff\xff" for x in range(WIDTH))
    view = PictureView(look, "ECG")
    qtbot.addWidget(view)
    view.resize(330, 220)
    view.show_picture(Picture(WIDTH, HEIGHT, row * HEIGHT), (WIDTH, HEIGHT))
    view.fit()
    seen = view.viewport().grab().toImage()
    area, y = view._area(), seen.height() // 2
    for n in range(WIDTH // EVERY):
        x = area.left() + (n + 0.5) * EVERY * view.zoom
        near = [seen.pixelColor(round(x) + step, y).lightness() for step in (-1, 0, 1)]
        assert min(near) < 235, f"line {n} is gone: {near}"


def test_a_picture_in_its_own_size_is_untouched(look: ThemeHolder, qtbot: QtBot) -> None:
    view = PictureView(look, "X-ray")
    qtbot.addWidget(view)
    view.resize(300, 200)
    pixels = bytes((x * 7 + y * 13) % 256 for y in range(60) for x in range(80) for _ in range(3))
    view.show_picture(Picture(80, 60, pixels), (80, 60))
    view.full_size()
    seen, at = view.viewport().grab().toImage(), view._area().toRect().topLeft()
    for x, y in ((0, 0), (33, 21), (79, 59)):
        assert seen.pixelColor(at.x() + x, at.y() + y).red() == (x * 7 + y * 13) % 256
