"""R17: an expert reaches nothing that is not hers, labs never mix. Requests are made from the OpenAPI description.

Ada asks with every call of the description, with ids and digests that are hers, Bob's, the other lab's or nobody's,
with all kinds of tokens and bodies. In what comes back to her nothing of Bob's or of the other lab may stand.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from random import Random
from typing import Any

import httpx2
import pytest

from app.domain.ids import digest
from app.wire.signatures import PrivateKey
from app.wire.tokens import mint_token
from lab import desk
from lab.openapi import description
from tests.lab_server import Laptop, enrolled, results_body, serving, write_tasks
from tests.soaking import Soak

REQUESTS, SOAK_REQUESTS = 1_000, 1_000_000
PUBLIC = {("GET", "/.well-known/assay"), ("GET", "/v1/healthz"), ("POST", "/v1/enrol")}
ROLES = {"export": "operator"}
"""Calls for one role only are answered 403 to others; those of leads say so by their code `role.…`."""


@dataclass
class World:
    """One lab with two experts and a batch parted between them; a second lab with one. secrets: never Ada's."""

    lab: desk.Lab
    other: desk.Lab
    ada: Laptop
    bob: Laptop
    eve: Laptop
    secrets: list[bytes]
    ids: dict[str, list[str]]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("scopes")
    with ExitStack() as stack:
        labs = []
        for name in ("one", "two"):
            desk.init(folder / name)
            labs.append(stack.enter_context(desk.open_lab(folder / name)))
        links = {"ada": desk.invite(labs[0], "expert", "Ada"), "bob": desk.invite(labs[0], "expert", "Bob")}
        eves = desk.invite(labs[1], "expert", "Eve")
        for lab, tag in zip(labs, ("t", "elsewhere"), strict=True):
            source = write_tasks(folder / f"{tag}.jsonl", 40, tag=tag)
            desk.assign(lab, desk.import_batch(lab, "auto", source).batch)
            stack.enter_context(serving(lab))
        ada, bob, eve = (enrolled(link) for link, _ in (links["ada"], links["bob"], eves))
        for laptop in (ada, bob, eve):
            laptop.pull()
            laptop.send(*(laptop.result(task) for task in list(laptop.tasks)[:5]))
        bob_blob, ada_blob = b"Bob's own attachment", b"Ada's own attachment"
        for laptop, blob in ((bob, bob_blob), (ada, ada_blob)):
            headers = {"If-None-Match": "*"}
            assert (
                laptop.call("PUT", f"/v1/blobs/{digest(blob)}", content=blob, headers=headers).status_code
                == 201
            )
        packs = {who: _packs(laptop) for who, laptop in (("ada", ada), ("bob", bob), ("eve", eve))}
        yield World(
            *labs, ada, bob, eve,
            secrets=[
                *(f'"{task}"'.encode() for task in (*bob.tasks, *eve.tasks) if task not in ada.tasks),
                *(name.encode() for name in (*bob.given, *eve.given, bob.expert, eve.expert, bob.key.kid, eve.key.kid)),
                bob_blob,
            ],
            ids={
                "sha256": [*packs["ada"], *packs["bob"], *packs["eve"], digest(bob_blob), digest(ada_blob), "f" * 64],
                "assignment": [*bob.given, *eve.given, "a-nobody"],
                "other": [*bob.given, bob.expert, eve.expert, bob.key.kid, "..", "%2e%2e%2f", "a" * 300, "1"],
            },
        )  # fmt: skip


def _packs(laptop: Laptop) -> list[str]:
    return [pack["sha256"] for given in laptop.given.values() for pack in given["packs"]]


def calls() -> list[tuple[str, str, dict[str, Any]]]:
    paths = json.loads(description())["paths"]
    return [(m.upper(), path, about) for path, found in paths.items() for m, about in found.items()]


