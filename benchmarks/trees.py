"""A task with a rubric as long as the longest real ones: a tree of 361 leaves under 19 groups."""

from __future__ import annotations

from typing import Any

GROUPS = EACH = 19


def tree_of(task: dict[str, Any]) -> dict[str, Any]:
    """The same task; the texts of its criteria stand in every group."""
    texts = [criterion["text"] for criterion in task["rubric"]["criteria"]]
    criteria: list[dict[str, Any]] = []
    for group in range(GROUPS):
        criteria.append({"id": f"g{group}", "text": f"Part {group + 1}", "kind": "group", "points": 1})
        criteria += [
            {
                "id": f"g{group}c{leaf}",
                "text": texts[(group + leaf) % len(texts)],
                "kind": "binary",
                "points": 1,
                "parent": f"g{group}",
            }
            for leaf in range(EACH)
        ]
    return task | {"rubric": {"version": "1", "criteria": criteria}}
