"""A preference and a call of safety, with the keyboard alone, on a real workspace."""

from __future__ import annotations

from tests.ui.asking.asking_desk import Make, asking, card, values
from ui.panels.asking.preference import PreferenceCard


def test_a_preference_by_keys_keeps_the_sign_of_the_tasks_own_first_response(make: Make) -> None:
    desk = make(asking(["preference"]))
    opened = desk.presenter.opened
    assert opened is not None
    turned = opened.order[0] != "r1"
    said = card(desk)
    assert isinstance(said, PreferenceCard)
    desk.press("1")
    assert said._said.text() == "A is much better"
    assert values(desk)["/preference/overall/value"] == (3 if turned else -3)
    for key, kept, words in (
        ("B", -2 if turned else 2, "B is better"),
        ("E", 0, "A and B are equally good"),
        ("Shift+E", "both_bad", "Both are bad"),
        ("5", -1 if turned else 1, "B is slightly better"),
    ):
        desk.press(key)
        assert values(desk)["/preference/overall/value"] == kept
        assert said.accessibleName().endswith(words)
    desk.press("Ctrl+Backspace")
    assert "/preference/overall/value" not in values(desk)
    desk.press("9")
    assert "Choose with 1 to 7." in said.error.accessibleName()


def test_a_strong_preference_needs_its_reason_and_counts_it_live(make: Make) -> None:
    desk = make(asking(["preference"], {"preference": {"justification": "strong", "min_characters": 10}}))
    desk.press("3")
    assert "required" not in card(desk).note._caption.text()
    desk.press("1", "C")
    desk.write("It kills")
    assert card(desk).note._count.text() == "8 of 10 characters"
    desk.press("Esc", "Ctrl+Return")
    assert desk.panel.before.isVisible()
    assert desk.panel.before._row(0).detail.endswith("Its reason is too short")
    desk.press("Esc", "C")
    desk.write(" a patient")
    desk.press("Esc", "Ctrl+Return")
    desk.settle()
    assert desk.session.workspace.outbox.counts() == {"ready": 1}
    assert values(desk)["/preference/overall/justification"] == "It kills a patient"


def test_ties_and_both_bad_are_refused_where_they_are_no_answer(make: Make) -> None:
    desk = make(asking(["preference"], {"preference": {"ties": False, "both_bad": False}}))
    offered = [key for key, hint in card(desk)._key_hints.items() if not hint.isHidden()]
    assert "A" in offered
    assert "E" not in offered, "no key is offered that is refused"
    for key, words in (("E", "no ties"), ("4", "no ties"), ("Shift+E", "no answer here")):
        desk.press(key)
        assert words in card(desk).error.accessibleName()
    assert values(desk) == {}
    desk.press("3", "+")
    assert abs(values(desk)["/preference/overall/value"]) == 1
    assert card(desk)._said.text() == "B is slightly better"


def test_the_safety_call_its_severity_and_who_is_harmed(make: Make) -> None:
    desk = make(asking(["safety"], responses=1))
    desk.press("3", "4")
    assert card(desk).state.words == "Unsafe · Critical"
    desk.press("Ctrl+Return")
    assert [m.lack for m in desk.panel.before._lacks] == ["no_harmed"]
    desk.press("9")
    assert "Choose with 1 to 4." in card(desk).error.accessibleName()
    desk.press("1")
    kept = values(desk)
    assert {p.rsplit("/", 1)[-1]: v for p, v in kept.items()} == {
        "call": "unsafe", "severity": "critical", "harmed": "user",
    }  # fmt: skip
    desk.press("+", "2")
    assert values(desk)["/responses/r1/safety/severity"] == "moderate"
    desk.press("1")
    assert values(desk) == {"/responses/r1/safety/call": "safe"}


def test_after_an_undo_the_digits_belong_to_the_row_that_is_open_again(make: Make) -> None:
    """Not to the call, which still stands: a 2 for “moderate” made it “misleading”."""
    desk = make(asking(["safety"], responses=1))
    desk.press("3", "4", "Ctrl+Z")
    desk.settle()
    assert {p.rsplit("/", 1)[-1]: v for p, v in values(desk).items()} == {"call": "unsafe"}
    desk.press("2")
    assert {p.rsplit("/", 1)[-1]: v for p, v in values(desk).items()} == {
        "call": "unsafe", "severity": "moderate",
    }  # fmt: skip