class Asker:
    """Makes requests of Ada's from the description. random: fixed, so that a failure comes again."""

    def __init__(self, world: World, random: Random) -> None:
        self.world, self.random, self.calls = world, random, calls()
        components = json.loads(description())["components"]["schemas"]
        self.schemas = components

    def request(self) -> tuple[str, str, dict[str, str], bytes, str]:
        """(method, path, headers, body, whose token)."""
        method, path, about = self.random.choice(self.calls)
        query = []
        headers = {}
        for one in about.get("parameters", ()):
            value = self._value(one)
            if one["in"] == "path":
                path = path.replace("{" + one["name"] + "}", value)
            elif self.random.random() < 0.6 and one["in"] == "query":
                query.append(f"{one['name']}={value}")
            elif self.random.random() < 0.6 and one["in"] == "header":
                headers[one["name"]] = value
        body = b""
        if "requestBody" in about:
            content = about["requestBody"]["content"]
            body = self._body(content.get("application/json", {}).get("schema", {}))
        path = re.sub(r"\{\w+\}", "x", path)
        return method, path + ("?" + "&".join(query) if query else ""), headers, body, self._who()

    def token(self, who: str) -> str | None:
        world = self.world
        if who == "ada":
            return world.ada.token()
        if who == "nobody":
            return None
        if who == "stranger":
            return mint_token(
                PrivateKey.generate(), world.ada.url, world.ada.clock.now(), f"s{self.random.random()}"
            )
        if (
            who == "eve"
        ):  # enrolled at the other lab, asking here with her own lab's audience or with this one's
            audience = self.random.choice([world.ada.url, world.eve.url])
            return mint_token(world.eve.key, audience, world.eve.clock.now(), f"e{self.random.random()}")
        # Bob's name under Ada's signature
        head, payload, _ = world.bob.token().split(".")
        return f"{head}.{payload}.{world.ada.token().split('.')[2]}"

    def _who(self) -> str:
        return self.random.choices(["ada", "nobody", "stranger", "eve", "forged"], [60, 10, 10, 10, 10])[0]

    def _value(self, about: dict[str, Any]) -> str:
        name = about["name"].lower()
        if name in self.world.ids:
            return self.random.choice(self.world.ids[name])
        if name == "cursor":
            return self.random.choice(
                [self.world.ada.cursor, self.world.bob.cursor, self.world.eve.cursor, "", "AAAA"]
            )
        if name == "wait":  # held calls are for other tests
            return self.random.choice(["0", "-1", "26"])
        if about.get("schema", {}).get("type") == "integer":
            low, high = about["schema"].get("minimum", 0), about["schema"].get("maximum", 500)
            return str(self.random.choice([low, high, low - 1, high + 1, 1]))
        choices = [*self.world.ids["other"][:3], "*", "bytes=0-", '"x"', f"k{self.random.random()}"]
        return self.random.choice(choices)

    def _body(self, schema: dict[str, Any]) -> bytes:
        if self.random.random() < 0.15:
            return self.random.choice([b"", b"[]", b"{}", b"\x00" * 50, b'{"a":1,"a":2}', b"[" * 300])
        if self.random.random() < 0.2:
            return results_body(*self._documents())
        return json.dumps(self._made(schema, 0)).encode()

    def _documents(self) -> list[bytes]:
        """Results on what is not hers, and Bob's own in her hands."""
        ada, bob = self.world.ada, self.world.bob
        theirs = self.random.choice(list(bob.tasks))
        stolen = Laptop(**{**vars(bob), "key": ada.key})
        return [bob.result(theirs), stolen.result(theirs), stolen.result(theirs, expert=ada.expert)]

    def _made(self, schema: dict[str, Any], depth: int) -> Any:
        """A value of the schema, wrong now and then."""
        if "$ref" in schema:
            return self._made(self.schemas.get(schema["$ref"].rpartition("/")[2], {}), depth + 1)
        if "anyOf" in schema:
            return self._made(self.random.choice(schema["anyOf"]), depth + 1)
        kind = schema.get("type")
        if depth > 6 or self.random.random() < 0.05:
            return self.random.choice([None, "x", 7, [], {}])
        if kind == "object":
            return {name: self._made(one, depth + 1) for name, one in schema.get("properties", {}).items()}
        if kind == "array":
            return [self._made(schema.get("items", {}), depth + 1) for _ in range(self.random.randint(0, 2))]
        if kind == "integer":
            return self.random.choice([schema.get("minimum", 0), schema.get("maximum", 10), -1, 2**53])
        pool = [*self.world.ids["sha256"], *self.world.ids["assignment"], self.world.bob.expert, "x"]
        return self.random.choice(pool)


