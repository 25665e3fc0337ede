"""What the Desk says: the greeting, the line of truth, due dates, chips."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from app.services.desk import SOON, Card, View
from ui.i18n import clock_time, day, duration, mark, tr, tr_later, trn

PANELS = {
    "rubric": mark("Criteria"),
    "ratings": mark("Ratings"),
    "steps": mark("Steps"),
    "safety": mark("Safety"),
    "spans": mark("Highlights"),
    "preference": mark("Preference"),
    "ranking": mark("Ranking"),
    "ideal": mark("Ideal answer"),
}


@dataclass(frozen=True, slots=True)
class ChipWords:
    text: str
    icon: str
    tone: str


def greeting(now: datetime, name: str) -> str:
    """By the local time of day, with the name the lab knows the expert by."""
    hour = now.astimezone().hour
    if 5 <= hour < 12:
        return tr("Good morning, {name}", name=name) if name else tr("Good morning")
    if 12 <= hour < 18:
        return tr("Good afternoon, {name}", name=name) if name else tr("Good afternoon")
    return tr("Good evening, {name}", name=name) if name else tr("Good evening")


def panel(name: str) -> str:
    """The kind of answer one left off at."""
    return tr_later(PANELS[name])


def truth(view: View, *, local: bool) -> str:
    """Where the work is, and what leaves when: never more than is known."""
    if local:
        return tr("All of this is on this computer only; nothing is sent anywhere.")
    if not view.cards:
        return ""
    if all(card.offline_ready for card in view.cards):
        here = tr("Everything below is on this computer.")
    else:
        here = tr("Some files of these batches are not here yet; fetch them before you go offline.")
    if not view.waiting:
        return here
    leaving = trn(
        "{n} result leaves when you are next online.",
        "{n} results leave when you are next online.",
        view.waiting,
    )
    return tr("{first} {second}", first=here, second=leaving)


def synced(at: datetime | None, now: datetime, *, local: bool) -> str:
    if local:
        return tr("only on this computer")
    if at is None:
        return tr("not synced yet")
    same = at.astimezone().date() == now.astimezone().date()
    return tr("synced {when}", when=clock_time(at) if same else day(at, now))


def progress(card: Card) -> str:
    counts = {"done": card.done, "tasks": card.tasks}
    if not card.open:
        return tr("{done} of {tasks} tasks", **counts)
    left = duration(card.left_ms / 1000)
    return tr("{done} of {tasks} tasks, about {time} left", **counts, time=left)


def due(at: datetime | None, now: datetime, *, is_open: bool) -> tuple[str, str]:
    """(words, tone): `warn` when an open batch is due within two days or overdue."""
    if at is None:
        return "", ""
    apart = (at.astimezone().date() - now.astimezone().date()).days
    tone = "warn" if is_open and at - now < SOON else ""
    if apart in (-1, 0, 1):
        return (tr("Was due yesterday"), tr("Due today"), tr("Due tomorrow"))[apart + 1], tone
    if apart < 0:
        return tr("Was due {day}", day=day(at, now)), tone
    return tr("Due {day}", day=day(at, now)), tone


def lease(at: datetime, now: datetime) -> tuple[str, str]:
    """(words, tone) of a lease that ends soon or is over, where the batch has no due date."""
    if at <= now:
        return tr("Lease ended"), "warn"
    apart = (at.astimezone().date() - now.astimezone().date()).days
    if apart < 2:
        return (tr("Lease ends today"), tr("Lease ends tomorrow"))[apart], "warn"
    return tr("Lease ends {day}", day=day(at, now)), "warn"


def chips(card: Card, now: datetime) -> tuple[ChipWords, ...]:
    """Late work is never refused: the chip says so before somebody gives up."""
    found = []
    if not card.open and card.batch.signed and not card.waiting:
        found.append(ChipWords(tr("Receipts kept"), "shield-check", "good"))
    elif card.offline_ready:
        found.append(ChipWords(tr("Ready for offline"), "circle-check", "good"))
    else:
        found.append(ChipWords(tr("Files still to fetch"), "download", "accent"))
    if card.returned:
        found.append(ChipWords(trn("{n} returned", "{n} returned", card.returned), "undo-2", "bad"))
    if card.reopened:
        words = trn("{n} sent, open again", "{n} sent, open again", card.reopened)
        found.append(ChipWords(words, "rotate-ccw", "accent"))
    if card.flagged:
        found.append(ChipWords(trn("{n} flagged", "{n} flagged", card.flagged), "flag", "warn"))
    if card.lease_ends is not None and card.lease_ends <= now:
        found.append(ChipWords(tr("Late, still taken"), "clock", "warn"))
    if not card.batch.signed:
        found.append(ChipWords(tr("Unsigned source"), "shield-alert", "warn"))
    return tuple(found)
