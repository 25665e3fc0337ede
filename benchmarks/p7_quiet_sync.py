"""P7: a sync with nothing new, beside one HTTP round trip of the same client to the same server."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager

from benchmarks.__main__ import Bed
from benchmarks.measure import Bench, Budget
from benchmarks.workspaces import PASSPHRASE, station_at
from lab import desk
from lab.lab import open_lab
from lab.serve import Service

SAMPLES = 30


@contextmanager
def benches(bed: Bed) -> Iterator[list[Bench]]:
    folder = bed.folder / "lab"
    desk.init(folder)
    with open_lab(folder) as lab:
        invitation, _ = desk.invite(lab, "expert", "Bench")
        service = Service(lab)
        thread = threading.Thread(target=service.run, daemon=True)
        thread.start()
        service.ready.wait(30)
        station = station_at(bed.folder / "home")
        session = station.enrolling.enrol(invitation, passphrase=PASSPHRASE)
        station.sending.sync(session)
        from app.services.syncing import sync_of
        from app.sync.standing import KEY as STANDING
        from app.sync.standing import Standing
        from app.wire.signatures import PrivateKey

        key = PrivateKey.from_jwk(session.parts.device_jwk)
        with station.sending.connect(lab.config.url, key, lambda: False) as connector:
            cursor = session.workspace.lab.state("cursor")
            etag = Standing.read(session.workspace.lab.state(STANDING)).etag

            def ours() -> list[float]:
                sync = [
                    sync_of(session.workspace, connector, station.clock, lambda *_: None, lambda: False)
                    for _ in range(SAMPLES)
                ]
                return [_timed(one.run) for one in sync]

            def floor() -> list[float]:
                return [_timed(lambda: connector.feed(cursor, etag)) for _ in range(SAMPLES)]

            yield [Bench("P7", "nothing new to sync", floor, ours, (Budget(ratio=1.2),))]
        session.close()
        service.stop()
        thread.join()


def _timed(call: object) -> float:
    start = time.perf_counter()
    call()  # type: ignore[operator]
    return (time.perf_counter() - start) * 1000
