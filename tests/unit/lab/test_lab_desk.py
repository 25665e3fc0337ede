"""The desk: folders, imports into packs, shares, invitations, versions, exports, keys."""

from __future__ import annotations

import json
import stat
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

from app.clock import FixedClock
from app.domain.codec import batch_from_json
from app.domain.ids import digest
from app.errors import InputError, StorageError
from app.wire import invitation, jsonio
from app.wire.documents import Assignment, Batch, parse
from app.wire.keylist import follow
from app.wire.signatures import KeySet, verify
from lab import assigning, desk, feeds, keylist, people
from lab.lab import Lab
from tests.lab_server import enrolled, payload_of, serving, write_tasks


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def lab(tmp_path: Path, clock: FixedClock) -> Iterator[Lab]:
    desk.init(tmp_path / "lab", name="Lab", clock=clock)
    with desk.open_lab(tmp_path / "lab", clock=clock) as opened:
        yield opened


def feed_of(lab: Lab, who: str) -> list[feeds.Item]:
    with lab.database.reading() as connection:
        return feeds.read(connection, who, 0, 500)


def opened(lab: Lab, item: feeds.Item, model: type[Batch] | type[Assignment]) -> Batch | Assignment:
    assert item.document is not None
    keys = KeySet.from_jwks(desk.keys(lab))
    return parse(model, verify(item.document, keys, model.typ(), at=lab.clock.now()).payload)


def test_init_makes_a_private_folder_once(tmp_path: Path) -> None:
    made = desk.init(tmp_path / "lab")
    assert made.url.startswith("http://127.0.0.1:")
    assert stat.S_IMODE((tmp_path / "lab").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "lab" / "lab-key.json").stat().st_mode) == 0o600
    with pytest.raises(InputError) as told:
        desk.init(tmp_path / "lab")
    assert told.value.code == "lab.exists"
    with desk.open_lab(tmp_path / "lab") as lab:
        assert (lab.config.lab, lab.key.kid, lab.config.url) == (made.lab, made.kid, made.url)


def test_what_is_no_lab_or_damaged_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no lab"):
        desk.open_lab(tmp_path)
    desk.init(tmp_path / "lab")
    path = tmp_path / "lab" / "lab.json"
    whole = path.read_text()
    path.write_text(whole[:-5])
    with pytest.raises(StorageError) as told:
        desk.open_lab(tmp_path / "lab")
    assert told.value.code == "lab.damaged"
    path.write_text(whole.replace('"v": 1', '"v": 2'))
    with pytest.raises(StorageError) as told:
        desk.open_lab(tmp_path / "lab")
    assert told.value.code == "lab.too_new"


def test_an_import_becomes_signed_packs(lab: Lab, tmp_path: Path) -> None:
    source = write_tasks(tmp_path / "t.jsonl", 120)
    with source.open("a") as out:
        out.write("not json\n")
    made = desk.import_batch(lab, "auto", source, title="Mine")
    assert (made.tasks, made.criteria) == (120, 240)
    assert [s.line for s in made.skipped] == [121]
    who = desk.invite(lab, "expert", "Ada")[1]
    assert desk.assign(lab, made.batch, ["Ada"]).total == 120
    offered, assigned = feed_of(lab, who)
    manifest, given = opened(lab, offered, Batch), opened(lab, assigned, Assignment)
    assert isinstance(manifest, Batch)
    assert isinstance(given, Assignment)
    assert (manifest.title, manifest.batch, manifest.version) == ("Mine", made.batch, 1)
    assert [f.model_dump() for f in given.packs] == [f.model_dump() for f in manifest.files]
    assert sum(f.count for f in manifest.files) == 120
    assert max(f.count for f in manifest.files) <= 50
    ids = []
    for file in manifest.files:
        data = lab.blobs.read(file.sha256)
        assert (len(data), digest(data)) == (file.size, file.sha256)
        ids += [json.loads(line)["id"] for line in data.splitlines()]
    assert ids == given.tasks
    document = offered.document
    assert document is not None
    payload = payload_of(json.loads(document))
    assert given.batch_digest == digest(payload)
    assert batch_from_json(json.loads(payload)).task_count == 120


