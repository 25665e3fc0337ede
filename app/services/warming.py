"""Importing what the first sync, the first signature and the first answer need, before they need it."""

from __future__ import annotations


def warm_up() -> None:
    """Some hundred milliseconds of imports: in a worker, after the window has its content."""
    import app.rendering.answer
    import app.services.rendering
    import app.services.syncing
    import app.sync.connectors.lab
    import app.wire.documents
    import app.wire.signatures  # noqa: F401
