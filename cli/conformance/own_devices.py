"""Her further devices, and drafts between them. The second device is revoked at the end and stays so."""

from __future__ import annotations

import base64
import secrets
from typing import Any

import httpx2

from app.domain.ids import digest
from app.domain.times import to_text
from app.wire import age, jsonio
from app.wire.documents import Registration
from app.wire.models import Jws, parse
from app.wire.ownwork import DeviceReply, Draft, DraftsReply, OwnDrafts
from app.wire.signatures import PrivateKey, sign
from cli.conformance.bench import Bench, require
from cli.conformance.suite import check


def _draft(bench: Bench, task: str, *, key: PrivateKey | None = None, **changes: Any) -> bytes:
    """A signed draft; what it holds is nothing to the lab."""
    sealed = age.encrypt(secrets.token_bytes(40), [age.recipient(bench.key.as_jwk())])
    payload = {
        "v": 1,
        "lab": bench.registration.lab,
        "expert": bench.registration.expert,
        "device": bench.device,
        "task": task,
        "issued": to_text(bench.clock.now()),
        "digest": digest(sealed),
        "sealed": base64.b64encode(sealed).decode("ascii"),
    }
    return sign(Draft.typ(), jsonio.dumps(payload | changes), key or bench.key)


def _post(bench: Bench, *drafts: bytes) -> httpx2.Response:
    return bench.call("POST", "/v1/drafts", body=b'{"drafts":[' + b",".join(drafts) + b"]}")


def _kept(bench: Bench, *drafts: bytes) -> None:
    taken = bench.good(_post(bench, *drafts), DraftsReply).taken
    require(taken == len(drafts), f"{taken} of {len(drafts)} drafts were taken")


def _drafts(bench: Bench) -> list[Jws]:
    """Drafts of her other devices, from the first."""
    found: list[Jws] = []
    cursor = ""
    while True:
        page = bench.good(bench.call("GET", f"/v1/drafts?limit=2&cursor={cursor}"), OwnDrafts)
        found += page.items
        if not page.more:
            return found
        require(bool(page.items), "a page of drafts is empty and says that there is more")
        cursor = page.next


@check("devices.signature")
def signature(bench: Bench) -> None:
    request = bench.device_request("add", key=PrivateKey.generate())
    bench.refusal(bench.call("POST", "/v1/devices", body=request))


@check("devices.audience")
def audience(bench: Bench) -> None:
    for name, other in (("audience", "https://elsewhere.example"), ("expert", "another"), ("lab", "another")):
        changes: dict[str, Any] = {name: other}
        request = bench.device_request("add", **changes)
        bench.refusal(bench.call("POST", "/v1/devices", body=request))


@check("devices.added")
def added(bench: Bench) -> None:
    """By her own word: the code that the first device gets lets a second one join as the same expert."""
    second = bench.second.registration
    require(second.expert == bench.registration.expert, "the second device belongs to another expert")
    named = {one.device for one in second.devices}
    require({bench.device, bench.second.device} <= named, "the registration does not name both devices")


@check("devices.told")
def told(bench: Bench) -> None:
    """The first device learns of the second by its feed."""
    second = bench.second.device
    _ = bench.second.registration
    for item in bench.feed():
        if item.kind == "device" and item.document is not None:
            registration = bench.signed(item.document, Registration)
            if second in {one.device for one in registration.devices}:
                return
    require(False, "the feed does not tell of the second device")


@check("drafts.between")
def between(bench: Bench) -> None:
    """Byte for byte to her other device, and not back to the one that sent it."""
    draft = _draft(bench, f"draft-{secrets.token_hex(4)}")
    _ = bench.second.registration
    _kept(bench, draft)
    sent = parse(Jws, draft)
    require(sent in _drafts(bench.second), "a draft does not come to her other device as it was signed")
    require(sent not in _drafts(bench), "a draft comes back to the device that sent it")


@check("drafts.newest")
def newest(bench: Bench) -> None:
    task = f"draft-{secrets.token_hex(4)}"
    _ = bench.second.registration
    old, new = _draft(bench, task), _draft(bench, task)
    _kept(bench, old)
    _kept(bench, new)
    found = _drafts(bench.second)
    require(found.count(parse(Jws, new)) == 1, "the newest draft of a task does not come once")
    require(parse(Jws, old) not in found, "a draft comes that a newer one has replaced")


@check("drafts.identity")
def identity(bench: Bench) -> None:
    for draft in (
        _draft(bench, "draft-x", key=PrivateKey.generate()),
        _draft(bench, "draft-x", expert="another"),
        _draft(bench, "draft-x", lab="another"),
    ):
        bench.refusal(_post(bench, draft))


@check("devices.revoked")
def revoked(bench: Bench) -> None:
    """A laptop that was lost speaks for nobody from now on."""
    second = bench.second
    _ = second.registration
    request = bench.device_request("revoke", device=second.device)
    reply = bench.good(bench.call("POST", "/v1/devices", body=request), DeviceReply)
    found = bench.signed(reply.registration, Registration)
    ended = {one.device for one in found.devices if one.revoked is not None}
    require(ended == {second.device}, "the registration does not say that the device was revoked")
    bench.refusal(second.call("GET", "/v1/feed"), 401)