def test_the_same_file_twice_gets_ids_of_its_own(lab: Lab, tmp_path: Path) -> None:
    source = write_tasks(tmp_path / "t.jsonl", 3)
    first, second = (desk.import_batch(lab, "healthbench", source) for _ in range(2))
    told = "tasks whose id another task here has got a new one"
    assert [sum(loss.startswith(told) for loss in made.losses) for made in (first, second)] == [0, 1]
    who = desk.invite(lab, "expert", "Ada")[1]
    for one in (first, second):
        desk.assign(lab, one.batch, [who])
    given = [opened(lab, item, Assignment) for item in feed_of(lab, who) if item.kind == "batch.assigned"]
    tasks = [task for one in given if isinstance(one, Assignment) for task in one.tasks]
    assert tasks == ["t-0", "t-1", "t-2", *(f"{second.batch}-t-{n}" for n in range(3))]


def test_a_file_without_one_task_is_refused(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"prompt_id": "1", "prompt": "x", "rubrics": []}\n')
    with pytest.raises(InputError) as told:
        desk.import_batch(lab, "healthbench", path)
    assert (told.value.code, told.value.where) == ("import.empty", "line 1")


def test_a_limit_and_the_models_names_stay_with_the_lab(lab: Lab, tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    record = {
        "prompt": "Which dose?",
        "responses": [{"text": "One.", "model": "secret-model-9"}, {"text": "Two.", "model": "b"}],
        "criteria": [{"text": "Right", "points": 1}],
    }
    path.write_text("".join(json.dumps({**record, "id": f"q{n}"}) + "\n" for n in range(4)))
    made = desk.import_batch(lab, "auto", path, limit=2)
    assert made.tasks == 2
    packs = b"".join(p.read_bytes() for p in (lab.folder / "blobs").rglob("*") if p.is_file())
    assert b"secret-model-9" not in packs


def test_overlap_is_shared_evenly_and_adds_only_what_is_missing(lab: Lab, tmp_path: Path) -> None:
    batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 60)).batch
    with pytest.raises(InputError) as told:
        desk.assign(lab, batch)
    assert told.value.code == "assign.nobody"
    people_ = [desk.invite(lab, "expert", name)[1] for name in "ABC"]
    with pytest.raises(InputError):
        desk.assign(lab, batch, overlap=4)
    made = desk.assign(lab, batch, overlap=2)
    assert made.total == 120
    assert max(made.tasks.values()) - min(made.tasks.values()) <= 10
    counted: Counter[str] = Counter()
    for who in people_:
        for item in feed_of(lab, who):
            if item.kind == "batch.assigned":
                given = opened(lab, item, Assignment)
                assert isinstance(given, Assignment)
                counted.update(given.tasks)
    assert set(counted.values()) == {2}
    assert desk.assign(lab, batch, overlap=2).total == 0
    assert desk.assign(lab, batch, overlap=3).total == 60
    assert desk.assign(lab, batch, people_).total == 0


def test_who_is_named_must_be_known(lab: Lab, tmp_path: Path) -> None:
    batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 2)).batch
    desk.invite(lab, "expert", "Ada")
    twins = [desk.invite(lab, "expert", "Eve")[1] for _ in range(2)]
    for name in ("Nobody", "Eve"):
        with pytest.raises(InputError) as told:
            desk.assign(lab, batch, [name])
        assert told.value.code == "assign.expert"
    assert desk.assign(lab, batch, [twins[1]]).tasks == {twins[1]: 2}
    with pytest.raises(InputError):
        desk.assign(lab, "b-none", ["Ada"])


def test_an_assignment_is_cut_before_it_grows_too_long(
    lab: Lab, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(assigning, "MAX_TASKS", 12)
    batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 30)).batch
    who = desk.invite(lab, "expert", "Ada")[1]
    desk.assign(lab, batch, ["Ada"])
    kinds = [item.kind for item in feed_of(lab, who)]
    assert kinds == ["batch.offered", "batch.assigned", "batch.assigned", "batch.assigned"]


def test_invitations_carry_the_pinned_keys(lab: Lab, tmp_path: Path, clock: FixedClock) -> None:
    link, _ = desk.invite(lab, "lead", "Lee", tmp_path / "lee.json")
    read = invitation.read(link)
    assert read == invitation.read((tmp_path / "lee.json").read_bytes())
    assert (read.url, read.role, read.lab_name) == (lab.config.url, "lead", "Lab")
    assert stat.S_IMODE((tmp_path / "lee.json").stat().st_mode) == 0o600
    database = b"".join(p.read_bytes() for p in lab.folder.glob("lab.db*"))
    assert read.code.encode() not in database
    for role, name in (("boss", "X"), ("expert", " "), ("expert", "n" * 201)):
        with pytest.raises(InputError):
            desk.invite(lab, role, name)


