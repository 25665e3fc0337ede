"""What is asked of a lab because a person asked for it, and not again by itself: without a network, that is said."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from app.errors import OfflineError


@contextmanager
def once() -> Iterator[None]:
    """Around such a call. A hint that says what else is to be done stays as it is."""
    from app.sync.connectors.transfer import TRIED_AGAIN

    try:
        yield
    except OfflineError as exc:
        if exc.hint_template != TRIED_AGAIN:
            raise
        raise OfflineError(
            exc.code,
            exc.template,
            hint="Nothing was changed on this computer. It is not tried again by itself: do so later.",
            where=exc.where,
            params=exc.params,
        ) from exc
