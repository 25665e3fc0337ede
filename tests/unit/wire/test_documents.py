"""Documents: the shapes that the domain writes pass, others are refused with every place named; schemas hold
still.
"""

from __future__ import annotations

import json
from typing import Any

import pytest

from app.domain.batch import Batch as DomainBatch
from app.domain.batch import PolicyRef
from app.domain.codec import batch_to_json, task_to_json
from app.domain.ids import BatchId, CriterionId, Digest, LabId, ResponseId, TaskId, digest
from app.domain.rubric import Anchor, Criterion, Evidence, Kind, Rubric
from app.domain.task import Attachment, Response, Task, Turn
from app.errors import InputError
from app.paths import resources
from app.wire import jsonio, schemas
from app.wire.documents import DOCUMENTS, Receipt, Result
from app.wire.models import parse, typ
from app.wire.protocol import FeedPage, WellKnown, live_digest
from app.wire.work import Batch, TaskLine, check_task
from tests.unit.wire.wire_fixtures import NOW, receipt_payload, result_payload

TASK = Task(
    id=TaskId("t-1"),
    title="Chest pain",
    prompt=(Turn("system", "Be brief."), Turn("user", "胸痛 👍")),
    responses=(Response(ResponseId("r1"), "a\r\nb"), Response(ResponseId("r2"), "", "python")),
    rubric=Rubric(
        (
            Criterion(CriterionId("g"), "Safety", Kind.GROUP),
            Criterion(CriterionId("c1"), "Names it", parent=CriterionId("g"), points=-0.5, tags=("a:b",)),
            Criterion(CriterionId("c2"), "", Kind.SCALE, high=5.0, anchors=(Anchor(1, "poor"),)),
            Criterion(
                CriterionId("c3"), "", Kind.COUNT, depends_on=(CriterionId("c1"),), evidence=Evidence.REQUIRED
            ),
        )
    ),
    attachments=(Attachment("x.pdf", "application/pdf", 12, Digest("0" * 64)),),
    reference="ideal",
)


def line(**changes: Any) -> bytes:
    return jsonio.dumps({**task_to_json(TASK), **changes})


def test_a_task_as_the_domain_writes_it_passes_and_comes_back() -> None:
    found, sha256 = check_task(line(future={"kept": 1}), "x, line 1")
    assert found == TASK
    assert sha256 == digest(line(future={"kept": 1}))


def test_a_batch_as_the_domain_writes_it_passes() -> None:
    batch = DomainBatch(
        BatchId("b-1"),
        LabId("lab-a"),
        "p",
        1,
        "T",
        "medicine",
        "en",
        NOW,
        None,
        None,
        PolicyRef("healthbench"),
        "1",
        "1",
    )
    assert parse(Batch, jsonio.dumps(batch_to_json(batch))).batch == "b-1"


@pytest.mark.parametrize(
    ("changes", "where"),
    [
        ({"v": 2}, ""),
        ({"id": ""}, "/id"),
        ({"id": 3}, "/id"),
        ({"prompt": []}, "/prompt"),
        ({"prompt": [{"role": "robot", "text": ""}]}, "/prompt/0/role"),
        ({"responses": []}, "/responses"),
        ({"responses": [{"id": "a", "text": ""}] * 10}, "/responses"),
        ({"rubric": {"criteria": [{"id": "a", "points": "3"}]}}, "/rubric/criteria/0/points"),
        ({"rubric": {"criteria": [{"id": "a", "points": True}]}}, "/rubric/criteria/0/points"),
        ({"rubric": {"criteria": [{"id": "a", "kind": "odd"}]}}, "/rubric/criteria/0/kind"),
        (
            {"attachments": [{"name": "x", "media_type": "y", "size": -1, "sha256": "0" * 64}]},
            "/attachments/0/size",
        ),
        (
            {"attachments": [{"name": "x", "media_type": "y", "size": 1, "sha256": "0"}]},
            "/attachments/0/sha256",
        ),
    ],
)
def test_a_wrong_task_is_refused_with_its_path(changes: dict[str, Any], where: str) -> None:
    with pytest.raises(InputError) as caught:
        parse(TaskLine, line(**changes))
    assert caught.value.where == where
    assert caught.value.code == ("document.version" if "v" in changes else "document.schema")


@pytest.mark.parametrize(
    "rubric",
    [
        [{"id": "a"}, {"id": "a"}],
        [{"id": "a", "parent": "b"}],
        [{"id": "a", "kind": "group", "parent": "a"}],
        [{"id": "a", "kind": "scale"}],
    ],
)
def test_the_domain_has_the_last_word(rubric: list[dict[str, Any]]) -> None:
    with pytest.raises(InputError) as caught:
        check_task(line(rubric={"criteria": rubric}), "x, line 7")
    assert caught.value.where == "x, line 7"


def test_all_problems_are_told_and_no_content() -> None:
    bad = line(id=3, title=4, prompt=[{"role": "user"}], responses=[{"id": "secret-id", "text": 5}])
    with pytest.raises(InputError) as caught:
        parse(TaskLine, bad)
    for place in ("/id", "/title", "/prompt/0/text", "/responses/0/text"):
        assert place in caught.value.message
    assert "secret" not in caught.value.message
    assert caught.value.params["n"] == 4


@pytest.mark.parametrize(
    "changes",
    [
        {"revision": 0}, {"previous": "x"}, {"shown_order": []}, {"times": {}}, {"score": 1}, {"sequence":
        "1"}, {"times": {"submitted": "2026-11-01"}}, {"times": {"submitted": "2026-13-01T00:00:00Z"}},
        {"judgement": {"responses": {"r1": {"verdicts": {"c": {"value": "met", "confidence": "sure"}}}}}},
    ],
)  # fmt: skip
def test_a_wrong_result_is_refused(changes: dict[str, Any]) -> None:
    assert parse(Result, result_payload()).shown_order == ["r2", "r1"]
    with pytest.raises(InputError):
        parse(Result, result_payload(**changes))


def test_receipts_are_exact() -> None:
    assert parse(Receipt, receipt_payload("0" * 64)).verdict == "stored"
    with pytest.raises(InputError):
        parse(Receipt, receipt_payload("not a digest"))


def test_live_digest_does_not_depend_on_order() -> None:
    assert live_digest(["b", "a"]) == live_digest(["a", "b", "a"]) != live_digest(["a"])
    assert live_digest([]).count == 0


def test_calls_are_strict_too() -> None:
    for model in (FeedPage, WellKnown):
        with pytest.raises(InputError):
            parse(model, b"{}")


def test_schemas_in_resources_are_those_of_the_models() -> None:
    there = {p.name: p.read_text(encoding="utf-8") for p in (resources() / "schemas").glob("*.schema.json")}
    assert there == schemas.schemas()


def test_every_schema_names_its_dialect_and_id() -> None:
    found = schemas.schemas()
    assert {f"{d.NAME}.schema.json" for d in DOCUMENTS} < set(found)
    for text in found.values():
        schema = json.loads(text)
        assert schema["$schema"] == schemas.DIALECT
        assert schema["$id"].startswith("urn:assay:schema:")


def test_media_types() -> None:
    assert Result.typ() == typ("result") == "application/vnd.assay.result+json"
