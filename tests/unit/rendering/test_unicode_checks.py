from __future__ import annotations

import pytest

from app.rendering.unicode_checks import find_warnings


@pytest.mark.parametrize(
    ("text", "kind", "start", "end", "name"),
    [
        ("a\u202eb", "bidi_control", 1, 2, "RIGHT-TO-LEFT OVERRIDE"),
        ("x = 1 \u2066# y\u2069", "bidi_control", 6, 7, "LEFT-TO-RIGHT ISOLATE"),
        ("שלום \u202e x", "bidi_control", 5, 6, "RIGHT-TO-LEFT OVERRIDE"),
        ("ab\u200fc", "bidi_control", 2, 3, "RIGHT-TO-LEFT MARK"),
        ("pass\u200bword", "zero_width", 4, 5, "ZERO WIDTH SPACE"),
        ("a\u200db", "zero_width", 1, 2, "ZERO WIDTH JOINER"),
        ("a\ufeffb", "zero_width", 1, 2, "ZERO WIDTH NO-BREAK SPACE"),
        ("a\U000e0041\U000e0042", "tag", 1, 3, "TAG LATIN CAPITAL LETTER A"),
        ("a\ufe00\ufe01\ufe02", "variation", 2, 4, "VARIATION SELECTOR-2"),
        ("a\U000e0100", "variation", 1, 2, "VARIATION SELECTOR-17"),
        ("a\u3164b", "invisible", 1, 2, "HANGUL FILLER"),
    ],
)
def test_suspicious(text: str, kind: str, start: int, end: int, name: str) -> None:
    first = find_warnings(text)[0]
    assert (first.kind, first.start, first.end, first.name) == (kind, start, end, name)


@pytest.mark.parametrize(
    "text",
    [
        "plain ASCII",
        "می\u200cخواهم کتاب\u200cها را",
        "הוא אמר \u200f(שלום)\u200e.",
        "क्\u200dष और क्\u200cष",
        "中文「引用」，葛\U000e0100飾区",
        "👩\u200d👩\u200d👧 👩🏽\u200d⚕\ufe0f 🏳\ufe0f\u200d🌈 1\ufe0f\u20e3 ❤\ufe0f",
        "🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f",
        "ภาษา\u200bไทย",
        "\ufeffstarts with a mark",
        "café naïve ± — “x”",
    ],
)
def test_honest_text_raises_no_alarm(text: str) -> None:
    assert find_warnings(text) == ()


def test_a_run_of_one_kind_is_one_warning() -> None:
    warnings = find_warnings("x" + "".join(chr(0xE0020 + i) for i in range(60)) + "y\u202e")
    assert [(w.kind, w.start, w.end) for w in warnings] == [("tag", 1, 61), ("bidi_control", 62, 63)]
