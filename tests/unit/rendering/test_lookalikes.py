"""Words that read as other letters than they are made of; no alarm on honest text."""

from __future__ import annotations

import json
from time import process_time

import pytest

from app.rendering.lookalikes import find_lookalikes
from app.rendering.unicode_checks import find_warnings
from tests.shared_data import real_answers, shared_data


@pytest.mark.parametrize(
    ("text", "start", "end", "reads", "name"),
    [
        ("go to р\u0430ypal now", 6, 12, "paypal", "CYRILLIC SMALL LETTER ER"),
        ("def \u0430dmin(): pass", 4, 9, "admin", "CYRILLIC SMALL LETTER A"),
        ("the w\u03bfrd", 4, 8, "word", "GREEK SMALL LETTER OMICRON"),
        ("print(\u0441\u043e\u0440)", 6, 9, "cop", "CYRILLIC SMALL LETTER ES"),
        ("\u0406BM", 0, 3, "IBM", "CYRILLIC CAPITAL LETTER BYELORUSSIAN-UKRAINIAN I"),
        ("if environment\u01c3=ENV", 3, 15, "environment!", "LATIN LETTER RETROFLEX CLICK"),
    ],
)
def test_told(text: str, start: int, end: int, reads: str, name: str) -> None:
    (found,) = find_lookalikes(text)
    assert (found.start, found.end, found.reads, found.name) == (start, end, reads, name)


@pytest.mark.parametrize(
    "text",
    [
        "plain", "β-blocker, 5 μg, 3 kΩ, ΔT, λx.x, α₁", "Привет, мир! USB-кабель, HTML-код, сок и рак.",
        "Καλημέρα κόσμε, το και ο", "立即給予 ECG 檢查，ＡＢＣ", "مرحبا بالعالم abc", "שלום abc עולם", "Հայերեն",
        "x² Α = B", "naïve café", "и а в о", "IgG-антитела", "TNFα, PPARγ, IκBα, σ-Algebra",
    ],
)  # fmt: skip
def test_honest_text_raises_no_alarm(text: str) -> None:
    assert find_lookalikes(text) == ()


def test_published_attacks_are_told_and_real_answers_are_not() -> None:
    data = shared_data()
    file = data / "security" / "trojan_source" / "samples.dev.json" if data is not None else None
    own = [{"text": "/*\u202e } \u2066if (isAdmin)\u2069 \u2066 begin */"}, {"text": "s\u0430yHello()"}]
    samples = json.loads(file.read_text("utf-8")) if file is not None and file.exists() else own
    for sample in samples:
        assert find_warnings(sample["text"]) or find_lookalikes(sample["text"]), sample.get("path")
    told = [name for name, text in real_answers() if find_lookalikes(text)]
    assert len(told) <= 2, told


def test_doubles_are_in_unicode_s_own_list() -> None:
    from app.rendering.lookalikes import _DOUBLES

    data = shared_data()
    file = data / "security" / "unicode" / "confusables.json" if data is not None else None
    if file is None or not file.exists():
        assert len(_DOUBLES) > 50
        return
    known = json.loads(file.read_text("utf-8"))
    listed = [c for c in _DOUBLES if any(x["c"].isascii() for x in known.get(c, ()))]
    assert len(listed) >= 0.8 * len(_DOUBLES), sorted(set(_DOUBLES) - set(listed))


def test_a_long_text_takes_no_time() -> None:
    text = "Привет, аdmin и другие слова. " * 20_000
    before = process_time()
    assert len(find_lookalikes(text)) == 20_000
    assert process_time() - before < 5, "some 0.6 s on an idle computer"
