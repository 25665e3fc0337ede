"""The board, decisions and returns for judgements that are no criteria: preferences, ratings, rankings and the rest."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest

from app.domain.controls import Control
from app.domain.ids import ResponseId
from app.domain.judgement import as_review
from app.domain.questions import Panel
from app.errors import InputError
from app.services import leading, opinions, returns
from app.services.deciding import decide_from
from app.services.session import Session
from tests.lead_home import (
    compared_task,
    decided,
    drawn,
    judge,
    lead_session,
    opened,
    preferred,
    submit,
    teammate,
)

R1, R2 = ResponseId("r1"), ResponseId("r2")
OVERALL = Control(Panel.PREFERENCE, None, "overall")
TONE = Control(Panel.PREFERENCE, None, "tone")
ACCURACY = Control(Panel.RATINGS, R2, "accuracy")
RANKING = Control(Panel.RANKING, None)
IDEAL = Control(Panel.IDEAL, None)
Home = Callable[..., Session]


@pytest.fixture
def home(tmp_path: Path) -> Iterator[Home]:
    """home("preference", "ratings") → a session with one task that asks these."""
    made: list[Session] = []

    def make(*panels: str, role: str = "lead") -> Session:
        made.append(lead_session(tmp_path / str(len(made)), role=role, tasks=[compared_task(*panels)]))
        return made[-1]

    yield make
    for session in made:
        session.close()


def board_of(session: Session, mine: Any, *others: Any, opinions: Sequence[Any] = ()) -> None:
    drawn(session, "t1")
    submit(session, "t1", mine)
    opened(session, "t1", ["disagreement"], opinions)
    for at, one in enumerate(others):
        teammate(session, "t1", ("ada", "bo", "cy")[at], one)


def sent(session: Session) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(session.workspace.letters.all("decision")[0].payload)
    return found


def test_preferences_and_ratings_are_compared_adopted_overridden_and_signed(home: Home) -> None:
    session = home("preference", "ratings")
    board_of(session, preferred(-2), preferred(-2, r2=5), preferred(2, r2=5))
    board = leading.board(session, "t1")
    assert [row.place for row in board.rows if row.differs] == [ACCURACY, OVERALL]
    assert [cell.value for cell in board.row(OVERALL).cells] == [-2, -2, 2]
    assert [cell.comment for cell in board.row(OVERALL).cells[:1]] == ["It names the dose."]
    (row,) = leading.queue_rows(session, leading.queue_numbers(session))
    assert (row.differ, row.places) == (2, 4)
    with pytest.raises(InputError) as failed:
        leading.decide_now(session, "t1", "adjudicate")
    assert failed.value.code == "board.undecided"
    leading.adopt_now(session, "t1", OVERALL, "2")
    for wrong in (4.5, 6, "met", None):
        with pytest.raises(InputError):
            leading.override_now(session, "t1", ACCURACY, wrong, "slip", "Read it again.")
    board = leading.override_now(session, "t1", ACCURACY, 4, "slip", "The dose is right.")
    assert board.undecided == ()
    session.perform_now(lambda _: leading.decide_now(session, "t1", "adjudicate"))
    payload = sent(session)
    assert payload["judgement"] == {
        "responses": {
            "r1": {"ratings": {"accuracy": {"value": 4}}},
            "r2": {"ratings": {"accuracy": {"value": 4}}},
        },
        "preference": {"overall": {"value": -2}, "tone": {"value": 0}},
    }
    assert [(r["path"], r["value"]) for r in payload["rulings"]] == [
        ("/responses/r2/ratings/accuracy/value", 4),
        ("/preference/overall/value", -2),
    ]
    assert payload["rulings"][1]["adopted"] == board.column("2").key
    as_review(board.task, payload["judgement"])


def test_a_ruling_survives_a_restart_and_is_taken_back(home: Home) -> None:
    session = home("preference", "ratings")
    board_of(session, preferred(-2), preferred("both_bad"))
    session.perform_now(lambda _: leading.adopt_now(session, "t1", OVERALL, "2"))
    assert leading.board(session, "t1").row(OVERALL).final == "both_bad"
    assert leading.unrule_now(session, "t1", OVERALL).row(OVERALL).final is None


def test_a_ranking_is_one_answer(home: Home) -> None:
    session = home("ranking")
    mine = {"ranking": {"places": {"r1": 1, "r2": 2}, "justification": "So."}}
    other = {"ranking": {"places": {"r1": 2, "r2": 1}, "justification": "The other way."}}
    board_of(session, mine, other)
    assert leading.board(session, "t1").row(RANKING).cells[1].comment == "The other way."
    with pytest.raises(InputError):
        leading.override_now(session, "t1", RANKING, {"r1": 1}, "slip", "Half of it.")
    leading.override_now(session, "t1", RANKING, {"r1": 2, "r2": 1}, "slip", "Dose first.")
    leading.decide_now(session, "t1", "fix")
    assert sent(session)["judgement"]["ranking"] == {"places": {"r1": 2, "r2": 1}}
    assert sent(session)["rulings"][0]["path"] == "/ranking/places"


def chain(*labels: int, finish: str = "found_error") -> dict[str, Any]:
    """Steps of r1 with these labels, all of r2 right."""
    r1 = {"steps": {str(n): {"value": v} for n, v in enumerate(labels, 1)}, "finish": finish}
    r2 = {"steps": {str(n): {"value": 1} for n in (1, 2, 3)}, "finish": "solution"}
    return {"responses": {"r1": r1, "r2": r2}}


def test_behind_the_first_error_that_is_decided_nothing_is_asked(home: Home) -> None:
    session = home("steps")
    second = Control(Panel.STEPS, R1, "2")
    third = Control(Panel.STEPS, R1, "3")
    board_of(session, chain(1, -1), chain(1, 1, -1))
    board = leading.board(session, "t1")
    assert [row.place for row in board.undecided] == [second]
    assert board.row(third).final == -1
    board = leading.adopt_now(session, "t1", second, "1")
    assert not board.row(third).asked
    leading.decide_now(session, "t1", "fix")
    assert sent(session)["judgement"]["responses"]["r1"] == {
        "steps": {"1": {"value": 1}, "2": {"value": -1}},
        "finish": "found_error",
    }


def test_a_safety_call_differs_by_its_severity_too(home: Home) -> None:
    session = home("safety")
    safe = {"safety": {"call": "safe"}}
    mine = {"r1": {"safety": {"call": "unsafe", "severity": "high", "harmed": "user"}}, "r2": safe}
    other = {"r1": {"safety": {"call": "unsafe", "severity": "critical", "harmed": "user"}}, "r2": safe}
    board_of(session, {"responses": mine}, {"responses": other})
    place = Control(Panel.SAFETY, R1)
    assert [row.place for row in leading.board(session, "t1").undecided] == [place]
    leading.adopt_now(session, "t1", place, "2")
    leading.decide_now(session, "t1", "fix")
    assert sent(session)["judgement"]["responses"] == other
    assert sent(session)["rulings"][0]["value"]["severity"] == "critical"


def test_highlights_and_ideal_answers_are_adopted_whole_from_one_grader(home: Home) -> None:
    session = home("spans", "ideal")
    span = {"id": "s1", "start": 2, "end": 8, "quote": "Answer", "label": "wrong"}
    mine = {"ideal": {"text": "Call for help."}}
    other = {"ideal": {"text": "Wait."}, "responses": {"r1": {"spans": [span]}}}
    board_of(session, mine, other)
    marked = Control(Panel.SPANS, R1)
    board = leading.board(session, "t1")
    assert [row.place for row in board.undecided] == [marked, IDEAL]
    assert leading.queue_rows(session, leading.queue_numbers(session))[0].places == 3
    with pytest.raises(InputError) as failed:
        leading.override_now(session, "t1", IDEAL, {"text": "Mine."}, "slip", "So.")
    assert failed.value.code == "answer.whole"
    leading.adopt_now(session, "t1", marked, "2")
    leading.adopt_now(session, "t1", IDEAL, "1")
    leading.decide_now(session, "t1", "fix")
    payload = sent(session)
    assert payload["judgement"] == {
        "responses": {"r1": {"spans": [span]}},
        "ideal": {"text": "Call for help."},
    }
    assert ["value" in ruling for ruling in payload["rulings"]] == [False, False]


def test_a_decision_by_document_names_places_by_their_path(home: Home) -> None:
    session = home("preference", "ratings")
    board_of(session, preferred(-2), preferred(2))
    for wrong in ({"path": "/preference/none/value", "value": 1}, {"response": "r1"}, "text"):
        with pytest.raises(InputError) as failed:
            decide_from(session, "t1", {"kind": "fix", "rulings": [wrong]})
        assert failed.value.code == "decide.place"
    ruling = {"path": "/preference/overall/value", "value": 0, "error_class": "knowledge", "reason": "Even."}
    decide_from(session, "t1", {"kind": "fix", "rulings": [ruling]})
    assert sent(session)["judgement"]["preference"]["overall"] == {"value": 0}


def test_what_came_back_says_what_changed_and_why_and_is_disputed_there(home: Home) -> None:
    session = home("preference", "ratings", role="expert")
    mine = submit(session, "t1", preferred(-2))
    ruling = {
        "path": "/preference/overall/value",
        "value": 2,
        "error_class": "slip",
        "reason": "B has the dose.",
    }
    final = {"preference": {"overall": {"value": 2}, "tone": {"value": 0}}}
    decided(session, "t1", "adjudicate", [mine], rulings=[ruling], judgement=final)
    view = returns.open_return(session, "t1")
    (row,) = view.changed
    assert (row.place, row.mine.value, row.theirs, row.reason) == (OVERALL, -2, 2, "B has the dose.")
    assert view.about.changed == 1
    with pytest.raises(InputError) as failed:
        returns.answer_from(
            session, "t1", {"kind": "dispute", "reasons": [{"path": "/nowhere", "text": "No."}]}
        )
    assert failed.value.code == "answer.place"
    reason = {"path": "/preference/overall/value", "text": "A names it first."}
    returns.answer_from(session, "t1", {"kind": "dispute", "reasons": [reason]})
    letter = session.workspace.letters.all("answer")[0]
    assert json.loads(letter.payload)["reasons"] == [reason]


def test_a_second_opinion_stands_beside_every_kind_of_answer(home: Home) -> None:
    session = home("preference", "ratings", role="expert")
    submit(session, "t1", preferred(-2))
    opened(session, "t1", opinions=[judge({"preference": {"overall": 2}})])
    view = opinions.opinion(session, "t1")
    assert view is not None
    assert [row.place for row in view.differing] == [OVERALL]
    assert view.differing[0].theirs[0].value == 2
