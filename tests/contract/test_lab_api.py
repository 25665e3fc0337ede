"""Each call of the lab against a real server on loopback."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import httpx2
import pytest

from app.clock import FixedClock
from app.domain.ids import digest
from app.wire import invitation, jsonio
from app.wire.documents import Keys, Receipt, Registration, parse
from app.wire.keylist import follow
from app.wire.protocol import FeedPage, OwnResults, Problem, ResultsReply, WellKnown, live_digest
from app.wire.signatures import KeySet, PrivateKey, verify
from lab import desk
from tests.contract.conftest import Places
from tests.lab_server import Laptop, enrolled, payload_of, results_body, serving, write_tasks


@dataclass
class World:
    lab: desk.Lab
    clock: FixedClock
    batch: str
    ada: Laptop
    bob: Laptop
    keys: KeySet

    def invite(self, role: str = "expert", name: str = "Eve") -> str:
        return desk.invite(self.lab, role, name)[0]


@pytest.fixture
def world(tmp_path: Path, places: Places) -> Iterator[World]:
    """A served lab with a batch of 12 tasks, shared between two enrolled experts."""
    clock = FixedClock()
    desk.init(tmp_path / "lab", name="Test lab", clock=clock, **places())
    with desk.open_lab(tmp_path / "lab", clock=clock) as lab:
        source = write_tasks(tmp_path / "tasks.jsonl", 12)
        batch = desk.import_batch(lab, "auto", source, title="Twelve").batch
        links = [desk.invite(lab, "expert", name)[0] for name in ("Ada", "Bob")]
        desk.assign(lab, batch)
        with serving(lab):
            ada, bob = (enrolled(link, clock) for link in links)
            keys = KeySet.from_jwks(desk.keys(lab))
            yield World(lab, clock, batch, ada, bob, keys)


def problem(reply: httpx2.Response) -> tuple[int, str]:
    assert reply.headers["content-type"] == "application/problem+json"
    found = parse(Problem, reply.content)
    assert found.status == reply.status_code
    return found.status, found.code


def test_well_known_names_the_lab_and_every_key_list(world: World) -> None:
    reply = httpx2.get(f"{world.lab.config.url}/.well-known/assay", trust_env=False)
    about = parse(WellKnown, reply.content)
    assert (about.lab, about.url, about.name) == (world.lab.config.lab, world.lab.config.url, "Test lab")
    pinned = invitation.read(world.invite()).keys_digest
    versions = [[jws.document() for jws in version] for version in about.keys]
    assert follow(versions, pinned).version == 1
    verified = verify(versions[0][0], world.keys, Keys.typ(), at=world.clock.now())
    assert parse(Keys, verified.payload).lab == world.lab.config.lab


def test_enrolling_answers_with_a_signed_registration(world: World) -> None:
    link = world.invite(name="Eve")
    laptop = Laptop(world.lab.config.url, PrivateKey.generate(), world.clock, device="d-eve")
    body = laptop.enrolment(invitation.read(link).code)
    first = laptop.http.post(f"{laptop.url}/v1/enrol", content=body)
    again = laptop.http.post(f"{laptop.url}/v1/enrol", content=body)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.content == again.content
    document = jsonio.dumps(first.json()["registration"])
    found = parse(Registration, verify(document, world.keys, Registration.typ()).payload)
    assert (found.name, found.role, found.devices[0].device) == ("Eve", "expert", "d-eve")
    assert found.devices[0].jwk.kid == laptop.key.kid


def test_an_invitation_works_for_one_device_only(world: World) -> None:
    link = world.invite()
    enrolled(link, world.clock)
    second = Laptop(world.lab.config.url, PrivateKey.generate(), world.clock, device="d-other")
    body = second.enrolment(invitation.read(link).code)
    assert problem(second.http.post(f"{second.url}/v1/enrol", content=body)) == (403, "invitation.used")


def test_an_expired_or_unknown_invitation_is_refused(world: World) -> None:
    code = invitation.read(world.invite()).code
    laptop = Laptop(world.lab.config.url, PrivateKey.generate(), world.clock, device="d-late")
    world.clock.advance(15 * 86400)
    reply = laptop.http.post(f"{laptop.url}/v1/enrol", content=laptop.enrolment(code))
    assert problem(reply) == (403, "invitation.expired")
    reply = laptop.http.post(f"{laptop.url}/v1/enrol", content=laptop.enrolment("a" * 32))
    assert problem(reply) == (403, "invitation.unknown")


def test_an_enrolment_for_another_lab_or_by_another_key_is_refused(world: World) -> None:
    code = invitation.read(world.invite()).code
    laptop = Laptop(world.lab.config.url, PrivateKey.generate(), world.clock, device="d-x")
    wrong = laptop.enrolment(code, audience="https://other.example")
    assert problem(laptop.http.post(f"{laptop.url}/v1/enrol", content=wrong)) == (422, "enrol.audience")
    good = json.loads(laptop.enrolment(code))
    good["signature"] = json.loads(laptop.enrolment("other-code-1"))["signature"]
    reply = laptop.http.post(f"{laptop.url}/v1/enrol", json=good)
    assert problem(reply) == (422, "signature.bad")


def test_the_feed_is_gapless_and_ends_with_what_should_be_held(world: World) -> None:
    items = world.ada.pull()
    assert [item["n"] for item in items] == list(range(1, len(items) + 1))
    assert [item["kind"] for item in items] == ["batch.offered", "batch.assigned"]
    page = parse(FeedPage, world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}").content)
    assert page.digest == live_digest(world.ada.given)
    assert len(world.ada.tasks) + len(world.bob.tasks or dict.fromkeys(_pulled(world.bob))) == 12


def _pulled(laptop: Laptop) -> list[str]:
    laptop.pull()
    return list(laptop.tasks)


def test_feed_pages_join_without_a_hole(world: World) -> None:
    whole = world.ada.call("GET", "/v1/feed").json()["items"]
    cursor, found = "", []
    for _ in whole:
        page = world.ada.call("GET", f"/v1/feed?cursor={cursor}&limit=1").json()
        cursor, found = page["next"], found + page["items"]
    assert found == whole
    assert not page["more"]


def test_nothing_new_is_a_304(world: World) -> None:
    world.ada.pull()
    page = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}")
    etag = {"If-None-Match": page.headers["etag"]}
    same = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}", headers=etag)
    assert (same.status_code, same.content) == (304, b"")
    desk.revise(world.lab, world.batch, {"title": "Twelve, again"})
    news = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}", headers=etag)
    assert [item["kind"] for item in news.json()["items"]] == ["batch.revised"]


def test_a_held_feed_call_returns_when_the_desk_writes(world: World) -> None:
    world.ada.pull()
    page = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}")
    etag = {"If-None-Match": page.headers["etag"]}
    with desk.open_lab(world.lab.folder, clock=world.clock) as other:
        desk.revise(other, world.batch, {"warnings": ["injuries"]})
        held = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}&wait=20", headers=etag)
    assert held.json()["items"][0]["kind"] == "batch.revised"


def test_a_held_feed_call_ends_with_304(world: World) -> None:
    world.ada.pull()
    page = world.ada.call("GET", f"/v1/feed?cursor={world.ada.cursor}")
    path = f"/v1/feed?cursor={world.ada.cursor}&wait=1"
    held = world.ada.call("GET", path, headers={"If-None-Match": page.headers["etag"]})
    assert held.status_code == 304


@pytest.mark.parametrize("cursor", ["zzz", "bm90LW1pbmUuMQ", "%00", "AAAA"])
def test_a_cursor_of_no_use_is_gone(world: World, cursor: str) -> None:
    assert problem(world.ada.call("GET", f"/v1/feed?cursor={cursor}")) == (410, "feed.reset")


def test_a_cursor_beyond_the_head_is_gone(world: World) -> None:
    operator = enrolled(world.invite("operator", "Op"), world.clock)
    world.ada.pull()
    assert problem(operator.call("GET", f"/v1/feed?cursor={world.ada.cursor}")) == (410, "feed.reset")


def test_an_expert_reaches_nothing_that_is_not_hers(world: World) -> None:
    world.ada.pull()
    world.bob.pull()
    hers = {p["sha256"] for a in world.ada.given.values() for p in a["packs"]}
    his = {p["sha256"] for a in world.bob.given.values() for p in a["packs"]}
    assert hers
    assert his
    assert not hers & his
    for sha256 in his:
        reply = world.ada.call("GET", f"/v1/blobs/{sha256}")
        assert problem(reply) == (404, "call.unknown")
        nothing = world.ada.call("GET", f"/v1/blobs/{'0' * 64}")
        assert reply.content == nothing.content
    for assignment in world.bob.given:
        assert problem(world.ada.call("DELETE", f"/v1/claims/{assignment}")) == (404, "call.unknown")
    sent = world.bob.send(world.bob.result(next(iter(world.bob.tasks))))[0]
    assert world.ada.call("POST", "/v1/results:missing", json={"digests": [sent["digest"]]}).json() == {
        "missing": [sent["digest"]]
    }
    assert world.ada.call("GET", "/v1/results").json()["items"] == []
    assert problem(world.ada.call("GET", "/v1/export")) == (403, "role.operator")


@pytest.mark.parametrize("path", ["/v1/feed", f"/v1/blobs/{'0' * 64}", "/v1/results", "/v1/export"])
def test_without_a_good_token_nothing_is_told(world: World, path: str) -> None:
    bare = httpx2.get(world.lab.config.url + path, trust_env=False)
    assert problem(bare) == (401, "token.none")
    assert bare.headers["www-authenticate"] == "Bearer"
    assert "date" in bare.headers
    stranger = Laptop(world.ada.url, PrivateKey.generate(), world.clock)
    assert problem(stranger.call("GET", path)) == (401, "signature.unknown_key")
    assert problem(world.ada.call("GET", path, token="a.b.c"))[0] == 401


def test_a_token_works_once_and_for_a_minute(world: World) -> None:
    token = world.ada.token()
    assert world.ada.call("GET", "/v1/feed", token=token).status_code == 200
    assert problem(world.ada.call("GET", "/v1/feed", token=token)) == (401, "token.replayed")
    old = world.ada.token()
    world.clock.advance(120)
    assert problem(world.ada.call("GET", "/v1/feed", token=old)) == (401, "token.expired")
    assert world.ada.call("GET", "/v1/feed").status_code == 200


def test_a_token_for_another_lab_is_refused(world: World) -> None:
    elsewhere = Laptop("https://other.example", world.ada.key, world.clock)
    assert problem(world.ada.call("GET", "/v1/feed", token=elsewhere.token())) == (401, "token.audience")


def test_blobs_come_whole_and_by_range(world: World) -> None:
    world.ada.pull()
    pack = next(iter(world.ada.given.values()))["packs"][0]
    path, size = f"/v1/blobs/{pack['sha256']}", pack["size"]
    whole = world.ada.call("GET", path)
    assert digest(whole.content) == pack["sha256"]
    assert (whole.headers["etag"], whole.headers["accept-ranges"]) == (f'"{pack["sha256"]}"', "bytes")

    def part(wanted: str, **more: str) -> httpx2.Response:
        return world.ada.call("GET", path, headers={"Range": wanted, **more})

    rest = part("bytes=10-")
    assert (rest.status_code, rest.content) == (206, whole.content[10:])
    assert rest.headers["content-range"] == f"bytes 10-{size - 1}/{size}"
    assert part("bytes=3-7").content == whole.content[3:8]
    assert part("bytes=-4").content == whole.content[-4:]
    assert part(f"bytes=5-{size + 100}").content == whole.content[5:]
    beyond = part(f"bytes={size}-")
    assert problem(beyond) == (416, "blob.range")
    assert beyond.headers["content-range"] == f"bytes */{size}"
    assert part("bytes=5-", **{"If-Range": whole.headers["etag"]}).status_code == 206
    assert part("bytes=5-", **{"If-Range": '"other"'}).status_code == 200
    for odd in ("bytes=7-3", "bytes=1-2,4-5", "lines=1-2", "bytes=-"):
        assert part(odd).status_code == 200
    assert world.ada.call("GET", path, headers={"If-None-Match": whole.headers["etag"]}).status_code == 304


@pytest.mark.parametrize("name", ["..%2F..%2Flab-key.json", "A" * 64, "0" * 63, "lab.db"])
def test_only_digests_name_blobs(world: World, name: str) -> None:
    assert world.ada.call("GET", f"/v1/blobs/{name}").status_code == 404


def test_blobs_that_are_put_up_are_checked_and_private(world: World) -> None:
    data = b"a photograph"
    path, star = f"/v1/blobs/{digest(data)}", {"If-None-Match": "*"}
    assert problem(world.ada.call("PUT", path, content=data)) == (428, "blob.condition")
    assert problem(world.ada.call("PUT", path, content=b"x", headers=star)) == (422, "blob.digest")
    assert world.ada.call("PUT", path, content=data, headers=star).status_code == 201
    assert problem(world.ada.call("PUT", path, content=data, headers=star)) == (412, "blob.held")
    assert world.ada.call("GET", path).content == data
    assert world.bob.call("GET", path).status_code == 404
    assert world.bob.call("PUT", path, content=data, headers=star).status_code == 201


def test_results_are_stored_once_with_a_receipt(world: World) -> None:
    world.ada.pull()
    documents = [world.ada.result(task) for task in list(world.ada.tasks)[:3]]
    reply = world.ada.call("POST", "/v1/results", content=results_body(*documents))
    outcomes = parse(ResultsReply, reply.content).outcomes
    assert [one.status for one in outcomes] == ["stored"] * 3
    previous = None
    for document, one in zip(documents, outcomes, strict=True):
        assert one.receipt is not None
        verified = verify(one.receipt.document(), world.keys, Receipt.typ(), at=world.clock.now())
        receipt = parse(Receipt, verified.payload)
        assert receipt.digest == one.digest == digest(payload_of(json.loads(document)))
        assert (receipt.verdict, receipt.previous) == ("stored", previous)
        previous = verified.digest
    again = world.ada.call("POST", "/v1/results", content=results_body(*documents))
    assert again.content.replace(b"duplicate", b"stored").count(b'"held"') == 3
    repeated = parse(ResultsReply, again.content).outcomes
    assert [(one.status, one.receipt) for one in repeated] == [("duplicate", one.receipt) for one in outcomes]


def test_other_bytes_under_one_id_are_a_conflict(world: World) -> None:
    world.ada.pull()
    task = next(iter(world.ada.tasks))
    first = world.ada.send(world.ada.result(task))[0]
    second = world.ada.send(world.ada.result(task, value="not_met"))[0]
    assert (second["status"], second["held"]) == ("conflict", first["digest"])
    assert second["digest"] != first["digest"]


def test_a_revision_names_the_one_before(world: World) -> None:
    world.ada.pull()
    task = next(iter(world.ada.tasks))
    first = world.ada.send(world.ada.result(task))[0]["digest"]
    revised = {"revision": 2, "value": "not_met"}
    wrong, right, skipped = world.ada.send(
        world.ada.result(task, previous="0" * 64, **revised),
        world.ada.result(task, previous=first, **revised),
        world.ada.result(task, revision=4, previous=first),
    )
    assert (wrong["status"], wrong["code"]) == ("rejected", "result.previous")
    assert right["status"] == "stored"
    assert skipped["code"] == "result.previous"


def test_a_refused_revision_is_passed_over_by_the_next(world: World) -> None:
    world.ada.pull()
    task = next(iter(world.ada.tasks))
    refused, replaced = world.ada.send(
        world.ada.result(task, value="partly"), world.ada.result(task, revision=2, previous=None)
    )
    assert (refused["status"], replaced["status"]) == ("rejected", "stored")
    third = world.ada.send(world.ada.result(task, revision=3, previous=None))[0]
    assert third["code"] == "result.previous"


def test_one_bad_result_hinders_no_other(world: World) -> None:
    world.ada.pull()
    world.bob.pull()
    mine, theirs = next(iter(world.ada.tasks)), next(iter(world.bob.tasks))
    world.ada.tasks[theirs] = world.bob.tasks[theirs]
    world.ada.given |= {"copied": next(iter(world.bob.given.values()))}
    wrong_key = Laptop(**{**vars(world.ada), "key": PrivateKey.generate()})
    unknown_criterion = {"responses": {"r1": {"verdicts": {"c99": {"value": "met"}}}}}
    bad: list[tuple[bytes, str]] = [
        (b"7", "signature.shape"),
        (b'{"protected":"a","payload":"b"}', "signature.shape"),
        (wrong_key.result(mine), "signature.unknown_key"),
        (world.ada.result(mine).replace(b'"payload":"ey', b'"payload":"eX'), "signature.bad"),
        (world.ada.enrolment("a-code-of-mine", device="d"), "signature.typ"),
        (world.ada.result(theirs), "result.unassigned"),
        (world.ada.result(mine, expert=world.bob.expert), "result.identity"),
        (world.ada.result(mine, device="another"), "result.identity"),
        (world.ada.result(mine, lab="lab-other"), "result.identity"),
        (world.ada.result(mine, result="made-up"), "result.id"),
        (world.ada.result(mine, task_digest="0" * 64), "result.task_digest"),
        (world.ada.result(mine, batch_digest="0" * 64), "result.batch_digest"),
        (world.ada.result(mine, shown_order=["r1"]), "result.order"),
        (world.ada.result(mine, value="partly"), "verdict.value"),
        (world.ada.result(mine, judgement=unknown_criterion), "judgement.unknown"),
        (world.ada.result(mine, revision=2, previous="0" * 64), "result.previous"),
        (world.ada.result(mine, previous="0" * 64), "result.previous"),
        (world.ada.result(mine, revision="1"), "document.schema"),
        (world.ada.result(mine, v=2), "document.version"),
    ]
    outcomes = world.ada.send(*(document for document, _ in bad), world.ada.result(mine))
    assert [one.get("code", one["status"]) for one in outcomes] == [*(code for _, code in bad), "stored"]
    assert all(one["status"] == "rejected" for one in outcomes[:-1])


def test_late_results_are_kept_and_marked(world: World) -> None:
    world.ada.pull()
    first, second = list(world.ada.tasks)[:2]
    world.clock.advance(20 * 86400)
    late = world.ada.send(world.ada.result(first))[0]
    assert parse(Receipt, payload_of(late["receipt"])).verdict == "late"
    desk.withdraw(world.lab, world.batch)
    withdrawn = world.ada.send(world.ada.result(second))[0]
    assert parse(Receipt, payload_of(withdrawn["receipt"])).verdict == "late"


def test_bodies_are_capped_strict_and_plain(world: World) -> None:
    big = b'{"results":["' + b"x" * 2_000_000 + b'"]}'
    assert problem(world.ada.call("POST", "/v1/results", content=big)) == (413, "request.large")

    def dripped() -> Iterator[bytes]:
        yield from (big[start : start + 65536] for start in range(0, len(big), 65536))

    assert problem(world.ada.call("POST", "/v1/results", content=dripped())) == (413, "request.large")
    for body, expected in (
        (b'{"results":[],"results":[]}', (400, "json.double")),
        (b'{"results":[NaN]}', (400, "json.number")),
        (b"<html>", (400, "json.syntax")),
        (b'{"results":[]}', (422, "results.shape")),
        (b"[]", (422, "results.shape")),
    ):
        assert problem(world.ada.call("POST", "/v1/results", content=body)) == expected
    reply = world.ada.call("POST", "/v1/results", content=b"x", headers={"Content-Encoding": "gzip"})
    assert problem(reply) == (415, "request.encoding")


def test_missing_and_own_results_heal_a_new_laptop(world: World) -> None:
    world.ada.pull()
    documents = [world.ada.result(task) for task in world.ada.tasks]
    digests = [one["digest"] for one in world.ada.send(*documents)]
    lost = "f" * 64
    reply = world.ada.call("POST", "/v1/results:missing", json={"digests": [*digests, lost]})
    assert reply.json() == {"missing": [lost]}
    cursor, found = "", []
    while True:
        page = parse(OwnResults, world.ada.call("GET", f"/v1/results?limit=2&cursor={cursor}").content)
        found += [digest(payload_of(one.result.model_dump())) for one in page.items]
        cursor = page.next
        if not page.more:
            break
    assert found == digests


def test_the_operators_export_holds_everything(world: World) -> None:
    operator = enrolled(world.invite("operator", "Op"), world.clock)
    for laptop in (world.ada, world.bob):
        laptop.pull()
        laptop.send(laptop.result(next(iter(laptop.tasks))))
    page = operator.call("GET", "/v1/export").json()
    assert [one["expert"] for one in page["items"]] == [world.ada.expert, world.bob.expert]
    end = operator.call("GET", f"/v1/export?cursor={page['next']}").json()
    assert (end["items"], end["more"], end["next"]) == ([], False, page["next"])


def test_claims_lease_more_and_give_back(world: World) -> None:
    third = enrolled(world.invite(name="Cleo"), world.clock)
    nothing = third.call("POST", "/v1/claims", json={"tasks": 3}, headers={"Idempotency-Key": "k0"})
    assert nothing.json() == {"tasks": 0, "assignments": []}
    assert problem(third.call("POST", "/v1/claims", json={"tasks": 3})) == (422, "claim.key")
    for laptop in (world.ada, world.bob):
        laptop.pull()
    giver, other = sorted((world.ada, world.bob), key=lambda laptop: -len(laptop.tasks))
    (assignment,) = giver.given
    kept = giver.given[assignment]["tasks"][0]
    giver.send(giver.result(kept))
    assert giver.call("DELETE", f"/v1/claims/{assignment}").status_code == 204
    assert giver.call("DELETE", f"/v1/claims/{assignment}").status_code == 204
    assert [item["kind"] for item in giver.pull()] == ["batch.assigned"]
    left = giver.given[assignment]
    assert (left["version"], kept in left["tasks"]) == (2, True)
    key = {"Idempotency-Key": "k1"}
    claimed = third.call("POST", "/v1/claims", json={"tasks": 100}, headers=key)
    third.pull()
    assert claimed.json()["tasks"] == len(third.tasks) > 0
    assert len(third.tasks) + len(left["tasks"]) + len(other.tasks) == 12
    assert third.call("POST", "/v1/claims", json={"tasks": 100}, headers=key).json() == claimed.json()


def test_healthz_and_unknown_paths(world: World) -> None:
    base = world.lab.config.url
    assert httpx2.get(f"{base}/v1/healthz", trust_env=False).json() == {"status": "ok"}
    assert problem(httpx2.get(f"{base}/v1/nowhere", trust_env=False)) == (404, "http.404")
    assert problem(httpx2.delete(f"{base}/v1/healthz", trust_env=False)) == (405, "http.405")
    assert problem(world.ada.call("GET", "/v1/feed?limit=0")) == (422, "call.parameter")


def test_a_lab_may_live_below_a_path(tmp_path: Path) -> None:
    port = urlsplit(desk.init(tmp_path / "first").url).port
    desk.init(tmp_path / "lab", url=f"http://127.0.0.1:{port}/tenants/one/")
    with desk.open_lab(tmp_path / "lab") as lab, serving(lab):
        laptop = enrolled(desk.invite(lab, "expert", "Ada")[0])
        assert laptop.url.endswith("/tenants/one")
        assert laptop.pull() == []
