"""Writing tasks and texts: drafts are kept, doubts are said, and nothing leaves that may name a person unseen."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from app.domain.identifiers import Identifier, identifiers
from app.domain.ids import CriterionId
from app.domain.lint import Doubt, lint
from app.domain.rubric import Criterion
from app.errors import InputError
from app.services import authoring, snippets, spelling
from app.services.session import Session
from app.wire import jsonio
from app.wire.work import check_task
from tests.workspaces import make_session


@pytest.fixture
def session(tmp_path: Path) -> Session:
    return make_session(tmp_path)


def criterion(n: int, text: str, points: float = 2) -> Criterion:
    return Criterion(CriterionId(f"c{n}"), text, points=points)


WHOLE = (
    criterion(1, "Names 0.5 mg of adrenaline into the thigh muscle", 5),
    criterion(2, "Advises calling an ambulance at once", 4),
    criterion(3, "Advises an antihistamine before adrenaline", -6),
)


def whole(session: Session) -> authoring.Draft:
    return replace(
        authoring.begin(session, field_="medicine", language="en"),
        title="Wasp sting",
        layman="My arm is red and I cannot breathe well.",
        professional="Anaphylaxis after a sting, stridor, BP 80/40.",
        ideal="Adrenaline 0.5 mg into the thigh, then call an ambulance.",
        criteria=WHOLE,
    )


def test_a_draft_is_kept_as_it_is_typed_and_found_again(session: Session) -> None:
    first = authoring.keep(session, whole(session))
    second = authoring.keep(session, replace(authoring.begin(session), title="Other"))
    assert {d.id for d in authoring.drafts(session)} == {first.id, second.id}
    assert authoring.draft(session, first.id) == first
    authoring.discard(session, second.id)
    assert [d.id for d in authoring.drafts(session)] == [first.id]
    with pytest.raises(InputError) as caught:
        authoring.draft(session, second.id)
    assert caught.value.code == "draft.unknown"


def test_a_whole_draft_is_a_task_that_a_lab_can_take(session: Session) -> None:
    line = authoring.task_line(whole(session))
    task, _ = check_task(jsonio.dumps(line))
    assert task.reference == "Adrenaline 0.5 mg into the thigh, then call an ambulance."
    assert line["wordings"]["layman"].startswith("My arm")


@pytest.mark.parametrize("lack", ["title", "layman", "professional", "ideal"])
def test_what_is_missing_is_named(session: Session, lack: str) -> None:
    draft = whole(session)
    object.__setattr__(draft, lack, " ")
    assert authoring.standing(draft).lacks == (lack,)
    with pytest.raises(InputError) as caught:
        authoring.task_line(draft)
    assert (caught.value.code, caught.value.where) == ("draft.incomplete", lack)


def test_nothing_leaves_that_may_name_a_person_until_it_was_looked_at(session: Session) -> None:
    draft = replace(whole(session), layman="I am Ada Brown, born 3 May 1970, phone 0912 345 678.")
    found = authoring.standing(draft)
    assert [s.found.kind for s in found.suspects] == [Identifier.NAME, Identifier.BIRTH, Identifier.PHONE]
    with pytest.raises(InputError) as caught:
        authoring.task_line(draft)
    assert (caught.value.code, caught.value.where) == ("draft.identifier", "layman")
    seen = replace(draft, looked_at=frozenset(s.found.text for s in found.suspects))
    assert authoring.task_line(seen)["id"] == draft.id


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Mr. John Smith, DOB 03/04/1971, MRN 4482910", "name birth record"),
        ("phone (415) 555-2671, 12 Oak Hill Road", "phone address"),
        ("患者王小明，民國71年3月4日出生，電話0912345678", "name birth phone"),
        ("住台北市大安區信義路四段12號", "address"),
        ("write to a.b@example.org or https://example.org/x", "email link"),
        ("card 4111 1111 1111 1111, GB82 WEST 1234 5698 7654 32", "account account"),
        ("A123456789 and 123-45-6789", "national_id national_id"),
        ("Give 0.3 mg IM every 5-15 minutes; BP 120/80, HR 110, CHA2DS2-VASc 4, pH 7.35-7.45", ""),
        ("Under section 4.2 of the 2019 Act, 12 months, $1,000,000 and 4111 1111 1111 1112", ""),
        ("陳述清楚，高血壓，白血球 12000，馬上就醫", ""),
    ],
)
def test_identifiers_are_found_and_honest_numbers_left_alone(text: str, kinds: str) -> None:
    assert " ".join(f.kind for f in identifiers(text)) == kinds
    assert all(text[f.start : f.end] == f.text for f in identifiers(text))


@pytest.mark.parametrize(
    ("criteria", "doubts"),
    [
        (WHOLE, []),
        ([criterion(1, "Names the dose and explains the route"), WHOLE[2]], [Doubt.NOT_ATOMIC]),
        ([criterion(1, "Gives appropriate advice"), WHOLE[2]], [Doubt.NOT_VERIFIABLE]),
        ([criterion(1, " "), WHOLE[2]], [Doubt.EMPTY]),
        ([criterion(1, "Is brief", 0), WHOLE[1], WHOLE[2]], [Doubt.NO_POINTS]),
        (
            [WHOLE[0], criterion(2, "Names 0.5 mg adrenaline for the thigh muscle", 5), WHOLE[2]],
            [Doubt.OVERLAP],
        ),
        ([WHOLE[2]], [Doubt.ONLY_NEGATIVE]),
        (
            [criterion(1, "Names it", 9), criterion(2, "Spells it"), criterion(3, "Dates it")],
            [Doubt.TOO_HEAVY],
        ),
        ([criterion(n, f"Names river {n}") for n in range(4)], [Doubt.NO_NEGATIVE]),
        ([criterion(1, "說明劑量並且說明途徑"), WHOLE[2]], [Doubt.NOT_ATOMIC]),
        ([criterion(1, "說明劑量。也要說明途徑"), WHOLE[2]], [Doubt.NOT_ATOMIC]),
        ([criterion(1, "指出錯誤。*部分符合：方向正確。*"), WHOLE[2]], []),
        ([criterion(1, "責備家長。"), criterion(2, "讓家長有心理準備：抽血、驗尿"), WHOLE[2]], []),
        (
            [criterion(1, "說明抽血前要空腹八小時"), criterion(2, "指出抽血前要空腹八小時"), WHOLE[2]],
            [Doubt.OVERLAP],
        ),
    ],
)
def test_a_rubric_is_linted(criteria: list[Criterion], doubts: list[Doubt]) -> None:
    assert [f.doubt for f in lint(criteria)] == doubts


def test_spelling_knows_the_field_ones_own_words_and_the_task(session: Session) -> None:
    text = "The pateint has dyspnoea; see `foo_bar`, 5mg, 劑量 and Zorblex. Give CPR."
    speller = spelling.speller(session, "medicine", "Zorblex is a drug")
    assert [text[s:e] for s, e in speller.mistakes(text)] == ["pateint"]
    assert "patient" in speller.suggestions("pateint")
    assert [text[s:e] for s, e in spelling.speller(session, "law").mistakes(text)] == [
        "pateint",
        "dyspnoea",
        "Zorblex",
    ]
    spelling.add_word(session.workspace, "Pateint")
    assert spelling.own_words(session) == ["pateint"]
    assert spelling.speller(session, "medicine", "Zorblex").mistakes(text) == []
    spelling.remove_word(session.workspace, "pateint")
    assert spelling.own_words(session) == []


def test_snippets_are_kept_by_name(session: Session) -> None:
    snippets.keep(session.workspace, " no  source ", "It names no source.")
    snippets.keep(session.workspace, "dose", "The dose is wrong.")
    snippets.keep(session.workspace, "dose", "The dose is too high.")
    assert [(s.name, s.text) for s in snippets.snippets(session)] == [
        ("dose", "The dose is too high."),
        ("no source", "It names no source."),
    ]
    snippets.remove(session.workspace, "dose")
    assert [s.name for s in snippets.snippets(session)] == ["no source"]
    with pytest.raises(InputError):
        snippets.keep(session.workspace, "", "text")
