"""Highlights from import to a verified result, by keyboard: the spans at the lab are those on the screen."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from app.domain.ids import ResponseId, TaskId
from app.domain.spans import spans_of
from app.paths import resources
from app.wire import jsonio
from lab import desk
from tests.command_line import Program
from tests.journeys.test_window_journey import Journey, invited, join
from tests.keyboard import press, write
from tests.lab_server import payload_of, serving
from tests.window_home import PASSPHRASE, WindowHome
from ui.theme.apply import ThemeHolder

SAMPLE = "spans-translation"


def test_from_import_to_the_verified_result(
    tmp_path: Path, qtbot: QtBot, qapp: QApplication, look: ThemeHolder
) -> None:
    home = WindowHome(tmp_path / "home", qtbot, qapp, look)
    with invited(home, tmp_path / "lab", resources() / "samples" / SAMPLE / "zh_TW") as journey:
        lab = journey.lab
        with serving(lab), home.window() as application:
            journey.begin(application)
            join(journey, tasks=2)
            press("Return")
            home.wait(lambda: journey.shell.lab.screens.front_name == "grading")
            task = mark_both_responses(journey)
            press("Ctrl+Return")
            home.wait(lambda: journey.task() != task)
            press("F5")
            outbox = journey.shell.lab.session.workspace.outbox
            home.wait(lambda: [(r.task, r.receipt is not None) for r in outbox.all()] == [(task, True)])
            home.wait(lambda: not journey.shell.lab.syncing.running)
            review = journey.review(task)
            press("Ctrl+Q")
            home.wait(lambda: application.shell.lab is None)
        (document,) = list(desk.results(lab))
        said = jsonio.loads(payload_of(jsonio.loads(document)))
        line = next(x for x in lines(SAMPLE) if x["id"] == task)
        for response in line["responses"]:
            kept = spans_of(review, ResponseId(response["id"]))
            sent = said["judgement"]["responses"][response["id"]]["spans"]
            assert [(s["start"], s["end"], s["quote"], s["label"], s["severity"]) for s in sent] == [
                (s.start, s.end, s.quote, s.label, s.severity) for s in kept
            ]
            assert kept
            for span in kept:
                assert response["text"][span.start : span.end] == span.quote
        comments = [s.get("comment", "") for r in said["judgement"]["responses"].values() for s in r["spans"]]
        assert "note y n 1" in comments
        verified(tmp_path, lab, document)


def lines(sample: str) -> list[dict[str, object]]:
    text = (resources() / "samples" / sample / "zh_TW" / "tasks.jsonl").read_bytes()
    return [jsonio.loads(line) for line in text.splitlines()]  # type: ignore[misc]


def mark_both_responses(journey: Journey) -> str:
    """One highlight in the rendered view with a comment, one in the raw view; each by keys alone."""
    task = journey.task()
    press("M", "Shift+End", "H", "1", "1", "3")
    journey.settle()
    press("L", "C")
    write("note y n 1")
    press("Esc", "Esc", "Esc", "Right", "R", "M", "Ctrl+Shift+Right", "H", "3", "1")
    press("Esc", "R")
    journey.settle()
    opened = journey.screen.panel.opened
    assert opened is not None
    assert not [m for m in opened.missing if m.blocking]
    assert all(len(spans_of(journey.review(TaskId(task)), r)) == 1 for r in opened.order)
    return task


def verified(folder: Path, lab: desk.Lab, document: bytes) -> None:
    results, keys = folder / "results.jsonl", folder / "keys.json"
    results.write_bytes(document + b"\n")
    keys.write_bytes(jsonio.dumps(desk.keys(lab)))
    assay = Program(folder / "home", passphrase=PASSPHRASE, secrets=folder / "lab")
    assert [row["ok"] for row in assay.json("verify", results, "--keys", keys)] == [True]
