"""The vault on a real gnome-keyring: each state opens or asks, loses nothing, tells nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from keyring_session import Session, new_session

PASSPHRASE, PIN = "correct horse battery", "748213"
SECRET_SERVICE = "keyring.backends.SecretService.Keyring"
UNUSABLE = {"locked": ("locked", "keyring.locked"), "no daemon": ("storage", "keyring.missing")}
UNUSABLE["no bus"] = ("storage", "keyring.missing")


@pytest.fixture
def session() -> Iterator[Session]:
    with new_session() as found:
        yield found


def create(session: Session) -> tuple[str, str]:
    """(hash of the secrets, recovery code) of a vault made in an unlocked key store."""
    made, code, in_clear = session.act(
        "unlocked", ("create", {}), ("new_recovery_code", {}), ("search home", {})
    )
    assert in_clear == []
    return made, code


def test_unlocked_opens_in_this_and_later_sessions(session: Session) -> None:
    made, _ = create(session)
    again, backend, in_clear = session.act("unlocked", ("open", {}), ("state", {}), ("search home", {}))
    assert (again, backend, in_clear) == (made, SECRET_SERVICE, [])
    assert session.act("unlocked", ("lock", {}), ("open", {}), ("unlock", {}), ("open", {}))[2:] == [
        made,
        made,
    ]


def test_the_byte_search_would_find_the_key(session: Session) -> None:
    create(session)
    said = session.act("unlocked", ("open", {}), ("write canary", {}), ("search home", {}))
    assert said[1] == [str(session.home / "canary")]


@pytest.mark.parametrize("state", UNUSABLE)
def test_an_unusable_key_store_asks_and_loses_nothing(session: Session, state: str) -> None:
    made, code = create(session)
    before = {path: path.read_bytes() for path in session.folder.iterdir()}
    [(kind, name, message, hint)] = session.act(state, ("open", {}))
    assert (kind, name) == UNUSABLE[state]
    assert message
    assert hint
    assert {path: path.read_bytes() for path in session.folder.iterdir()} == before
    assert session.act("unlocked", ("open", {})) == [made]
    recovered = session.act(state, ("recover", {"code": code, "passphrase": PASSPHRASE}), ("search home", {}))
    assert recovered == [made, []]
    assert session.act(state, ("open", {"passphrase": PASSPHRASE})) == [made]


@pytest.mark.parametrize("state", UNUSABLE)
def test_an_unusable_key_store_takes_no_new_keys(session: Session, state: str) -> None:
    session.act("unlocked", ("exists", {}))  # the login keyring comes into being, with its password
    [(kind, name, _, hint)] = session.act(state, ("create", {}))
    assert (kind, name) == UNUSABLE[state]
    assert hint
    assert list(session.folder.iterdir()) == []
    made, in_clear = session.act(state, ("create", {"passphrase": PASSPHRASE}), ("search home", {}))
    assert in_clear == []
    assert session.act("unlocked", ("open", {"passphrase": PASSPHRASE})) == [made]


def test_a_deleted_entry_is_named_and_the_code_brings_it_back(session: Session) -> None:
    made, code = create(session)
    [lost] = session.act("unlocked", ("break entry", {}), ("open", {}))
    assert lost[:2] == ["storage", "keyring.lost"]
    assert session.act("unlocked", ("recover", {"code": code}), ("open", {})) == [made, made]


def test_a_pin_seals_the_entry_for_every_program(session: Session) -> None:
    made, _ = create(session)
    session.act("unlocked", ("set_pin", {"pin": PIN}))
    needed, wrong, opened, in_clear = session.act(
        "unlocked", ("open", {}), ("open", {"pin": "0001"}), ("open", {"pin": PIN}), ("search home", {})
    )
    assert (needed[1], wrong[1], opened, in_clear) == ("pin.needed", "pin.wrong", made, [])


def test_forgetting_empties_the_key_store(session: Session) -> None:
    create(session)
    assert session.act("unlocked", ("forget", {})) == [True]
    assert list(session.folder.iterdir()) == []


def plain_text_back_end(folder: Path, told: Path) -> None:
    """A package that wins keyring's discovery and keeps secrets in a plain file, as some known ones do."""
    folder.mkdir()
    (folder / "plainrings.py").write_text(
        f"""
from pathlib import Path
from keyring.backend import KeyringBackend
Path({str(told)!r}).write_text("its code ran")
class PlainKeyring(KeyringBackend):
    priority = 99
    def get_password(self, service, username):
        return None
    def set_password(self, service, username, password):
        Path({str(told)!r}).write_text(password)
"""
    )
    about = folder / "plainrings-1.0.dist-info"
    about.mkdir()
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: plainrings\nVersion: 1.0\n")
    (about / "entry_points.txt").write_text("[keyring.backends]\nplain = plainrings\n")


