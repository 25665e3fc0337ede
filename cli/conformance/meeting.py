"""Who the lab is, how a device joins it, how refusals look."""

from __future__ import annotations

from app.domain.times import from_text
from app.wire import jsonio
from app.wire.documents import Enrolment
from app.wire.models import Jws, parse
from app.wire.protocol import EnrolReply
from app.wire.signatures import PrivateKey, base64url, thumbprint
from cli.conformance.bench import Bench, payload_of, require
from cli.conformance.suite import check


@check("well_known.shape")
def shape(bench: Bench) -> None:
    require(1 in bench.about.protocol, "the lab does not speak version 1 of the protocol")


@check("well_known.url")
def url(bench: Bench) -> None:
    require(bench.about.url == bench.invitation.url, "the lab's URL is not the one in the invitation")


@check("well_known.time")
def time(bench: Bench) -> None:
    off = abs((from_text(bench.about.server_time) - bench.clock.now()).total_seconds())
    require(off < 90, f"the lab's clock is {off:.0f} s off")


@check("well_known.limits")
def limits(bench: Bench) -> None:
    told = bench.about.limits
    require(told.results <= 100, "more than 100 results a call are promised")
    require(told.page <= 500, "more than 500 items a page are promised")


@check("well_known.keys")
def keys(bench: Bench) -> None:
    require(bench.keys.lab == bench.about.lab, "the key list is another lab's")
    bench.keys.require_fresh(bench.clock.now())


@check("problems.unknown_path")
def unknown_path(bench: Bench) -> None:
    bench.refusal(bench.call("GET", "/v1/no-such-call", token=None), 404)


@check("problems.method")
def method(bench: Bench) -> None:
    bench.refusal(bench.call("DELETE", "/v1/feed", token=None), 405, 404)


@check("enrol.unknown_code")
def unknown_code(bench: Bench) -> None:
    bench.refusal(bench.enrol(bench.enrolment(code="a" * 32)), 403)


@check("enrol.small_order")
def small_order(bench: Bench) -> None:
    """A key under which anyone can sign. The signature verifies: R = S = 0 with the neutral point."""
    x = base64url(b"\x01" + bytes(31))
    honest = parse(Jws, bench.enrolment())
    payload = jsonio.loads(payload_of(honest))
    kid = thumbprint(x)
    payload["jwk"] = {"kty": "OKP", "crv": "Ed25519", "x": x, "kid": kid}
    document = {
        "protected": base64url(jsonio.dumps({"alg": "Ed25519", "kid": kid, "typ": Enrolment.typ()})),
        "payload": base64url(jsonio.dumps(payload)),
        "signature": base64url(b"\x01" + bytes(63)),
    }
    bench.refusal(bench.enrol(jsonio.dumps(document)))


@check("enrol.forged")
def forged(bench: Bench) -> None:
    good, other = parse(Jws, bench.enrolment()), parse(Jws, bench.enrolment(code="another-code"))
    crossed = {"protected": good.protected, "payload": good.payload, "signature": other.signature}
    bench.refusal(bench.enrol(jsonio.dumps(crossed)))


@check("enrol.audience")
def audience(bench: Bench) -> None:
    bench.refusal(bench.enrol(bench.enrolment(audience="https://elsewhere.example")))


@check("enrol.strict_json")
def strict_json(bench: Bench) -> None:
    document = bench.enrolment()
    bench.refusal(bench.enrol(b'{"signature":"",' + document[1:]))


@check("enrol.registers")
def registers(bench: Bench) -> None:
    """Also that a lab which refused all of the above still takes the invitation."""
    found = bench.registration
    require(found.lab == bench.keys.lab, "the registration is another lab's")
    require(found.role == bench.invitation.role, "the role is not the invitation's")
    mine = [one for one in found.devices if one.device == bench.device]
    require(len(mine) == 1, "the registration does not name this device once")
    require(mine[0].jwk.kid == bench.key.kid, "the registration names another key")


@check("enrol.again")
def again(bench: Bench) -> None:
    """An answer that was lost on the way: the same request gets the same registration."""
    document, first = bench.enrolled
    second = bench.enrol(document)
    require(second.status_code in (200, 201), f"the same request again is refused ({second.status_code})")
    before, after = (parse(EnrolReply, reply.content).registration for reply in (first, second))
    require(before == after, "the same request again gets another registration")


@check("enrol.code_once")
def code_once(bench: Bench) -> None:
    _ = bench.registration
    other = PrivateKey.generate()
    bench.refusal(bench.enrol(bench.enrolment(key=other, device="conformance-other")), 403)
