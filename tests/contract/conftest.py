"""The lab's contract runs twice: on SQLite and files, and (`full`) on a real PostgreSQL and a real S3 store."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from benchmarks.servers import Servers, servers

Places = Callable[[], dict[str, str]]


@pytest.fixture(scope="session")
def grown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Servers]:
    with servers(tmp_path_factory.mktemp("servers"), durable=False) as both:
        yield both


@pytest.fixture(params=["embedded", pytest.param("grown", marks=pytest.mark.full)])
def places(request: pytest.FixtureRequest) -> Places:
    """Gives `database` and `blobs` of a new lab, each time others."""
    if request.param == "embedded":
        return dict
    both: Servers = request.getfixturevalue("grown")
    return both.places