def test_a_plain_text_back_end_is_refused_unseen(session: Session, tmp_path: Path) -> None:
    told = session.home / "told"
    plain_text_back_end(tmp_path / "site", told)
    for chosen in ({}, {"PYTHON_KEYRING_BACKEND": "plainrings.PlainKeyring"}):
        [refused] = session.act("no bus", ("create", {}), path=[tmp_path / "site"], environment=chosen)
        assert refused[:2] == ["storage", "keyring.insecure"]
        assert "plainrings" in refused[2]
    assert not told.exists()
    assert session.files() == []
    taken = session.act("no bus", ("what keyring itself would take", {}), path=[tmp_path / "site"])
    assert taken == ["plainrings"]  # so the refusals above were ours
    assert told.exists()


def test_a_plain_text_back_end_is_never_asked_beside_a_real_one(session: Session, tmp_path: Path) -> None:
    told = session.home / "told"
    plain_text_back_end(tmp_path / "site", told)
    made, backend, in_clear = session.act(
        "unlocked",
        ("create", {}),
        ("state", {}),
        ("search home", {}),
        path=[tmp_path / "site"],
        environment={"PYTHON_KEYRING_BACKEND": "plainrings.PlainKeyring"},
    )
    assert (backend, in_clear) == (SECRET_SERVICE, [])
    assert not told.exists()
    assert session.act("unlocked", ("open", {})) == [made]


@pytest.mark.parametrize("name", ["keyring.backends.null.Keyring", "keyring.backends.chainer.ChainerBackend"])
def test_the_environment_chooses_nothing(session: Session, name: str) -> None:
    chosen = {"PYTHON_KEYRING_BACKEND": name}
    [refused] = session.act("no bus", ("create", {}), environment=chosen)
    assert refused[1] == "keyring.insecure"
    made, backend = session.act("unlocked", ("create", {}), ("state", {}), environment=chosen)
    assert backend == SECRET_SERVICE
    assert session.act("unlocked", ("open", {})) == [made]


def test_keys_said_to_be_in_a_strange_back_end_are_not_fetched_from_it(
    session: Session, tmp_path: Path
) -> None:
    create(session)
    told = session.home / "told"
    plain_text_back_end(tmp_path / "site", told)
    for path in (session.folder / "vault.json", session.folder / "vault.spare.json"):
        path.write_text(path.read_text().replace(SECRET_SERVICE, "plainrings.PlainKeyring"))
    opened = session.act("unlocked", ("open", {}), path=[tmp_path / "site"])
    assert len(opened[0]) == 64  # found where it really is, by the back end that is allowed
    assert not told.exists()


def test_a_changed_back_end_is_named(session: Session) -> None:
    made, code = create(session)
    kwallet = "keyring.backends.kwallet.DBusKeyring"
    for path in (session.folder / "vault.json", session.folder / "vault.spare.json"):
        path.write_text(
            path.read_text().replace(SECRET_SERVICE, kwallet).replace("assay.7f3a", "assay.other")
        )
    [changed] = session.act("unlocked", ("open", {}))
    assert changed[:2] == ["storage", "keyring.changed"]
    assert kwallet in changed[2]
    assert session.act("unlocked", ("recover", {"code": code}), ("open", {})) == [made, made]
