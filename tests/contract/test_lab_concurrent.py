"""Many writers at once, in two processes' worth of connections: nothing is lost, doubled or passed over."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

import pytest
from sqlalchemy import Connection, insert, select

from app.domain.ids import digest
from app.wire.signatures import PrivateKey
from lab import claiming, desk, feeds, people, results, uploads
from lab.lab import Lab
from lab.problems import Refusal
from lab.tables import assigned_pack, document, expert, feed, pack, result
from tests.contract.conftest import Places
from tests.lab_server import write_tasks

WRITERS = 6


@pytest.fixture
def two(tmp_path: Path, places: Places) -> Iterator[tuple[Lab, Lab]]:
    """The same lab opened twice, as two processes have it."""
    desk.init(tmp_path / "lab", **places())
    with ExitStack() as stack:
        first, second = (stack.enter_context(desk.open_lab(tmp_path / "lab")) for _ in range(2))
        yield first, second


def experts(lab: Lab, count: int) -> list[str]:
    return [desk.invite(lab, "expert", f"E{n}")[1] for n in range(count)]


def test_feeds_have_no_hole_and_no_double(two: tuple[Lab, Lab]) -> None:
    who = experts(two[0], 3)

    def tell(n: int) -> None:
        def job(connection: Connection) -> None:
            for one in feeds.lock(connection, who if n % 2 else who[::-1]):
                feeds.append(connection, one, "notice", f"n{n}", None)

        two[n % 2].database.write(job)

    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(tell, range(60)))
    with two[0].database.reading() as connection:
        for one in who:
            numbers = list(
                connection.execute(select(feed.c.n).where(feed.c.expert == one).order_by(feed.c.n)).scalars()
            )
            assert numbers == list(range(1, 61))
            assert feeds.heads(connection, [one]) == {one: 60}


def test_two_jobs_that_wait_for_each_other_are_both_done(two: tuple[Lab, Lab]) -> None:
    who = experts(two[0], 2)
    met = threading.Barrier(2)

    def tell(n: int) -> None:
        first = True

        def job(connection: Connection) -> None:
            nonlocal first
            feeds.append(connection, who[n], "notice", "a", None)
            if first and two[0].database.shared:  # the second time round nobody waits there
                first = False
                met.wait(20)
            feeds.append(connection, who[1 - n], "notice", "b", None)

        two[n].database.write(job)

    with ThreadPoolExecutor(2) as pool:
        list(pool.map(tell, range(2)))
    with two[0].database.reading() as connection:
        assert feeds.heads(connection, who) == dict.fromkeys(who, 2)


def test_claims_never_overlap_and_leave_nothing(two: tuple[Lab, Lab], tmp_path: Path) -> None:
    lab = two[0]
    batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 120)).batch
    holder, *claimers = experts(lab, 9)
    desk.assign(lab, batch, [holder])
    with lab.database.reading() as connection:
        packs = len(connection.execute(select(pack.c.number).where(pack.c.batch == batch)).all())
        given = list(connection.execute(select(assigned_pack.c.assignment).distinct()).scalars())
    for one in given:
        lab.database.write(lambda c, one=one: claiming.release(c, lab, holder, one))  # type: ignore[misc]

    def claim(place: tuple[int, str]) -> int:
        n, who = place
        total = 0
        for time in range(packs):
            mine = two[n % 2]
            tasks, _ = mine.database.write(
                lambda c: claiming.claim(c, mine, who, f"k{time}", 1, None, ())  # noqa: B023 (runs at once)
            )
            total += tasks
        return total

    with ThreadPoolExecutor(WRITERS) as pool:
        claimed = sum(pool.map(claim, enumerate(claimers)))
    assert claimed == 120
    with lab.database.reading() as connection:
        held = connection.execute(
            select(assigned_pack.c.pack).where(assigned_pack.c.ended_at.is_(None))
        ).scalars()
        assert Counter(held) == Counter(range(1, packs + 1))
        assert set(connection.execute(select(pack.c.free)).scalars()) == {0}


def test_the_same_claim_at_once_is_one_claim(two: tuple[Lab, Lab], tmp_path: Path) -> None:
    lab = two[0]
    batch = desk.import_batch(lab, "auto", write_tasks(tmp_path / "t.jsonl", 60)).batch
    _, who = experts(lab, 2)
    desk.assign(lab, batch, [who], overlap=1)
    with lab.database.reading() as connection:
        (given,) = connection.execute(select(assigned_pack.c.assignment).distinct()).scalars()
    lab.database.write(lambda c: claiming.release(c, lab, who, given))
    other = experts(lab, 1)[0]

    def claim(n: int) -> object:
        mine = two[n % 2]
        return mine.database.write(lambda c: claiming.claim(c, mine, other, "same", 10, None, ()))

    with ThreadPoolExecutor(WRITERS) as pool:
        replies = list(pool.map(claim, range(WRITERS * 2)))
    assert all(reply == replies[0] for reply in replies)


def store(connection: Connection, who: str, number: int) -> None:
    """A result row as `lab.results` writes it, without what the export does not look at."""
    row = {
        "id": f"{who}-{number}",
        "revision": 1,
        "expert": who,
        "expert_n": number,
        "batch": "b",
        "task": f"t{number}",
    }
    text = {"digest": digest(f"{who}{number}".encode()), "kid": "k", "late": False, "received_at": ""}
    connection.execute(insert(result), [{**row, **text, "document": b"{}", "receipt": b"{}"}])


def test_the_export_passes_over_no_row_while_others_commit(two: tuple[Lab, Lab]) -> None:
    """Rows are numbered before they commit: a slow transaction's come in late, below the reader's place."""
    entered, go_on = threading.Event(), threading.Event()
    done = threading.Event()

    def slow(connection: Connection) -> None:
        store(connection, "slow", 1)
        entered.set()
        go_on.wait(0.5 if not two[0].database.shared else 20)

    def many(writer: int) -> None:
        for number in range(1, 41):
            two[writer % 2].database.write(lambda c, number=number: store(c, f"w{writer}", number))  # type: ignore[misc]

    seen: list[str] = []
    place = (0, 0)

    def read() -> None:
        nonlocal place
        with two[1].database.reading() as connection:
            for at, kept in results.settled(connection, place, 7):
                seen.append(f"{kept.expert} {at}")
                assert at > place
                place = at

    def follow() -> None:
        while not done.is_set():
            read()

    waiting = two[0].database.submit(slow)
    assert entered.wait(20)
    reader = threading.Thread(target=follow)
    reader.start()
    with ThreadPoolExecutor(WRITERS) as pool:
        writing = [pool.submit(many, n) for n in range(WRITERS - 1)]
        for one in writing[1:]:
            one.result(60)
        go_on.set()
        waiting.result(60)
        writing[0].result(60)
    done.set()
    reader.join()
    before = -1
    while len(seen) != before:
        before = len(seen)
        read()
    with two[0].database.reading() as connection:
        rows = connection.execute(select(result.c.expert, result.c.xid, result.c.n)).all()
    assert len(rows) == (WRITERS - 1) * 40 + 1
    assert sorted(seen) == sorted(f"{row.expert} ({row.xid}, {row.n})" for row in rows)


def test_one_invitation_used_by_many_devices_at_once_registers_one(two: tuple[Lab, Lab]) -> None:
    from app.domain.times import to_text
    from app.wire.documents import Enrolment
    from app.wire.models import check

    lab = two[0]
    code = people.invite(lab, "expert", "Ada").code

    def enrol(n: int) -> str:
        key = PrivateKey.generate()
        asked = {
            "v": 1, "jwk": key.public.as_jwk(), "code": code, "device": f"d{n}", "audience": lab.config.url,
            "issued": to_text(lab.clock.now()),
        }  # fmt: skip
        request = check(Enrolment, asked)
        mine = two[n % 2]
        try:
            mine.database.write(lambda c: people.enrol(c, mine, request, key.public))
        except Exception as exc:  # noqa: BLE001 (its code is what is looked at)
            return str(getattr(exc, "code", exc))
        return "registered"

    with ThreadPoolExecutor(WRITERS) as pool:
        said = Counter(pool.map(enrol, range(WRITERS)))
    assert said == {"registered": 1, "invitation.used": WRITERS - 1}


def test_one_blob_put_up_many_times_at_once_counts_once(two: tuple[Lab, Lab]) -> None:
    (who,) = experts(two[0], 1)

    def put(n: int) -> str:
        try:
            uploads.take(two[n % 2], who, b"same bytes")
        except Refusal as exc:
            return exc.code
        return "kept"

    with ThreadPoolExecutor(WRITERS) as pool:
        assert Counter(pool.map(put, range(WRITERS))) == {"kept": 1, "blob.held": WRITERS - 1}
    with two[0].database.reading() as connection:
        assert connection.execute(select(expert.c.uploaded)).scalar_one() == len(b"same bytes")


def test_a_document_kept_by_many_at_once_is_kept_once(two: tuple[Lab, Lab]) -> None:
    signed = two[0].sign("notice", b'{"v":1}')
    with ThreadPoolExecutor(WRITERS) as pool:
        list(pool.map(lambda n: two[n % 2].database.write(lambda c: feeds.keep(c, signed)), range(20)))
    with two[0].database.reading() as connection:
        assert list(connection.execute(select(document.c.digest)).scalars()).count(signed.digest) == 1
