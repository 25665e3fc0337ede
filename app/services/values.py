"""The plain rows that services answer with, for the screens: what a list of tasks and a search show."""

from __future__ import annotations

from app.storage.rows import Hit, TaskRow
from app.storage.workspace import Workspace

__all__ = ["Hit", "TaskRow", "Workspace"]