def test_nothing_of_others_comes_back(world: World, soak: Soak) -> None:
    asker = Asker(world, Random(17))
    seen: Counter[tuple[str, str, int]] = Counter()
    with httpx2.Client(trust_env=False, timeout=30) as http:
        for number in soak.rounds("requests", REQUESTS, SOAK_REQUESTS):
            method, path, headers, body, who = asker.request()
            token = asker.token(who)
            sent = {**headers, **({"Authorization": f"Bearer {token}"} if token else {})}
            reply = http.request(method, world.ada.url + path, headers=sent, content=body)
            said = (number, who, method, path, headers, body[:300], reply.status_code, reply.text[:300])
            assert reply.status_code < 500, said
            route = (method, path.partition("?")[0])
            if who != "ada" and route not in PUBLIC:
                # A shape that is wrong may be said before anybody is known; nothing is answered.
                assert reply.status_code in (401, 404, 405, 422), said
            if reply.status_code >= 400 and reply.status_code != 416:
                assert reply.headers["content-type"] == "application/problem+json", said
            told = reply.content + str(dict(reply.headers)).encode()
            asked = path.encode() + body + str(headers).encode()
            assert [s for s in world.secrets if s in told and s not in asked] == [], said
            seen[(method, who, reply.status_code // 100)] += 1
    assert {method for method, _, _ in seen} == {method for method, _, _ in asker.calls}
    assert any(status == 2 for _, _, status in seen)


def test_every_call_but_three_needs_a_token(world: World) -> None:
    with httpx2.Client(trust_env=False, timeout=30) as http:
        for method, path, _ in calls():
            if (method, path) in PUBLIC:
                continue
            concrete = re.sub(r"\{\w+\}", "f" * 64, path)
            reply = http.request(method, world.ada.url + concrete, content=b"{}")
            assert (reply.status_code, reply.json()["code"]) == (401, "token.none"), (method, path)


def test_what_is_bobs_is_answered_like_what_is_nowhere(world: World) -> None:
    """Not even whether it exists."""
    for theirs in (*_packs(world.bob), digest(b"Bob's own attachment")):
        if theirs in _packs(world.ada):
            continue
        one = world.ada.call("GET", f"/v1/blobs/{theirs}")
        none = world.ada.call("GET", f"/v1/blobs/{'0' * 64}")
        assert (one.status_code, one.content) == (none.status_code, none.content) == (404, none.content)
    for assignment in world.bob.given:
        one = world.ada.call("DELETE", f"/v1/claims/{assignment}")
        assert (one.status_code, one.json()["code"]) == (404, "call.unknown")
    assert world.bob.call("GET", "/v1/feed").json()["items"]


def test_knowing_a_blobs_digest_is_not_holding_it(world: World) -> None:
    """Who puts up the very bytes has them anyway; who only names them gets nothing."""
    theirs = digest(b"Bob's own attachment")
    headers = {"If-None-Match": "*"}
    wrong = world.ada.call("PUT", f"/v1/blobs/{theirs}", content=b"guess", headers=headers)
    assert wrong.status_code == 422
    assert world.ada.call("GET", f"/v1/blobs/{theirs}").status_code == 404


def test_bobs_result_in_adas_hands_is_refused(world: World) -> None:
    task = list(world.bob.tasks)[-1]
    (outcome,) = world.ada.send(world.bob.result(task))
    assert (outcome["status"], outcome["code"]) == ("rejected", "signature.unknown_key")


def test_missing_tells_nothing_of_others(world: World) -> None:
    """A digest that Bob's result has is missing for Ada, as one that nobody's has."""
    with world.lab.database.reading() as connection:
        from sqlalchemy import select

        from lab.tables import result

        theirs = (
            connection.execute(select(result.c.digest).where(result.c.expert == world.bob.expert))
            .scalars()
            .all()
        )
    reply = world.ada.call("POST", "/v1/results:missing", json={"digests": [*theirs, "0" * 64]})
    assert reply.json() == {"missing": [*theirs, "0" * 64]}


def test_a_device_of_two_labs_is_a_stranger_to_each_by_the_others_token(world: World) -> None:
    """The same key at both labs: a token for one is nothing at the other."""
    link, _ = desk.invite(world.other, "expert", "Ada, elsewhere")
    there = enrolled(link, key=world.ada.key)
    assert there.pull() == []
    here = world.ada.call("GET", "/v1/feed", token=there.token())
    assert (here.status_code, here.json()["code"]) == (401, "token.audience")
    back = there.call("GET", "/v1/feed", token=world.ada.token())
    assert (back.status_code, back.json()["code"]) == (401, "token.audience")
