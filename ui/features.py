"""Imports, left alone by Qt's binding.

To support its `__feature__` switch, which nobody here uses, PySide6 reads the source text of every module that
is imported after it and looks for its own name. That takes half of the time of our imports, and it walks
through module attributes in the middle of other packages' imports: pydantic's fails of it.
"""

from __future__ import annotations

import sys
from typing import Any


def leave_imports_alone() -> None:
    """Every module counts as one that knows Qt, unread. Call it right after the first import of PySide6."""
    feature: Any = sys.modules.get("shibokensupport.feature")
    if feature is not None and hasattr(feature, "_mod_uses_pyside"):
        feature._mod_uses_pyside = lambda _module: True
