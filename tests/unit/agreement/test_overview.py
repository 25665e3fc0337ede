"""I1 on one screen: the figures of a part, and criteria × graders with what stands behind each square."""

from __future__ import annotations

from dataclasses import replace

import pytest

from app.agreement import overview as module
from app.agreement.figures import NO_PAIRS, ONE_RATER
from app.agreement.overview import Line, Overview, overview, slices
from app.agreement.ratings import Level
from app.agreement.reports.answers import answers
from app.agreement.reports.blocks import Table
from app.agreement.reports.measuring import verdicts
from app.agreement.reports.parts import heat_map
from app.agreement.reports.source import Decided, Source, verdict
from app.agreement.resampling import Bootstrap
from app.agreement.squares import Beside
from app.agreement.summary import agreement
from app.domain.questions import Panel
from app.errors import Cancelled
from tests.unit.agreement.report_samples import sample

QUICK = Bootstrap(rounds=60)


@pytest.fixture(scope="module")
def source() -> Source:
    return sample()


def made(source: Source, slice_name: str = "all", beside: Beside = Beside.OTHERS) -> Overview:
    return overview(source, verdicts(source), QUICK, slice_name=slice_name, beside=beside)


def criteria(found: Overview) -> list[Line]:
    return [line for line in found.lines if line.question is None]


def test_the_figures_are_those_of_the_summary(source: Source) -> None:
    found = made(source)
    whole = agreement(verdicts(source).ratings, Level.NOMINAL, QUICK)
    assert (found.observed, found.alpha) == (whole["observed"], whole["krippendorff_alpha"])
    assert (found.kappa, found.ac1) == (whole["fleiss_kappa"], whole["gwet_ac1"])
    assert found.observed.low is not None
    assert (found.tasks, found.verdicts, found.all_lines) == (30, 30 * 2 * 4 * 4, 4)


def test_the_squares_are_those_of_the_report(source: Source) -> None:
    found = made(source)
    heat = heat_map(source, verdicts(source), lambda text, **params: text)
    by_label = dict(zip(heat.rows, heat.squares, strict=True))
    assert [source.name(grader) for grader in found.graders] == list(heat.columns)
    for line in criteria(found):
        squares = by_label[line.label]
        assert [round(square.share or 0, 6) for square in line.squares] == [s.share for s in squares]
        assert [square.n for square in line.squares] == [s.n for s in squares]
        assert [{miss.task for miss in s.misses} for s in line.squares] == [set(s.tasks) for s in squares]
        assert sum(share for _, share in line.values) == pytest.approx(1)


def test_lines_keep_the_order_of_the_rubric_and_know_their_sign(source: Source) -> None:
    lines = criteria(made(source))
    assert [line.points for line in lines] == [5, 3, -4, 2]
    assert [line.is_negative for line in lines] == [False, False, True, False]


def test_parts_by_sign_and_tag(source: Source) -> None:
    assert [line.points for line in made(source, "negative").lines] == [-4]
    assert [line.points for line in made(source, "positive").lines] == [5, 3, 2]
    assert "axis:safety" in slices(verdicts(source))
    safety = made(source, "tag:axis:safety")
    assert [line.points for line in safety.lines] == [5, -4]
    alone = verdicts(source).where(lambda unit: "axis:safety" in unit.criterion.tags)
    assert safety.alpha == agreement(alone, Level.NOMINAL, QUICK)["krippendorff_alpha"]
    assert made(source, "tag:child").tasks == 15
    empty = made(source, "tag:nowhere")
    assert (empty.lines, empty.alpha.value) == ((), None)


def test_beside_the_decision_only_what_was_decided_counts(source: Source) -> None:
    """One criterion of one task was adjudicated; the disputed decision on another does not count."""
    lines = criteria(made(source, beside=Beside.DECIDED))
    assert [[square.n for square in line.squares] for line in lines] == [[1] * 4, [0] * 4, [0] * 4, [0] * 4]
    said = {one.rater: verdict(one.judgement, "r1", "c1") for one in source.by_task["t001"]}
    for grader, square in zip(made(source).graders, lines[0].squares, strict=True):
        assert square.same == (said[grader] == "met")
        assert [miss.other for miss in square.misses] == ([] if square.same else ["met"])
    assert lines[1].share is None


def test_what_was_accepted_as_graded_counts_where_all_say_the_same(source: Source) -> None:
    accepted = replace(source, decided={"t003": Decided("t003", "accept", "a" * 64)})
    same = 0
    for criterion in ("c1", "c2", "c3", "c4"):
        for response in ("r1", "r2"):
            values = {verdict(one.judgement, response, criterion) for one in source.by_task["t003"]}
            same += len(values) == 1
    lines = criteria(made(accepted, beside=Beside.DECIDED))
    assert sum(line.squares[0].n for line in lines) == same > 0
    assert all(square.share in (1.0, None) for line in lines for square in line.squares)


def test_what_is_asked_beside_the_criteria_stands_behind_them(source: Source) -> None:
    found = made(source)
    asked_lines = [line for line in found.lines if line.question is not None]
    assert [line.question.panel for line in asked_lines if line.question] == [Panel.RATINGS, Panel.PREFERENCE]
    assert found.lines[-2:] == tuple(asked_lines)
    (table,) = (b for b in answers(source, lambda text, **params: text, QUICK) if isinstance(b, Table))
    assert [line.alpha for line in asked_lines] == [row[3] for row in table.rows]
    tone = asked_lines[0]
    said = {
        (one.task.id, r, one.rater): one.judgement["responses"][r]["ratings"]["tone"]["value"]
        for one in source.graded
        for r in ("r1", "r2")
    }
    first, *others = found.graders
    equal = sum(
        said[task, r, first] == said[task, r, other]
        for task, r, who in said
        if who == first
        for other in others
    )
    assert (tone.squares[0].same, tone.squares[0].n) == (equal, 30 * 2 * 3)
    miss = tone.squares[0].misses[0]
    assert (miss.criterion, said[miss.task, miss.response, first]) == ("", int(miss.said))
    assert [line.question for line in made(source, "negative").lines] == [None]


def test_a_decided_answer_is_compared_too(source: Source) -> None:
    final = {
        "preference": {"overall": {"value": -1}},
        "responses": {"r1": {"ratings": {"tone": {"value": 4}}}},
    }
    decided = replace(source, decided={"t001": Decided("t001", "adjudicate", "d" * 64, final)})
    lines = [line for line in made(decided, beside=Beside.DECIDED).lines if line.question is not None]
    assert [sum(square.n for square in line.squares) for line in lines] == [4, 4]
    assert {miss.other for line in lines for square in line.squares for miss in square.misses} <= {"-1", "4"}


def test_one_grader_alone_has_reasons_instead_of_figures() -> None:
    found = made(sample(3, experts=("e-1",)))
    assert (found.alpha.value, found.alpha.reason) in ((None, ONE_RATER), (None, NO_PAIRS))
    assert all(square.share is None for line in found.lines for square in line.squares)
    assert all(line.alpha.value is None and line.alpha.reason for line in found.lines)


def test_of_too_many_lines_the_least_agreed_stay(source: Source, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = criteria(made(source))
    worst = sorted(lines, key=lambda line: line.share or 0)[:2]
    monkeypatch.setattr(module, "MOST_LINES", 2)
    found = made(source)
    assert [line.label for line in criteria(found)] == [line.label for line in lines if line in worst]
    assert found.all_lines == 4


def test_it_can_be_stopped(source: Source) -> None:
    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        overview(source, verdicts(source), Bootstrap(60, tell=stop))