def test_versions_are_chained_and_told(lab: Lab, tmp_path: Path) -> None:
    batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 2)).batch
    who = desk.invite(lab, "expert", "Ada")[1]
    desk.assign(lab, batch, ["Ada"])
    assert desk.revise(lab, batch, {"guideline": "Be kind.", "title": "New"}) == 2
    assert desk.withdraw(lab, batch) == 3
    with pytest.raises(InputError):
        desk.withdraw(lab, batch)
    with pytest.raises(InputError):
        desk.assign(lab, batch, ["Ada"])
    items = feed_of(lab, who)
    assert [i.kind for i in items] == ["batch.offered", "batch.assigned", "batch.revised", "batch.withdrawn"]
    first, second, third = (opened(lab, items[n], Batch) for n in (0, 2, 3))
    assert isinstance(second, Batch)
    assert isinstance(third, Batch)
    assert (second.title, second.guideline, second.guideline_version) == ("New", "Be kind.", "2")
    assert (second.parent, third.parent) == tuple(
        digest(payload_of(json.loads(items[n].document or b""))) for n in (0, 2)
    )
    assert first.batch == third.batch
    assert third.withdrawn is not None
    with lab.database.reading() as connection:
        assert feeds.live(connection, who).count == 0


def test_an_old_key_list_is_renewed_and_followed(lab: Lab, clock: FixedClock) -> None:
    pinned = invitation.read(desk.invite(lab, "expert", "Ada")[0]).keys_digest
    keylist.renew(lab)
    with lab.database.reading() as connection:
        assert len(keylist.versions(connection)) == 1
    clock.advance(400 * 86400)
    keylist.renew(lab)
    with lab.database.reading() as connection:
        versions = [[jsonio.dumps(d) for d in jsonio.loads(v)] for v in keylist.versions(connection)]
    found = follow(versions, pinned)
    assert found.version == 2
    found.require_fresh(clock.now())


def test_results_are_exported_in_each_format(lab: Lab, tmp_path: Path, clock: FixedClock) -> None:
    batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 3)).batch
    link, who = desk.invite(lab, "expert", "Ada")
    desk.assign(lab, batch, [who])
    with serving(lab):
        ada = enrolled(link, clock)
        ada.pull()
        sent = [ada.result("t-0"), ada.result("t-1")]
        first = ada.send(*sent)[0]
        sent.append(ada.result("t-0", revision=2, previous=first["digest"], value="not_met"))
        ada.send(sent[-1])
    out = tmp_path / "out.jsonl"
    assert desk.export(lab, "results", out).count == 3
    assert out.read_bytes().splitlines() == sent == list(desk.results(lab))
    made = desk.export(lab, "healthbench", out, batch)
    lines = [json.loads(line) for line in out.read_text().splitlines()]
    assert made.count == 2
    assert [(line["prompt_id"], line["score"]) for line in lines] == [
        ("t-1", 0.4),
        ("t-1", 0.4),
        ("t-0", 0.0),
        ("t-0", 0.0),
    ]
    with pytest.raises(InputError):
        desk.export(lab, "healthbench", out, "b-none")
    with pytest.raises(StorageError):
        desk.export(lab, "results", tmp_path / "missing" / "out.jsonl")
    assert [p.name for p in tmp_path.glob(".out*")] == []
    keys = KeySet.from_jwks(desk.keys(lab))
    for document in (*desk.results(lab), *desk.receipts(lab)):
        assert verify(document, keys, None).digest


def test_a_revoked_device_stays_in_the_keys_with_its_end(lab: Lab, clock: FixedClock) -> None:
    from sqlalchemy import update

    from lab.tables import device

    link, _ = desk.invite(lab, "expert", "Ada")
    with serving(lab):
        ada = enrolled(link, clock)
        lab.database.write(lambda c: c.execute(update(device).values(revoked_at=lab.now())) and None)
        reply = ada.call("GET", "/v1/feed")
    assert (reply.status_code, reply.json()["code"]) == (401, "signature.revoked_key")
    with lab.database.reading() as connection:
        key = next(k for k in people.jwks(connection, lab)["keys"] if k["kid"] == ada.key.kid)
    assert key["revoked_at"] == int(clock.now().timestamp())
