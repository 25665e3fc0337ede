"""A teammate's document is believed under the roster's keys alone, and about what is known here alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from app.domain.codec import task_from_json
from app.domain.ids import Digest, LabId
from app.errors import AssayError, TrustError
from app.sync.papers import KnownTask, Reader, Trusted, answer, decision, of_item, result, sealed
from app.sync.protocols import KeptDocument
from app.wire import jsonio
from app.wire.keylist import KeyList
from app.wire.models import Jws, typ
from app.wire.protocol import FeedItem
from app.wire.signatures import KeySet, PrivateKey, sign

AT = "2026-11-01T09:00:00Z"
NOW = datetime(2026, 11, 2, tzinfo=UTC)
LAB, ADA, LEA, MALLORY = (PrivateKey.generate() for _ in range(4))
TASK = task_from_json(
    {
        "id": "t1",
        "prompt": [{"role": "user", "text": "?"}],
        "responses": [{"id": "r1", "text": "!"}],
        "rubric": {"criteria": [{"id": "c1", "text": "a"}]},
    }
)
KNOWN = KnownTask(TASK, Digest("a" * 64), "b1", "1")


def member(who: str, role: str, key: PrivateKey, revoked: str | None = None) -> dict[str, Any]:
    device = {"device": f"d-{who}", "jwk": key.public.as_jwk(), "registered": AT}
    return {
        "expert": who,
        "role": role,
        "teams": ["m"],
        "devices": [device | ({"revoked": revoked} if revoked else {})],
    }


def roster(*members: dict[str, Any], expert: str = "e-lea") -> bytes:
    about = {"v": 1, "lab": "lab", "expert": expert, "version": 3, "issued": AT}
    return jsonio.dumps({**about, "members": list(members)})


def reader(*members: dict[str, Any], expert: str = "e-lea") -> Reader:
    keys = KeyList(
        LabId("lab"), "Lab", 1, NOW, NOW, KeySet([LAB.public]), frozenset(), Digest(""), documents=()
    )
    return Reader("lab", expert, keys, Trusted.of(roster(*members, expert=expert)), NOW)


READER = reader(member("e-ada", "expert", ADA), member("e-lou", "lead", LEA))


def a_result(key: PrivateKey = ADA, **changes: Any) -> bytes:
    payload = {
        "v": 1,
        "result": "x",
        "revision": 1,
        "previous": None,
        "expert": "e-ada",
        "device": "d",
        "sequence": 1,
        "lab": "lab",
        "batch": "b1",
        "batch_digest": "b" * 64,
        "task": "t1",
        "task_digest": "a" * 64,
        "rubric_version": "1",
        "guideline_version": "1",
        "shown_order": ["r1"],
        "seed": "s",
        "judgement": {"responses": {"r1": {"verdicts": {"c1": "met"}}}},
        "score": None,
        "times": {"submitted": AT},
        "journal_head": "0",
        **changes,
    }
    return sign(typ("result"), jsonio.dumps(payload), key)


def code(document: bytes, known: KnownTask | None = KNOWN, who: Reader = READER) -> str:
    with pytest.raises(AssayError) as failed:
        result(document, who, known)
    return failed.value.code


def test_a_good_result_is_kept_byte_for_byte() -> None:
    document = a_result()
    found = result(document, READER, KNOWN)
    assert (found.kind, found.who, found.task, found.document) == ("result", "e-ada", "t1", document)


def test_what_is_set_aside_and_why() -> None:
    broken = a_result().replace(b'"signature":"', b'"signature":"A', 1)
    assert code(broken[:-3] + b'"}').startswith("signature.")
    assert code(a_result(MALLORY)) == "signature.unknown_key"
    assert code(a_result(), who=reader(member("e-ada", "expert", ADA, AT))) == "signature.revoked_key"
    assert code(a_result(expert="e-bo")) == "paper.author"
    assert code(a_result(lab="other")) == "paper.author"
    assert code(a_result(), None) == "review.task"
    assert code(a_result(batch="b2")) == "review.batch"
    assert code(a_result(rubric_version="2")) == "review.rubric"
    assert code(a_result(), replace(KNOWN, rubric_version="2")) == "review.rubric"
    assert code(a_result(task_digest="c" * 64)) == "review.line"
    unknown = {"responses": {"r1": {"verdicts": {"c9": "met"}}}}
    assert code(a_result(judgement=unknown)) == "judgement.unknown"


def signed(name: str, key: PrivateKey, **members: Any) -> bytes:
    return sign(typ(name), jsonio.dumps({"v": 1, "lab": "lab", **members}), key)


def a_decision(key: PrivateKey, lead: str) -> bytes:
    about = {"decision": "d", "lead": lead, "device": "x", "batch": "b1", "task": "t1", "kind": "accept"}
    return signed("decision", key, **about, rubric_version="1", guideline_version="1", decided=AT)


def test_only_leads_decide_and_only_for_themselves() -> None:
    assert decision(a_decision(LEA, "e-lou"), READER).who == "e-lou"
    for key, lead, wanted in ((ADA, "e-ada", "paper.role"), (LEA, "e-ada", "paper.author")):
        with pytest.raises(TrustError) as failed:
            decision(a_decision(key, lead), READER)
        assert failed.value.code == wanted
    with pytest.raises(TrustError):
        answer(a_decision(LEA, "e-lou"), READER)


def item(kind: str, document: bytes) -> FeedItem:
    return FeedItem(n=1, kind=kind, id="x", document=Jws(**jsonio.loads(document)))


def test_a_roster_is_the_labs_and_for_this_reader() -> None:
    good = sign(typ("roster"), roster(), LAB)
    found = of_item(item("roster", good), READER)
    assert isinstance(found, KeptDocument)
    assert found.version == 3
    for bad in (sign(typ("roster"), roster(), LEA), sign(typ("roster"), roster(expert="e-ada"), LAB)):
        with pytest.raises(TrustError):
            of_item(item("roster", bad), READER)


def test_an_envelope_for_somebody_else_is_refused() -> None:
    about = {"sealed": "s", "batch": "b1", "task": "t1", "issued": AT, "alg": "A256GCM", "nonce": "A" * 16}
    about |= {"ciphertext": "AAAA", "commitment": "0" * 64}
    assert sealed(signed("sealed", LAB, expert="e-lea", **about), READER).kind == "sealed"
    with pytest.raises(TrustError) as failed:
        sealed(signed("sealed", LAB, expert="e-ada", **about), READER)
    assert failed.value.code == "paper.expert"
    with pytest.raises(TrustError):
        sealed(signed("sealed", LEA, expert="e-lea", **about), READER)
