"""R8, A1: false lists of the lab's keys, keys that ran out or were revoked, and clocks that are off."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from app.clock import SystemClock
from app.domain.times import to_text
from app.errors import InputError, TrustError
from app.wire.documents import Keys
from app.wire.signatures import sign
from tests.contract.sync_rig import Laptop, task
from tests.hostile.lying_lab import STRANGER, LyingLab, enrolled_laptop, holdings, quarantined, serving_lies
from tests.unit.wire.wire_fixtures import private_key


def new_keys(lab: LyingLab, payload: bytes, *signers: Any) -> None:
    lab.keys.append([sign(Keys.typ(), payload, s) for s in signers])
    lab.items.append(("keys.rotated", str(len(lab.keys)), None))


def test_a_rotation_is_followed_and_the_new_key_believed(lab: LyingLab, expert: Laptop) -> None:
    fresh = private_key(60)
    new_keys(lab, lab.key_payload(fresh, version=2), lab.key, fresh)
    lab.key = fresh
    lab.honest("b", 1)
    assert expert.sync().pulled == 3
    assert expert.workspace.lab.document("keys").version == 2  # type: ignore[union-attr]


@pytest.mark.parametrize(
    ("lie", "code"),
    [
        (lambda lab: new_keys(lab, lab.key_payload(STRANGER, version=2), STRANGER), "signature.unknown_key"),
        (lambda lab: new_keys(lab, lab.key_payload(STRANGER, version=2), lab.key), "signature.unknown_key"),
        (lambda lab: new_keys(lab, lab.key_payload(lab.key, version=2, lab="lab-b"), lab.key), "keys.lab"),
        (lambda lab: new_keys(lab, lab.key_payload(lab.key, name="Other"), lab.key), "keys.fork"),
        (
            lambda lab: new_keys(lab, lab.key_payload(lab.key, version=2, jwks={"keys": []}), lab.key),
            "keys.shape",
        ),
    ],
)
def test_false_key_lists_are_refused(
    lab: LyingLab, expert: Laptop, lie: Callable[[LyingLab], None], code: str
) -> None:
    lab.honest("b", 1)
    lie(lab)
    with pytest.raises(TrustError) as caught:
        expert.sync()
    assert caught.value.code == code
    assert holdings(expert)["batches"] == []


def test_an_older_key_list_than_was_seen(lab: LyingLab, expert: Laptop) -> None:
    new_keys(lab, lab.key_payload(lab.key, version=2), lab.key)
    expert.sync()
    page = {**lab.page(1), "keys_version": 3}
    lab.answers["/v1/feed"] = lambda handler: handler.json(page)
    del lab.keys[1]
    with pytest.raises(TrustError) as caught:
        expert.sync()
    assert caught.value.code == "keys.rollback"


def test_a_revoked_key_of_the_lab_signs_nothing_more(lab: LyingLab, expert: Laptop) -> None:
    fresh = private_key(60)
    jwks = {
        "keys": [{**lab.key.public.as_jwk(), "revoked_at": int(lab.now.timestamp())}, fresh.public.as_jwk()]
    }
    # The list itself was signed just before its key was revoked.
    issued = to_text(lab.now - timedelta(minutes=1))
    new_keys(lab, lab.key_payload(fresh, version=2, jwks=jwks, issued=issued), lab.key, fresh)
    lab.honest("b", 1)
    expert.sync()
    assert quarantined(expert) == ["signature.revoked_key", "signature.revoked_key"]
    assert holdings(expert)["batches"] == []


class Shifted(SystemClock):
    def __init__(self, days: float) -> None:
        self.by = timedelta(days=days)

    def now(self) -> Any:
        return super().now() + self.by


def test_a_frozen_lab_whose_keys_ran_out(tmp_path: Path) -> None:
    lab = LyingLab(now=SystemClock().now() - timedelta(days=91))
    with serving_lies(lab):
        expert = enrolled_laptop(lab, tmp_path / "ws")
        lab.honest("b", 1)
        lab.now = SystemClock().now()
        with pytest.raises(TrustError) as caught:
            expert.sync()
        assert (caught.value.code, lab.asked("/v1/feed")) == ("keys.expired", 0)
        new_keys(lab, lab.key_payload(lab.key, version=2), lab.key)
        assert expert.sync().pulled == 3


@pytest.mark.parametrize("days", [3650.0, -3650.0])
def test_a_clock_years_off_is_said_and_nothing_refused_for_good(tmp_path: Path, days: float) -> None:
    lab = LyingLab()
    expires = to_text(lab.now + timedelta(days=30))
    nbf = int(lab.now.timestamp()) - 60
    lab.keys = [
        [
            sign(
                Keys.typ(),
                lab.key_payload(lab.key, jwks={"keys": [{**lab.key.public.as_jwk(), "nbf": nbf}]}),
                lab.key,
            )
        ]
    ]
    with serving_lies(lab):
        clock = Shifted(days)
        expert = enrolled_laptop(lab, tmp_path / "ws", clock)
        batch = lab.offer(lab.batch("b", expires=expires))
        lab.assign(lab.assignment("a", batch, ["t1"], [lab.pack([task(1)])]))
        with pytest.raises(InputError) as caught:
            expert.sync()
        assert caught.value.code == "clock.off"
        assert quarantined(expert) == []
        clock.by = timedelta(0)
        assert expert.sync().pulled == 1


def test_a_clock_set_back_revives_no_expired_batch(lab: LyingLab, tmp_path: Path) -> None:
    clock = Shifted(0)
    expert = enrolled_laptop(lab, tmp_path / "ws", clock)
    lab.honest("b", 1)
    expert.sync()
    clock.by = timedelta(hours=-20)
    lab.offer(lab.batch("late", expires=to_text(lab.now - timedelta(hours=1))))
    expert.sync()
    assert quarantined(expert) == ["batch.expired"]
