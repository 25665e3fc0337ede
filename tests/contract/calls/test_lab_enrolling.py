"""What a lab tells anyone, and enrolling with an invitation, against a real server on loopback."""

from __future__ import annotations

import json

import httpx2

from app.wire import invitation, jsonio
from app.wire.documents import Keys, Registration, parse
from app.wire.keylist import follow
from app.wire.protocol import WellKnown
from app.wire.signatures import PrivateKey, verify
from tests.contract.calls.served import World, problem
from tests.lab_server import Laptop, enrolled


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
