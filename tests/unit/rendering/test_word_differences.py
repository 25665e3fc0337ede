"""Differences by words: they are true, they are small, and they are quick on long texts."""

from __future__ import annotations

import random
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st

from app.rendering.worddiff import Ranges, rising, word_diff

WORDS = (
    "aspirin",
    "300",
    "mg",
    "now",
    "立即",
    "呼救",
    "🩺",
    " ",
    "\n\n",
    ".",
    ",",
    "e\u0301",
    "مرحبا",
    "\r\n",
    "**",
)
texts = st.lists(st.sampled_from(WORDS), max_size=40).map("".join)


def without(text: str, ranges: Ranges) -> str:
    kept, at = [], 0
    for start, end in ranges:
        kept.append(text[at:start])
        at = end
    return "".join([*kept, text[at:]])


@settings(max_examples=300, deadline=None)
@given(texts, texts)
def test_what_is_left_is_the_same_but_for_blanks(old: str, new: str) -> None:
    gone, come = word_diff(old, new)
    for text, ranges in ((old, gone), (new, come)):
        assert all(0 <= s < e <= len(text) and text[s:e].strip() == text[s:e] for s, e in ranges)
        assert list(ranges) == sorted(ranges)
    left, right = without(old, gone), without(new, come)
    slight = str.maketrans(
        "", "", " \n\r.,*\u0301🩺"
    )  # lone signs are joined to the words that differ round them
    assert left.translate(slight) == right.translate(slight)


@settings(max_examples=100, deadline=None)
@given(texts)
def test_a_text_does_not_differ_from_itself_or_from_another_wrapping(text: str) -> None:
    assert word_diff(text, text) == ((), ())
    assert word_diff(text, text.replace(" ", "\n")) == ((), ())


def test_words_and_characters_of_chinese() -> None:
    old, new = "Give aspirin 300 mg now.", "Give aspirin 75 mg now."
    (gone,), (come,) = word_diff(old, new)
    assert (old[slice(*gone)], new[slice(*come)]) == ("300", "75")
    old, new = "請立即給予阿斯匹靈", "請立即停用阿斯匹靈"
    (gone,), (come,) = word_diff(old, new)
    assert (old[slice(*gone)], new[slice(*come)]) == ("給予", "停用")


def test_long_texts_are_quick_and_few_changes_stay_few() -> None:
    chance = random.Random(7)
    words = [f"word{n}" for n in range(3000)]
    old = [chance.choice(words) for _ in range(30_000)]
    new = list(old)
    for _ in range(200):
        new[chance.randrange(len(new))] = "changed"
    before = process_time()
    gone, come = word_diff(" ".join(old), " ".join(new))
    assert process_time() - before < 5, "some 0.3 s on an idle computer"
    assert 150 <= len(come) <= 200
    assert len(gone) == len(come)


def test_dull_and_unlike_texts_end() -> None:
    before = process_time()
    word_diff("the a " * 20_000, "the the a " * 15_000)
    word_diff("a" * 100_000, "b" * 100_000)
    word_diff("x y " * 10_000, "")
    assert process_time() - before < 8


def test_rising_pairs_are_the_longest_way() -> None:
    assert rising([(0, 3), (1, 0), (2, 1), (3, 2)]) == [(1, 0), (2, 1), (3, 2)]
    assert rising([]) == []
