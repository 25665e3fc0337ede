"""Every command of the window, as data: the one table of keys.

Keys are portable text (`Ctrl+Shift+F`, `Y`, `Alt+Left`). A letter means one thing everywhere; digits belong
to the focused control. `resolve` applies a person's changes and refuses clashes; `keys_table` writes
docs/keys.md.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import lru_cache

from app.errors import InputError


class Scope(Enum):
    """Where a command is alive. `everywhere` overlaps with all others."""

    EVERYWHERE = "everywhere"
    DESK = "desk"
    TASK = "task"
    ANSWER = "answer"
    AUTHORING = "authoring"
    LEAD = "lead"

    def overlaps(self, other: Scope) -> bool:
        """ANSWER (the focused control) lives inside TASK."""
        together = {Scope.TASK, Scope.ANSWER}
        return self is other or Scope.EVERYWHERE in (self, other) or {self, other} <= together


@dataclass(frozen=True, slots=True)
class Command:
    """title and help are English and stand in the translation catalogs.

    fixed: its keys belong to what is focused (digits) or to the system, and cannot be changed.
    hidden: not in the palette, where it makes no sense (next criterion, a digit).
    """

    id: str
    title: str
    keys: tuple[str, ...]
    help: str
    scope: Scope
    fixed: bool = False
    hidden: bool = False


E, D, T, A, W, L = tuple(Scope)

COMMANDS: tuple[Command, ...] = (
    Command("palette", "Search or run a command", ("Ctrl+K",), "Find it by a few letters.", E),
    Command("keys", "Show the keys", ("?",), "All keys of this screen.", E),
    Command("lock", "Lock", ("Ctrl+L",), "Close the workspace and drop its key at once.", E),
    Command("preferences", "Preferences", ("Ctrl+,",), "Appearance, language, keys, lock and labs.", E),
    Command("sync", "Fetch and send", ("F5", "Ctrl+R"), "Fetch new work and send what is waiting.", E),
    Command("desk", "Go to the Desk", ("Ctrl+1",), "Labs, batches and where you left off.", E),
    Command("outbox", "Go to the Outbox", ("Ctrl+2",), "Every result with its state and its receipt.", E),
    Command("reports", "Go to the Reports", ("Ctrl+4",),
            "How far graders agree, how good models are, what an AI judge may decide.", E),
    Command("agreement", "Go to Agreement", ("Ctrl+7",),
            "Graders beside each other, criterion by criterion, and the tasks where they differ.", E),
    Command("returns", "Go to Returns", ("Ctrl+3",),
            "What came back, opinions that were opened, notes of the team.", E),
    Command("lead", "Go to the Lead board", ("Ctrl+6",), "The queue of a lead, and the graders in columns.", E),
    Command("authoring", "Go to Authoring", ("Ctrl+5",), "Write tasks, and see what you proposed.", E),
    Command("add-lab", "Add a lab", ("Ctrl+N",), "Paste an invitation or open a bundle.", E),
    Command("open-bundle", "Open a bundle…", ("Ctrl+Shift+O",),
            "Take in a file of the lab, where there is no network.", E),
    Command("save-bundle", "Save a bundle…", ("Ctrl+Shift+S",),
            "Write what is to be sent into a file for the lab.", E),
    Command("two-laptops", "Where your laptops differ", ("Ctrl+Shift+D",), "Three columns, one key to choose.", E),
    Command("quit", "Quit", ("Ctrl+Q",), "Close Assay. Everything is kept already.", E, fixed=True),
    Command("undo", "Undo", ("Ctrl+Z",), "Take back the last change, across tasks; a submit too.", E),
    Command("redo", "Redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "Do again what was taken back.", E),
    Command("leave", "Leave the field", ("Esc",), "Back to the criterion; never closes a task.", E,
            fixed=True, hidden=True),
    Command("text-larger", "Larger text", ("Ctrl+=", "Ctrl++"), "Up to 200 %.", E),
    Command("text-smaller", "Smaller text", ("Ctrl+-",), "Down to 100 %.", E),
    Command("continue", "Continue", ("Return",), "Open the exact criterion where you left off.", D),
    Command("shift", "Plan a shift", ("Ctrl+T",), "Choose tasks for the minutes you have.", D),
    Command("next-task", "Next task", ("Alt+Right",), "Open the next task of the batch.", T),
    Command("previous-task", "Previous task", ("Alt+Left",), "Open the task before this one.", T),
    Command("next-control", "Next criterion", ("Down", "J"), "Move to the next criterion or scale.", T,
            hidden=True),
    Command("previous-control", "Previous criterion", ("Up", "K"), "Move to the one before.", T, hidden=True),
    Command("next-response", "Next response", ("Right",), "Show the next response.", T, hidden=True),
    Command("previous-response", "Previous response", ("Left",), "Show the response before.", T, hidden=True),
    Command("scroll", "Scroll, then next unanswered", ("Space",),
            "Scroll the response; at its end, go to the next unanswered criterion.", T, hidden=True),
    Command("scroll-back", "Scroll back", ("Shift+Space",), "Scroll the response up.", T, hidden=True),
    Command("by-criterion", "By response or by criterion", ("Ctrl+B",),
            "Judge one response after the other, or one criterion across all responses.", T),
    Command("raw", "Rendered or raw", ("R",), "Show the response as written.", T),
    Command("side-by-side", "Side by side", ("S",), "Responses in tabs or beside each other.", T),
    Command("differences", "Mark what differs", ("D",), "Word by word, between the responses.", T),
    Command("together", "Scroll together or alone", ("Shift+S",), "Responses side by side.", T),
    Command("prompt-down", "Scroll the prompt", ("Ctrl+Down",), "Further down in the unfolded prompt.", T, hidden=True),
    Command("prompt-up", "Scroll the prompt back", ("Ctrl+Up",), "Further up in the unfolded prompt.", T, hidden=True),
    Command("table-right", "Move a wide table on", ("Shift+Right",),
            "A table or formula wider than the page; the text around it stays.", T, hidden=True),
    Command("table-left", "Move a wide table back", ("Shift+Left",), "What it has on the left.", T, hidden=True),
    Command("links", "Open a link", ("Ctrl+Shift+K",), "Every link of the prompt and the response, with its host.", T),
    Command("contents", "Go to a heading or a piece of code", ("Ctrl+J",), "A list of what the response holds.", T),
    Command("fold", "Fold code", ("Ctrl+Shift+[",), "The block of the caret, or all blocks; again unfolds.", T),
    Command("code-changes", "Changes of code", ("Shift+D",),
            "Old and new of a patch; then line by line between two responses.", T),
    Command("prompt", "Fold or unfold the prompt", ("V",), "Show all turns, or one line.", T),
    Command("guidelines", "Guidelines", ("F1",), "What the lab says about this batch.", T),
    Command("attachments", "Open or close the attachment", ("Ctrl+O",),
            "In it: + and - zoom, 0 fits, Ctrl+F finds, Shift and arrows choose text.", T),
    Command("next-attachment", "Next attachment", ("Ctrl+PgDown",), "Show the next file of the task.", T),
    Command("go-to-page", "Go to page", ("Ctrl+G",), "Of the PDF that is open, or of the first one.", T),
    Command("cite", "Cite from the attachment", ("Ctrl+Shift+C",), "Copy the chosen words with their page.", T),
    Command("find", "Find in this task", ("Ctrl+F",), "Find words in prompt, responses and rubric.", T),
    Command("find-batch", "Find in the batch", ("Ctrl+Shift+F",), "Find words in all tasks of the batch.", E),
    Command("highlight", "Highlight the selection", ("H",), "Mark it and choose its label, where there are labels.", T),
    Command("bind", "Bind as evidence", ("Shift+H",),
            "The selection, or the highlight in front, is evidence for the criterion.", T),
    Command("mark-text", "Select text by keyboard", ("M",),
            "A caret in the response: arrows, Ctrl+arrows by word and sentence; Shift selects.", T),
    Command("write-ideal", "Write the ideal answer", ("I",), "Open or close the editor of your own answer.", T),
    Command("next-view", "Write, as read, changes", ("Ctrl+Shift+V",), "Of the ideal answer, one after the other.", T),
    Command("spans", "List of highlights", ("L",), "Go to one, label it, comment on it, take it away.", T),
    Command("evidence", "Go to the evidence", ("Q",), "The highlights of the criterion, one after the other.", T),
    Command("why", "Why this score", ("W",), "Show how the score comes about, criterion by criterion.", T),
    Command("propose", "Propose or dispute a criterion", ("Shift+P",),
            "Better words, other points, a missing criterion, a gap in the guideline; signed for the lab.", T),
    Command("change-mind", "Change my mind", ("Shift+M",),
            "A task that was sent opens as its next revision; after an opinion was opened, with the reason why.", T),
    Command("flag", "Flag, park or skip", ("F",), "With a reason; the task stays in the list.", T),
    Command("submit", "Submit and next", ("Ctrl+Return", "Ctrl+Enter"),
            "Check, sign and put the result in the outbox; then open the next task.", T),
    Command("met", "Met", ("Y",), "The criterion is met.", A),
    Command("not-met", "Not met", ("N",), "The criterion is not met.", A),
    Command("partly", "Partly", ("P",), "The criterion is partly met, where that is allowed.", A),
    Command("not-applicable", "Not applicable", ("X",), "The criterion does not apply here.", A),
    Command("cannot-judge", "Cannot judge", ("U",), "You cannot judge it; a reason is asked for.", A),
    Command("count-up", "One more", ("+", "="), "Counts: one more.", A, hidden=True),
    Command("count-down", "One less", ("-",), "Counts: one less.", A, hidden=True),
    Command("value", "Choose the value", ("0", "1", "2", "3", "4", "5", "6", "7", "8", "9"),
            "The value whose key stands beside it, on scales, options and counts.", A,
            fixed=True, hidden=True),
    Command("first-better", "The left one is better", ("A",), "Preference: the response on the left is better.", A,
            hidden=True),
    Command("second-better", "The right one is better", ("B",), "Preference: the response on the right is better.", A,
            hidden=True),
    Command("tie", "Equally good", ("E",), "Preference: a tie.", A, hidden=True),
    Command("both-bad", "Both are bad", ("Shift+E",), "Preference: neither is any good; this is no tie.", A,
            hidden=True),
    Command("rank-up", "One place up", ("Alt+Up",), "Ranking: the response that is shown moves up.", A, hidden=True),
    Command("rank-down", "One place down", ("Alt+Down",), "Ranking: the response that is shown moves down.", A,
            hidden=True),
    Command("clear-answer", "Clear the answer", ("Ctrl+Backspace",), "Make it unanswered again.", A),
    Command("comment", "Comment", ("C",), "Write a comment on the criterion.", A),
    Command("confidence", "Confidence", ("Shift+C",), "Say how sure you are.", A),
    Command("next-answer", "Answer stands, next", ("Return", "Enter"), "Keep the answer and move on.", A,
            hidden=True),
    Command("new-draft", "New task", ("Ctrl+Shift+N",), "Begin to write one.", W),
    Command("add-criterion", "Add a criterion", ("Ctrl+Return", "Ctrl+Enter"), "After the one you are in.", W),
    Command("criterion-up", "Criterion up", ("Alt+Up",), "Move it before the one above.", W),
    Command("criterion-down", "Criterion down", ("Alt+Down",), "Move it after the one below.", W),
    Command("remove-criterion", "Remove the criterion", ("Ctrl+Shift+Backspace",), "A message offers to undo it.", W),
    Command("preview-ideal", "Write or read the ideal answer", ("Ctrl+Shift+V",), "As the lab will read it.", W),
    Command("next-check", "Next open point", ("F8",), "What is missing, or may name a person.", W),
    Command("names-nobody", "It names nobody", ("Ctrl+Shift+Y",),
            "You looked at what may name a person, and it does not.", W),
    Command("send-draft", "Send to the lab", ("Ctrl+Shift+Return", "Ctrl+Shift+Enter"),
            "Sign the task as a proposal for the next sync.", W),
    Command("adopt", "Adopt the column", ("1", "2", "3", "4", "5", "6", "7", "8", "9"),
            "The verdict of the grader whose key stands above the column.", L, fixed=True, hidden=True),
    Command("override", "Decide otherwise", ("O",), "An answer of your own; needs a reason and the kind of error.", L),
    Command("unrule", "Take the ruling back", ("Ctrl+Backspace",), "It is undecided again.", L),
    Command("return-work", "Return to the grader", ("T",), "With a reason.", L),
    Command("guideline-gap", "Flag a gap in the guideline", ("G",), "The team is told with your decision.", L),
    Command("accept-work", "Accept as graded", ("Shift+A",), "The grader’s own verdicts stand.", L),
    Command("close-case", "Close the task", ("Ctrl+Return", "Ctrl+Enter"),
            "Sign the decision: accept, fix and accept, or adjudicate.", L),
    Command("read-case", "Read the task", ("Shift+R",),
            "Its conversation and responses, with your own grade of it if there is one.", L),
    Command("next-row", "Next criterion", ("Down",), "Of those that differ.", L, hidden=True),
    Command("previous-row", "Previous criterion", ("Up",), "Of those that differ.", L, hidden=True),
    Command("fold-agreed", "Fold or unfold what is agreed", ("Shift+V",), "The criteria on which all agree.", L),
    Command("next-case", "Next task of the queue", ("Alt+Right",), "The next one that can be decided.", L),
    Command("previous-case", "Previous task of the queue", ("Alt+Left",), "The one before.", L),
)  # fmt: skip

BY_ID: Mapping[str, Command] = {command.id: command for command in COMMANDS}

_SCOPE_TITLES = {
    E: "Everywhere",
    D: "Desk",
    T: "In a task",
    A: "On the focused criterion",
    W: "Authoring",
    L: "Lead",
}


@dataclass(frozen=True, slots=True)
class Keymap:
    """The keys in force, by command id."""

    keys: Mapping[str, tuple[str, ...]]

    def of(self, command_id: str) -> tuple[str, ...]:
        return self.keys[command_id]

    def first(self, command_id: str) -> str:
        """The key to show beside the command; empty if it has none."""
        keys = self.keys[command_id]
        return keys[0] if keys else ""


def resolve(overrides: Mapping[str, Sequence[str]]) -> Keymap:
    """The default keys with a person's changes (`app.settings.Settings.keys`: id → keys, none = no key).

    Raises InputError `keys.unknown`, `keys.fixed` or `keys.clash`, naming both commands.
    """
    for command_id in overrides:
        if command_id not in BY_ID:
            raise InputError("keys.unknown", "There is no command “{id}”.", params={"id": command_id})
        if BY_ID[command_id].fixed:
            raise InputError(
                "keys.fixed", "The keys of “{title}” cannot be changed.",
                params={"title": BY_ID[command_id].title},
            )  # fmt: skip
    keys = {c.id: tuple(overrides.get(c.id, c.keys)) for c in COMMANDS}
    compared = {id: frozenset(plain(key) for key in of) for id, of in keys.items()}
    for at, first in enumerate(COMMANDS):
        for second in COMMANDS[at + 1 :]:
            shared = compared[first.id] & compared[second.id]
            if shared and first.scope.overlaps(second.scope):
                raise InputError(
                    "keys.clash", "{key} cannot be both “{first}” and “{second}”.",
                    hint="Choose another key for one of them.",
                    params={"key": sorted(shared)[0], "first": first.title, "second": second.title},
                )  # fmt: skip
    return Keymap(keys)


@lru_cache(maxsize=512)
def plain(key: str) -> str:
    """A key for comparing: modifiers in one order, one name for Return and Enter."""
    head, plus, last = key.rpartition("+")
    if plus and not last:
        head, last = head.removesuffix("+"), "+"
    last = {"ENTER": "RETURN", "ESCAPE": "ESC"}.get(last.upper(), last.upper())
    return "+".join([*sorted(part.upper() for part in head.split("+") if part), last])


def is_typing(key: str) -> bool:
    """True for a key that means something inside a text field: no Ctrl, Alt, Meta or function key."""
    parts = plain(key).split("+")
    if {"CTRL", "ALT", "META"} & set(parts):
        return False
    last = parts[-1]
    return last != "ESC" and not (len(last) > 1 and last[0] == "F" and last[1:].isdigit())


def keys_table(keymap: Keymap) -> str:
    """The keys as Markdown, one table a scope, for docs/keys.md."""
    parts = []
    for scope in Scope:
        rows = [
            f"| {' · '.join(f'`{k}`' for k in keymap.of(c.id)) or '—'} | {c.title} | {c.help} |"
            for c in COMMANDS
            if c.scope is scope
        ]
        parts.append(
            "\n".join([f"## {_SCOPE_TITLES[scope]}", "", "| Key | Command | |", "|---|---|---|", *rows])
        )
    return "\n\n".join(parts) + "\n"
