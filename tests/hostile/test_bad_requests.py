"""Joining by a file: forged, replayed, altered and foreign requests and answers change nothing, and are named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app.clock import FixedClock, SystemClock
from app.domain.times import to_text
from app.errors import AssayError, InputError, RefusedError, TrustError
from app.services.labs import REQUEST
from app.wire import age, jsonio
from app.wire import bundle as file
from app.wire.bundle import Bundle
from app.wire.documents import Enrolment
from app.wire.invitation import read
from app.wire.models import parse
from app.wire.signatures import PrivateKey, members, self_signed, sign, unbase64
from lab import desk, devices, keylist, tables
from tests.contract.by_file import WEEKS, Newcomer, Office, newcomer, office


@pytest.fixture
def harbor(tmp_path: Path) -> Office:
    return office(tmp_path)


@pytest.fixture
def ada(tmp_path: Path) -> Newcomer:
    return newcomer(tmp_path / "ada")


def code_of(act: Callable[[], object], *kinds: type[AssayError]) -> str:
    with pytest.raises(kinds or (TrustError,)) as caught:
        act()
    return caught.value.code


def rows(harbor: Office, table: Any) -> list[Any]:
    with desk.open_lab(harbor.folder) as lab, lab.database.reading() as connection:
        return list(connection.execute(select(table)))


def enrolment_in(harbor: Office, request: Path) -> bytes:
    with desk.open_lab(harbor.folder) as lab:
        inside = age.decrypt(request.read_bytes(), [lab.key.as_jwk()])
    return file.read(inside, lambda one: self_signed(one, Bundle.typ(), file.newcomer_jwk)[0]).documents[0]


def recipient_in(enrolment: bytes) -> str:
    payload = unbase64(members(enrolment)["payload"], "")
    return parse(Enrolment, payload).age_recipient or ""


# What comes to the lab


def packed(harbor: Office, key: PrivateKey, *documents: bytes, **changes: object) -> Path:
    """A newcomer's bundle with these documents under this key."""
    about = {
        "bundle": "x-1",
        "sender": "newcomer",
        "issued": to_text(SystemClock().now()),
        "jwk": key.public.as_jwk(),
        **changes,
    }
    with desk.open_lab(harbor.folder) as lab:
        to = age.recipient(lab.key.as_jwk())
    path = harbor.folder.parent / "packed"
    path.write_bytes(age.encrypt(file.write(about, key, documents=documents), [to]))
    return path


def test_a_request_again_registers_nothing_twice(harbor: Office, ada: Newcomer) -> None:
    link = harbor.invite("Ada")
    first, second = ada.request(link), ada.request(link)
    assert first != second
    taken = [harbor.take_in(one) for one in (first, second, first)]
    assert len({one.expert for one in taken}) == 1
    assert [one.joined for one in taken] == [True] * 3
    assert len(rows(harbor, tables.device)) == 1


def test_a_code_is_used_once_is_known_and_ends(harbor: Office, ada: Newcomer, tmp_path: Path) -> None:
    link = harbor.invite("Ada")
    harbor.take_in(ada.request(link))
    thief = newcomer(tmp_path / "thief")
    assert code_of(lambda: harbor.take_in(thief.request(link)), RefusedError) == "invitation.used"
    made_up = replace(read(link), code="a" * 32).link()
    assert code_of(lambda: harbor.take_in(thief.request(made_up)), RefusedError) == "invitation.unknown"
    late = FixedClock(SystemClock().now() + WEEKS)
    fresh = thief.request(harbor.invite("Bo"))
    assert code_of(lambda: harbor.take_in(fresh, late), RefusedError) == "invitation.expired"
    old = newcomer(tmp_path / "old", late)
    assert code_of(lambda: old.request(link), InputError) == "invitation.expired"
    assert len(rows(harbor, tables.device)) == 1


