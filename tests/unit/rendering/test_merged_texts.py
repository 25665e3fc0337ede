"""An edit read as one text: what went, what came, and how many words that was."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from app.rendering.worddiff import Piece, merged, words_changed

TEXTS = st.text(alphabet="ab 劑\n.é💉", max_size=60)


def test_what_went_stands_before_what_came() -> None:
    found = merged("Give 5 mg now.", "Give 10 mg at once.")
    assert [(p.change, p.text) for p in found if p.change] == [
        ("-", "5"),
        ("+", "10"),
        ("-", "now"),
        ("+", "at once"),
    ]
    assert words_changed(found) == 3


def test_an_edit_of_nothing_changes_no_word() -> None:
    assert merged("same", "same") == [Piece("", "same")]
    assert words_changed(merged("same words", "same  words")) == 0
    assert words_changed(merged("", "two words")) == 2


@given(TEXTS, TEXTS)
def test_the_new_text_is_what_is_not_gone_and_the_old_what_did_not_come(old: str, new: str) -> None:
    found = merged(old, new)
    assert "".join(p.text for p in found if p.change != "-") == new
    assert "".join("".join(p.text for p in found if p.change != "+").split()) == "".join(old.split())
