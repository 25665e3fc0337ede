"""Changes of code: unified diffs read into files and lines, and made from two texts.

patch = read_patch(text)          # None unless it is one: `diff --git`, or `---`, `+++` and `@@` in that order
patch.files[0].path, patch.files[0].start
patch.sides()                     # ([line of the old side], [line of the new side]), of equal length

Format: POSIX.1-2024 `diff -u`, with the headers that git adds (git-diff(1), "Generating patch text with -p").
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from difflib import SequenceMatcher, unified_diff

from app.rendering import tree
from app.rendering.code import language_of

_FILE = re.compile(r"^(?:diff --git a/(?P<git>.+?) b/(?P<new>.+)|--- (?P<old>.+))$", re.MULTILINE)
_HUNK = re.compile(r"^@@ -(\d{1,9})(?:,\d{1,9})? \+(\d{1,9})(?:,\d{1,9})? @@")
_PLAIN = re.compile(r"^--- [^\n]+\n\+\+\+ [^\n]+\n@@ ", re.MULTILINE)
_FENCES = ("diff", "patch", "udiff")
_LINE = re.compile(
    r"[ +\-@\\]|$|diff --git |index |Index: |=+$|(?:new|deleted) file mode |(?:old|new) mode |(?:dis)?similarity index "
    r"|rename (?:from|to) |copy (?:from|to) |Binary files "
)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a side. number: in its file, 0 for a line that is not there. change: "", "-", "+" or "@"."""

    text: str
    number: int = 0
    change: str = ""


@dataclass(frozen=True, slots=True)
class PatchFile:
    """start: offset of its header in the text. pairs: what stands beside what."""

    path: str
    start: int
    pairs: tuple[tuple[Line, Line], ...]

    @property
    def added(self) -> int:
        return sum(new.change == "+" for _, new in self.pairs)

    @property
    def removed(self) -> int:
        return sum(old.change == "-" for old, _ in self.pairs)


@dataclass(frozen=True, slots=True)
class Patch:
    files: tuple[PatchFile, ...]

    def sides(self) -> tuple[list[Line], list[Line]]:
        """Both sides with a headline for every file."""
        left: list[Line] = []
        right: list[Line] = []
        for file in self.files:
            left.append(Line(file.path, change="@"))
            right.append(Line(file.path, change="@"))
            left += [old for old, _ in file.pairs]
            right += [new for _, new in file.pairs]
        return left, right


def is_patch(text: str) -> bool:
    """Whether a whole text is a unified diff, not prose with one in it."""
    head = text.lstrip()[:4000]
    if not head.startswith(("diff --git ", "--- ", "Index: ")):
        return False
    return head.startswith("diff --git ") or _PLAIN.search(head) is not None


def is_only_patch(text: str) -> bool:
    """Whether a text is a unified diff from its first line to its last."""
    if not is_patch(text) or "\n@@ -" not in text:
        return False
    return all(_LINE.match(line) for line in text.strip("\n").split("\n"))


def read_patch(text: str) -> Patch | None:
    """The files of a unified diff; None if the text is none."""
    if not is_patch(text):
        return None
    starts: list[tuple[int, str]] = []
    for match in _FILE.finditer(text):
        git = match["new"]
        if git is not None:
            starts.append((match.start(), git.strip()))
        elif text.startswith("+++ ", match.end() + 1):
            after = text[match.end() + 5 : _end(text, match.end() + 5)].partition("\t")[0].strip()
            path = after if after != "/dev/null" else match["old"].partition("\t")[0].strip()
            name = path[2:] if path[:2] in ("a/", "b/") else path
            if not starts or starts[-1][1] != name or "\n@@ " in text[starts[-1][0] : match.start()]:
                starts.append((match.start(), name))
    if not starts:
        return None
    ends = [start for start, _ in starts[1:]] + [len(text)]
    files = tuple(
        PatchFile(path, start, tuple(_pairs(text[start:end].splitlines())))
        for (start, path), end in zip(starts, ends, strict=True)
    )
    return Patch(files)


def _end(text: str, at: int) -> int:
    found = text.find("\n", at)
    return len(text) if found < 0 else found


def _pairs(lines: list[str]) -> list[tuple[Line, Line]]:
    found: list[tuple[Line, Line]] = []
    old: list[Line] = []
    new: list[Line] = []
    at_old = at_new = 0
    inside = False

    def settle() -> None:
        for i in range(max(len(old), len(new))):
            found.append((old[i] if i < len(old) else Line(""), new[i] if i < len(new) else Line("")))
        old.clear()
        new.clear()

    for line in lines:
        hunk = _HUNK.match(line)
        if hunk:
            settle()
            inside = True
            at_old, at_new = int(hunk[1]), int(hunk[2])
            found.append((Line(line, change="@"), Line(line, change="@")))
        elif not inside or line.startswith("\\"):
            continue
        elif line.startswith("-"):
            old.append(Line(line[1:], at_old, "-"))
            at_old += 1
        elif line.startswith("+"):
            new.append(Line(line[1:], at_new, "+"))
            at_new += 1
        else:
            settle()
            found.append((Line(line[1:], at_old), Line(line[1:], at_new)))
            at_old, at_new = at_old + 1, at_new + 1
    settle()
    return found


def code_of(document: tree.Document) -> str:
    """All code blocks of an answer one after the other; of a patch in a fence, the patch; empty without code."""
    blocks = [block for block in document.blocks if isinstance(block, tree.Code)]
    patches = [b.text for b in blocks if language_of(b.info) in _FENCES or is_patch(b.text)]
    return "\n".join(patches or [b.text for b in blocks])


def changes(old: str, new: str, old_name: str, new_name: str) -> tuple[str, Patch]:
    """(unified diff, the same as a patch) between two pieces of code; no file is headed when nothing differs."""
    left, right = old.splitlines(), new.splitlines()
    lines = list(unified_diff(left, right, old_name, new_name, n=3, lineterm=""))
    pairs: list[tuple[Line, Line]] = []
    for tag, i, j, k, m in SequenceMatcher(
        None, left, right, autojunk=len(left) + len(right) > 4000
    ).get_opcodes():
        for step in range(max(j - i, m - k)):
            pairs.append((_side(left, i, j, step, tag, "-"), _side(right, k, m, step, tag, "+")))
    return "\n".join(lines), Patch((PatchFile(f"{old_name} → {new_name}", 0, tuple(pairs)),))


def _side(lines: list[str], start: int, end: int, step: int, tag: str, change: str) -> Line:
    at = start + step
    return Line(lines[at], at + 1, "" if tag == "equal" else change) if at < end else Line("")
