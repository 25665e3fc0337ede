"""What every command answers when it fails."""

from __future__ import annotations

from typing import TypedDict

from app.errors import ErrorReply


class Failure(TypedDict):
    """The one document of a command that failed; its kind goes with the exit code."""

    error: ErrorReply
