"""Requests to join by file that no answer came for: what they were is told, and giving one up touches nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.errors import AssayError, InputError, OfflineError
from app.services.labs import REQUEST
from tests.command_line import PASSPHRASE, Program
from tests.contract.by_file import Newcomer, Office, newcomer, office
from tests.contract.sync_rig import new_lab, serving


@pytest.fixture
def harbor(tmp_path: Path) -> Office:
    return office(tmp_path)


@pytest.fixture
def ada(tmp_path: Path) -> Newcomer:
    return newcomer(tmp_path / "ada")


def files(ada: Newcomer) -> dict[str, bytes]:
    """Every file of the home, by its path. Lock files come and go."""
    return {
        str(path.relative_to(ada.home)): path.read_bytes()
        for path in sorted(ada.home.rglob("*"))
        if path.is_file() and path.suffix != ".lock"
    }


def test_one_that_is_given_up_leaves_nothing_and_the_others_as_they_were(
    tmp_path: Path, harbor: Office, ada: Newcomer
) -> None:
    (tmp_path / "north").mkdir()
    north = office(tmp_path / "north", name="North")
    joined = ada.request(harbor.invite("Ada at Harbor"))
    session, _ = ada.answered(harbor.answer(harbor.take_in(joined).expert, ada.stick))
    session.close()
    ada.request(north.invite("Ada"))
    before = files(ada)
    second = ada.request(harbor.invite("Ada again"))
    found = {one.lab: one for one in ada.joining.waiting()}
    assert set(found) == {"Harbor", "North"}
    assert (found["North"].role, found["North"].url != "") == ("expert", True)
    was, certain = ada.joining.give_up("Harbor")
    assert (was, certain) == (found["Harbor"], True)
    assert files(ada) == before
    assert [one.lab for one in ada.joining.waiting()] == ["North"]
    answer = harbor.answer(harbor.take_in(second).expert, ada.stick)
    with pytest.raises(AssayError) as caught:
        ada.answered(answer)
    assert caught.value.code == "age.closed"
    labs = ada.workstation.labs
    assert len(labs.folders()) == 1
    labs.open(None, PASSPHRASE).close()


def test_which_one_is_meant_must_be_said(harbor: Office, ada: Newcomer) -> None:
    def code(named: str | None) -> str:
        with pytest.raises(InputError) as caught:
            ada.joining.give_up(named)
        return caught.value.code

    assert code(None) == "enrol.none_waiting"
    for name in ("Ada", "Bo"):
        ada.request(harbor.invite(name))
    one, two = ada.joining.waiting()
    assert (code(None), code("Harbor"), code("Elsewhere")) == (
        "enrol.request_several",
        "enrol.request_several",
        "enrol.request_unknown",
    )
    assert ada.joining.give_up(one.id)[0] == one
    assert ada.joining.give_up()[0] == two
    assert ada.joining.waiting() == ()
    assert list((ada.home / "labs").iterdir()) == []


def test_one_whose_note_is_damaged_can_be_given_up_too(harbor: Office, ada: Newcomer) -> None:
    ada.request(harbor.invite("Ada"))
    (one,) = ada.joining.waiting()
    (ada.home / "labs" / one.id / REQUEST).write_bytes(b"{")
    (damaged,) = ada.joining.waiting()
    assert (damaged.id, damaged.name, damaged.expires) == (one.id, "", None)
    assert ada.joining.give_up(one.id)[0] == damaged
    assert ada.joining.waiting() == ()


def test_by_command(tmp_path: Path, harbor: Office) -> None:
    assay = Program(tmp_path / "home", secrets=tmp_path)
    assert assay.json("request", "list") == []
    assay.json("enrol", harbor.invite("Ada"), "--by-file", tmp_path / "stick")
    (one,) = assay.json("request", "list")
    assert (one["lab"], one["role"]) == ("Harbor", "expert")
    assert assay.fails(3, "request", "give-up", "North")["code"] == "enrol.request_unknown"
    assert assay.json("request", "give-up", "Harbor") == {**one, "key_gone": True}
    assert assay.json("request", "list") == []
    assert assay.fails(3, "request", "give-up")["code"] == "enrol.none_waiting"


def test_what_nobody_tries_again_does_not_say_so(tmp_path: Path, ada: Newcomer) -> None:
    """Joining is asked for by a person; a lab that cannot be reached then is not asked again by itself."""
    link = new_lab(tmp_path / "lab", 1)
    with pytest.raises(OfflineError) as caught:
        ada.workstation.enrolling.enrol(link, passphrase=PASSPHRASE)
    assert caught.value.code == "lab.unreachable"
    assert "not tried again by itself" in caught.value.hint
    with pytest.raises(OfflineError) as caught:
        ada.workstation.studio.connect("http://127.0.0.1:1", 1, "token", PASSPHRASE)
    assert "not tried again by itself" in caught.value.hint
    assert ada.workstation.labs.folders() == ()


def test_a_sync_by_command_does_not_say_it_either(tmp_path: Path) -> None:
    assay = Program(tmp_path / "home", secrets=tmp_path)
    link = new_lab(tmp_path / "lab", 1)
    with serving(tmp_path / "lab"):
        assay.json("enrol", link)
    failed = assay.fails(4, "sync")
    assert (failed["code"], "not tried again by itself" in failed["hint"]) == ("lab.unreachable", True)
