from __future__ import annotations

import typer


def mount(program: typer.Typer) -> None: ...
