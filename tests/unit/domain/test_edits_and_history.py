"""Edits apply and invert exactly, typing joins, and one history runs over everything."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.domain.edits import Change, Edit, apply, invert, join, splice
from app.domain.history import Step, replay
from app.domain.ids import DeviceId, TaskId
from app.domain.review import Review, parts, pointer
from app.errors import InputError

AT = datetime(2026, 11, 1, tzinfo=UTC)
TASK, DEVICE = TaskId("t1"), DeviceId("d1")
EMPTY = Review(TASK)


def edit(path: str, old: object, new: object, **more: object) -> Edit:
    made = Edit("e", DEVICE, TASK, path, None, None, AT, "g")
    return replace(made, old=old, new=new, **more)  # type: ignore[arg-type]


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["/a", "/b", "/c"]),
            st.one_of(st.none(), st.integers(0, 3), st.text("xyé😀", max_size=6)),
        ),
        max_size=60,
    )
)
def test_any_run_of_edits_inverts_exactly(rows: list[tuple[str, int | str | None]]) -> None:
    review, done = EMPTY, []
    states = [EMPTY]
    for path, new in rows:
        old = review.values.get(path)
        if isinstance(old, str) and isinstance(new, str):
            at, gone, come = splice(old, new)
            made = edit(path, gone, come, change=Change.SPLICE, offset=at)
        else:
            made = edit(path, old, new)
        review = apply(review, made)
        done.append(made)
        states.append(review)
    for made in reversed(done):
        states.pop()
        review = apply(review, invert(made, id="u", at=AT, group="u", device=DEVICE))
        assert review == states[-1]


@given(st.text("abcé😀", max_size=12), st.text("abcé😀", max_size=12))
def test_splice_is_the_difference(before: str, after: str) -> None:
    at, gone, come = splice(before, after)
    assert before[:at] + come + before[at + len(gone) :] == after


def test_an_edit_on_a_changed_review_is_refused() -> None:
    changed = EMPTY.with_value("/a", "met")
    with pytest.raises(InputError) as caught:
        apply(changed, edit("/a", "not_met", "met"))
    assert caught.value.code == "edit.stale"


def test_true_is_not_one() -> None:
    with pytest.raises(InputError):
        apply(EMPTY.with_value("/a", 1), edit("/a", True, 2))


def test_typing_joins_within_half_a_second_and_not_after() -> None:
    first = edit("/comment", "", "d", change=Change.SPLICE, offset=0)
    second = replace(
        edit("/comment", "", "o", change=Change.SPLICE, offset=1), at=AT + timedelta(milliseconds=400)
    )
    joined = join(first, second)
    assert joined is not None
    assert joined.new == "do"
    assert join(first, replace(second, at=AT + timedelta(milliseconds=600))) is None


def test_history_undoes_redoes_and_forgets_redo_after_new_work() -> None:
    steps = [Step("g1"), Step("g2"), Step("u2", undoes="g2")]
    assert replay(steps).undo == ("g1",)
    assert replay(steps).redo == ("u2",)
    redone = [*steps, Step("r2", undoes="u2")]
    assert replay(redone).undo == ("r2", "g1")
    assert replay([*steps, Step("g3")]).redo == ()


@given(st.lists(st.text("a/~b", max_size=4), min_size=1, max_size=4))
def test_pointers_round_trip(names: list[str]) -> None:
    assert parts(pointer(*names)) == tuple(names)
