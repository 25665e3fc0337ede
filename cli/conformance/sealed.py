"""What is sealed for her, and the keys that open it: only against her own results."""

from __future__ import annotations

from app.domain.ids import digest
from app.wire import jsonio
from app.wire.leadcalls import OpeningsReply
from app.wire.leading import Opening, Sealed
from app.wire.models import Jws, parse
from app.wire.sealing import content_of, unseal
from cli.conformance.bench import Bench, Failed, payload_of, require
from cli.conformance.suite import check


def _asked(bench: Bench, *digests: str) -> OpeningsReply:
    body = jsonio.dumps({"results": list(digests)})
    return bench.good(bench.call("POST", "/v1/openings", body=body), OpeningsReply)


def _envelopes(bench: Bench) -> dict[str, tuple[Sealed, str]]:
    """By task: the envelope and its digest."""
    found: dict[str, tuple[Sealed, str]] = {}
    for item in bench.items:
        if item.kind == "sealed" and item.document is not None:
            one = bench.signed(item.document, Sealed)
            found[one.task] = (one, digest(payload_of(item.document)))
    if not found:
        raise Failed("not to be seen here: nothing is sealed in her batch. Give it a judge's verdicts")
    return found


@check("openings.unknown")
def unknown(bench: Bench) -> None:
    name = "d" * 64
    reply = _asked(bench, name)
    require(reply.openings == [], "a key is released against a result that the lab does not hold")
    require(reply.unknown == [name], "a digest that the lab does not hold is not named")


@check("openings.first")
def first(bench: Bench) -> None:
    """Signed is not sent: nothing opens before her own result is at the lab."""
    envelopes = _envelopes(bench)
    task = next((one for one in bench.tasks if one.id in envelopes), None)
    require(task is not None, "what is sealed is for none of her tasks")
    assert task is not None
    document = bench.result(task)
    reply = _asked(bench, digest(payload_of(parse(Jws, document))))
    require(reply.openings == [], "a key is released before her own result is at the lab")


@check("openings.opened")
def opened(bench: Bench) -> None:
    task, document, _ = bench.first
    named = digest(payload_of(parse(Jws, document)))
    envelopes = _envelopes(bench)
    require(task.id in envelopes, "a task of a batch with sealing has no envelope")
    sealed, sha256 = envelopes[task.id]
    reply = _asked(bench, named)
    openings = [bench.signed(one, Opening) for one in reply.openings]
    mine = [one for one in openings if one.sealed == sealed.sealed]
    require(len(mine) == 1, f"{len(mine)} keys are released for one envelope")
    require(mine[0].result == named, "the key names another result than the one it was released against")
    content_of(unseal(sealed, sha256, mine[0]))
    require(_asked(bench, named) == reply, "the same wish again gets other keys")
