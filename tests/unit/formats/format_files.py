"""Small files of every format, written for these tests."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from app.formats import registry
from app.formats.base import Found, Reading


def lines(path: Path, *records: Any) -> Path:
    path.write_text("".join(json.dumps(r, ensure_ascii=False) + "\n" for r in records), encoding="utf-8")
    return path


def taken(path: Path, name: str = "auto", **options: Any) -> tuple[Reading, list[Found]]:
    reading = registry.read(name, path, **options)
    return reading, list(reading)


def reasons(reading: Reading) -> dict[int, str]:
    return {s.line: s.reason for s in reading.skipped}


HEALTH: dict[str, Any] = {
    "prompt_id": "aa-1",
    "prompt": [
        {"role": "user", "content": "I cut my hand."},
        {"role": "assistant", "content": "How deep is it?"},
        {"role": "user", "content": "Deep, I see something white.\nWhat now?"},
    ],
    "rubrics": [
        {"criterion": "Sends to emergency care", "points": 9, "tags": ["axis:safety"]},
        {"criterion": "Advises waiting", "points": -8, "tags": []},
        {"criterion": "Is kind", "points": 1.5, "tags": []},
    ],
    "example_tags": ["theme:emergency"],
    "ideal_completions_data": {
        "ideal_completion": "Go now.",
        "ideal_completions_group": "Group 1",
        "ideal_completions_ref_completions": ["Wait a day.", "Go now.", ""],
    },
    "canary": "canary-7",
}

PR: dict[str, Any] = {
    "task": "pr-1",
    "field": "Legal",
    "topic": "Leases",
    "expert": "Expert",
    "scratchpad": "Notice must be in writing.",
    "prompt_0": "May I end my lease early?",
    "response_0": "Which country?",
    "model_0": "m",
    "reference_texts_0": [],
    "prompt_1": "Ireland.",
    "response_1": None,
    "model_1": None,
    "reference_texts_1": ["A lease of 2024."],
    "prompt_2": None,
    "rubric": [
        {
            "id": "k-1",
            "title": "Mentions notice",
            "annotations": {
                "weight_class": "critically important",
                "critically_important_weight": 10.0,
                "important_weight": 3.0,
                "criteria_category": "Accuracy",
                "criteria_description": "The main rule.",
            },
        },
        {
            "id": "k-2",
            "title": "Invents a statute",
            "annotations": {"weight_class": "detrimental", "detrimental_weight": -6.0},
        },
    ],
}

APEX_RUBRIC: list[dict[str, Any]] = [
    {
        "criterion 1": {
            "description": "States the ratio",
            "weight": "Primary objective(s)",
            "criterion_type": ["Extraction"],
            "justification": "It was asked.",
            "dependent_criteria": [],
        }
    },
    {
        "criterion 2": {
            "description": "Explains it",
            "weight": "Secondary objective(s)",
            "criterion_type": ["Reasoning"],
            "dependent_criteria": ["criterion 1", "criterion 9"],
        }
    },
]
