"""This computer's clock against the lab's."""

from __future__ import annotations

from datetime import datetime, timedelta

from app.errors import InputError

FAR = timedelta(days=1)


def require_agreement(ours: datetime, theirs: datetime) -> None:
    """InputError `clock.off` when the two are more than a day apart: what looks expired may not be."""
    off = abs(ours - theirs)
    if off > FAR:
        raise InputError(
            "clock.off",
            "This computer's clock is about {days} days from the lab's.",
            hint="Set the clock, then try again. Your work is safe; nothing was refused for good.",
            params={"days": round(off / timedelta(days=1))},
        )