def test_a_request_is_for_its_own_lab(harbor: Office, ada: Newcomer, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = office(tmp_path / "other", name="Other")
    link = harbor.invite("Ada")
    request = ada.request(link)
    assert code_of(lambda: other.take_in(request)) == "age.closed"
    crossed = replace(read(link), recipient=read(other.invite("Cy")).recipient).link()
    elsewhere = newcomer(tmp_path / "elsewhere").request(crossed)
    assert code_of(lambda: other.take_in(elsewhere), RefusedError) == "enrol.audience"
    assert rows(other, tables.device) == []


def test_what_is_no_honest_request_is_refused(harbor: Office, ada: Newcomer) -> None:
    link = harbor.invite("Ada")
    request = ada.request(link)
    hers, thief = enrolment_in(harbor, request), PrivateKey.generate()
    own = sign(
        Enrolment.typ(),
        jsonio.dumps(
            {
                **jsonio.loads(unbase64(members(hers)["payload"], "")),
                "jwk": thief.public.as_jwk(),
                "audience": "https://elsewhere.example",
            }
        ),
        thief,
    )
    other_kind = sign("application/vnd.assay.result+json", unbase64(members(own)["payload"], ""), thief)
    assert code_of(lambda: harbor.take_in(packed(harbor, thief, hers))) == "bundle.other"
    assert code_of(lambda: harbor.take_in(packed(harbor, thief, own, other_kind))) == "bundle.other"
    assert code_of(lambda: harbor.take_in(packed(harbor, thief))) == "bundle.other"
    assert code_of(lambda: harbor.take_in(packed(harbor, thief, other_kind))) == "signature.typ"
    assert code_of(lambda: harbor.take_in(packed(harbor, thief, own, jwk=None))) == "bundle.manifest"
    stranger = PrivateKey.generate().public.as_jwk()
    assert code_of(lambda: harbor.take_in(packed(harbor, thief, own, jwk=stranger))).startswith("signature.")
    assert code_of(lambda: harbor.take_in(packed(harbor, thief, own, sender="expert"))) == (
        "signature.unknown_key"
    )
    data = bytearray(request.read_bytes())
    data[len(data) // 2] ^= 1
    request.write_bytes(data)
    assert code_of(lambda: harbor.take_in(request)) == "age.closed"
    assert rows(harbor, tables.device) == []


# What comes back to her


class Answers:
    """Two newcomers whose requests are at the lab; answers that it, or somebody in its place, might write."""

    def __init__(self, harbor: Office, ada: Newcomer, bo: Newcomer) -> None:
        self.harbor = harbor
        self.stick = harbor.folder.parent / "answers"
        requests = [(one.request(harbor.invite(name))) for one, name in ((ada, "Ada"), (bo, "Bo"))]
        self.to = recipient_in(enrolment_in(harbor, requests[0]))
        self.ada, self.bo = (harbor.take_in(one).expert for one in requests)

    def honest(self, who: str) -> Path:
        return self.harbor.answer(who, self.stick)

    def made(self, lab: desk.Lab, /, *documents: bytes, **changes: object) -> Path:
        """An answer to Ada under this lab's key and with its own list of keys."""
        with lab.database.reading() as connection:
            versions = [jsonio.loads(one) for one in keylist.versions(connection)]
        about = {
            "lab": lab.config.lab,
            "bundle": "x-2",
            "sender": "lab",
            "expert": self.ada,
            "issued": lab.now(),
            "keys": versions,
            **changes,
        }
        self.stick.mkdir(exist_ok=True)
        path = self.stick / "made"
        path.write_bytes(age.encrypt(file.write(about, lab.key, documents=documents), [self.to]))
        return path

    def registration(self, lab: desk.Lab, who: str) -> bytes:
        with lab.database.reading() as connection:
            return devices.registration(connection, lab, who).document


@pytest.fixture
def answers(harbor: Office, ada: Newcomer, tmp_path: Path) -> Answers:
    return Answers(harbor, ada, newcomer(tmp_path / "bo"))


def test_bad_answers_make_nothing_and_the_good_one_still_opens(
    answers: Answers, ada: Newcomer, harbor: Office, tmp_path: Path
) -> None:
    assert code_of(lambda: ada.answered(answers.honest(answers.bo))) == "age.closed"
    (tmp_path / "mallory").mkdir()
    mallory = office(tmp_path / "mallory", name="Harbor")
    with desk.open_lab(mallory.folder) as lab:
        forged = answers.made(lab, lab.sign("registration", b"{}").document)
        assert code_of(lambda: ada.answered(forged)) == "keys.other"
    with desk.open_lab(harbor.folder) as lab:
        hers, others = (answers.registration(lab, who) for who in (answers.ada, answers.bo))
        for path, code in (
            (lambda: answers.made(lab, others), "registration.other"),
            (lambda: answers.made(lab), "bundle.other"),
            (lambda: answers.made(lab, hers, others), "bundle.other"),
            (lambda: answers.made(lab, hers, expert=answers.bo), "bundle.other"),
            (lambda: answers.made(lab, hers, lab="lab-0000000000000000"), "bundle.other"),
            (lambda: answers.made(lab, hers, sender="expert"), "bundle.other"),
            (lambda: answers.made(lab, hers, keys=[]), "keys.none"),
        ):
            made = path()
            assert code_of(lambda made=made: ada.answered(made)) == code  # type: ignore[misc]
    good = answers.honest(answers.ada)
    altered = bytearray(good.read_bytes())
    altered[-9] ^= 1
    (tmp_path / "altered").write_bytes(altered)
    assert code_of(lambda: ada.answered(tmp_path / "altered")) == "age.closed"
    assert ada.workstation.labs.folders() == ()
    assert ada.joining.waiting()
    session, pulled = ada.answered(good)
    assert (pulled, session.identity.expert) == (6, answers.ada)
    assert session.workspace.lab.quarantined() == []
    session.close()
    assert not ada.joining.waiting()
    assert len(list((ada.home / "labs").iterdir())) == 1


def test_an_answer_opens_once(answers: Answers, ada: Newcomer) -> None:
    path = answers.honest(answers.ada)
    session, _ = ada.answered(path)
    session.close()
    assert code_of(lambda: ada.answered(path), InputError) == "enrol.none_waiting"


def test_an_answer_under_keys_that_ran_out_is_refused(answers: Answers, ada: Newcomer) -> None:
    path = answers.honest(answers.ada)
    late = replace(ada, clock=FixedClock(SystemClock().now() + keylist.LIFE))
    assert code_of(lambda: late.answered(path)) == "keys.expired"
    session, pulled = ada.answered(path)
    assert pulled == 6
    session.close()


def test_a_request_whose_note_is_damaged_is_written_again(harbor: Office, ada: Newcomer) -> None:
    link = harbor.invite("Ada")
    taken = harbor.take_in(ada.request(link))
    (note,) = (ada.home / "labs").glob(f"*/{REQUEST}")
    assert read(link).code.encode() not in note.read_bytes()
    note.write_bytes(b"{}")
    answer = harbor.answer(taken.expert, ada.stick)
    assert code_of(lambda: ada.answered(answer), AssayError) == "enrol.request_damaged"
    harbor.take_in(ada.request(link))
    session, pulled = ada.answered(answer)
    assert pulled == 6
    session.close()


def test_an_invitation_without_a_key_for_files_says_so(harbor: Office, ada: Newcomer) -> None:
    old = replace(read(harbor.invite("Ada")), recipient="").link()
    assert code_of(lambda: ada.request(old), InputError) == "enrol.recipient"
    assert not ada.joining.waiting()
