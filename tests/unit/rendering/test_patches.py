"""Unified diffs read into files and sides, and made from two pieces of code."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rendering.answer import parse
from app.rendering.patches import changes, code_of, is_only_patch, is_patch, read_patch
from tests.shared_data import shared_data

PATCH = """diff --git a/src/a.py b/src/a.py
index 1..2 100644
--- a/src/a.py
+++ b/src/a.py
@@ -1,3 +1,4 @@ def f():
 x = 1
-y = 2
+y = 3
+z = 4
 print(x)
diff --git a/new.txt b/new.txt
new file mode 100644
--- /dev/null
+++ b/new.txt
@@ -0,0 +1 @@
+hello
\\ No newline at end of file
"""


def test_files_lines_and_numbers() -> None:
    patch = read_patch(PATCH)
    assert patch is not None
    assert [(f.path, f.added, f.removed) for f in patch.files] == [("src/a.py", 2, 1), ("new.txt", 1, 0)]
    assert PATCH[patch.files[1].start :].startswith("diff --git a/new.txt")
    first = [(o.text, o.number, o.change, n.text, n.number, n.change) for o, n in patch.files[0].pairs[1:]]
    assert first == [
        ("x = 1", 1, "", "x = 1", 1, ""),
        ("y = 2", 2, "-", "y = 3", 2, "+"),
        ("", 0, "", "z = 4", 3, "+"),
        ("print(x)", 3, "", "print(x)", 4, ""),
    ]
    left, right = patch.sides()
    assert len(left) == len(right)


@pytest.mark.parametrize(
    "text", ["", "no patch", "--- a line\nof prose", "# title\n\ndiff --git is a command"]
)
def test_prose_is_no_patch(text: str) -> None:
    assert not is_patch(text)
    assert read_patch(text) is None


@pytest.mark.parametrize("head", ["diff --git src/a.py src/a.py\n", "diff --git \n--- a\n"])
def test_a_head_that_names_no_files_is_no_patch(head: str) -> None:
    assert read_patch(head + "@@ -1 +1 @@\n-a\n+b\n") is None


def test_a_number_without_end_begins_no_hunk() -> None:
    patch = read_patch(PATCH.replace("@@ -1,3", f"@@ -{'9' * 5000},3"))
    assert patch is not None
    assert patch.files[0].pairs == ()


@settings(max_examples=150, deadline=None)
@given(st.text(alphabet="+-@ \nabdiff1,/\u202e", max_size=200))
def test_any_patch_like_text_is_read_or_refused(text: str) -> None:
    patch = read_patch("--- a/x\n+++ b/x\n@@ -1 +1 @@\n" + text)
    assert patch is not None
    left, right = patch.sides()
    assert len(left) == len(right)


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sampled_from("abc"), max_size=12), st.lists(st.sampled_from("abc"), max_size=12))
def test_changes_hold_both_texts(old: list[str], new: list[str]) -> None:
    text, patch = changes("\n".join(old), "\n".join(new), "A", "B")
    left, right = patch.sides()
    assert [line.text for line in left if line.number] == old
    assert [line.text for line in right if line.number] == new
    assert bool(text) == (old != new)


def test_the_code_of_an_answer_is_its_patch_or_all_its_blocks() -> None:
    assert code_of(parse(f"Here:\n\n```diff\n{PATCH}```\n\n```py\nx\n```\n")) == PATCH
    assert code_of(parse("```py\nx\n```\n\n```py\ny\n```\n")) == "x\n\ny\n"
    assert code_of(parse("no code")) == ""


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_bare_patch_is_code_and_no_markdown(end: str) -> None:
    text = PATCH.replace("x = 1", "# __x__ = 1").replace("\n", end)
    document = parse(text)
    assert [type(block).__name__ for block in document.blocks] == ["Code"]
    assert code_of(document) == text.replace("\r\n", "\n")
    for run in document.blocks[0].runs:  # type: ignore[union-attr]
        assert text[run.start : run.end].replace("\r\n", "\n") == run.text
    assert len(parse(f"{text}{end}This mends **it**.").blocks) > 1, "prose with a patch is Markdown"


def test_real_patches_are_read_whole() -> None:
    data = shared_data()
    found = data / "3-code" / "swebench_gold_patches_a.jsonl" if data is not None else None
    there = found is not None and found.exists()
    lines = (
        found.read_text("utf-8").splitlines()[:60]
        if there and found
        else [json.dumps({"model_patch": PATCH})]
    )
    for line in lines:
        text = json.loads(line)["model_patch"]
        patch = read_patch(text)
        assert patch is not None
        assert is_only_patch(text)
        body = [x for x in text.splitlines() if x[:3] not in ("+++", "---")]
        assert sum(f.added for f in patch.files) == sum(x.startswith("+") for x in body)
        assert sum(f.removed for f in patch.files) == sum(x.startswith("-") for x in body)
