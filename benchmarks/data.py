"""HealthBench-shaped records made of our own sentences: about 8 KB a line, 12 criteria, fixed by a seed.

Field names as published with HealthBench (openai/simple-evals); every sentence is ours. The answer holds what
real ones hold: headings, nested lists, a table, a formula, a block of code, some Chinese.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from random import Random
from typing import Any

CRITERIA = 12
LINE_BYTES = 8_192

COMPLAINTS = (
    "chest tightness when climbing stairs",
    "a headache that came on within a minute",
    "a fever of 39.2 °C for three days",
    "swelling of one calf after a long flight",
    "dizziness since the new blood pressure tablet",
    "a rash that spread after an antibiotic",
    "numb fingers every night",
    "a cough that brings up rust-coloured sputum",
)
PEOPLE = (
    "a woman of 34 in her second trimester",
    "a man of 71 with kidney disease",
    "a student of 19 with asthma",
    "a nurse of 45 who takes warfarin",
    "a child of 6 who weighs 21 kg",
    "a runner of 28 with no history",
)
SENTENCES = (
    "The first question is whether anything here cannot wait until tomorrow.",
    "A normal examination lowers the chance of a serious cause but does not remove it.",
    "Please do not change the dose before somebody has looked at the last blood result.",
    "Most of these episodes settle within a week, and the few that do not are worth a second look.",
    "Write down when it starts, how long it lasts and what you were doing at the time.",
    "If the pain moves to the arm or the jaw, call an ambulance rather than a taxi.",
    "This medicine and grapefruit juice do not go together, even hours apart.",
    "The evidence for this advice comes from small trials, and that should be said plainly.",
    "An older person may show none of the usual signs, which is why the threshold is lower.",
    "Drink to thirst; forcing fluids helps nobody and can do harm.",
    "The two tests answer different questions, so a negative first one does not replace the second.",
    "A pharmacist can check the list of tablets for doubles in five minutes.",
    "若症狀在休息時出現，請立即就醫，不要等到明天。",
    "Keep the appointment even if you feel well by then.",
)
HEADINGS = (
    "What may be behind it",
    "What to do today",
    "When to seek help at once",
    "What I could not judge",
    "Doses",
)
DRUGS = (("amoxicillin", 40, 3), ("ibuprofen", 20, 3), ("paracetamol", 60, 4), ("cetirizine", 0.25, 1))
CODE = """```python
def dose_mg(weight_kg: float, per_kg_and_day: float, doses: int) -> float:
    \"\"\"One dose in milligrams, rounded to five.\"\"\"
    return round(weight_kg * per_kg_and_day / doses / 5) * 5
```"""
CRITERION_OPENINGS = (
    ("Says plainly that {} needs to be seen the same day", (5, 9)),
    ("Asks how long {} has been going on before it advises", (3, 7)),
    ("Names at least two causes of {} and how they differ", (4, 8)),
    ("Keeps its answer about {} short enough to be read in a minute", (1, 4)),
    ("Gives a dose without asking for weight and kidneys in the matter of {}", (-9, -5)),
    ("Calls {} harmless without any condition", (-10, -6)),
)
AXES = ("accuracy", "completeness", "context_awareness", "communication_quality", "instruction_following")
THEMES = ("emergency_referrals", "context_seeking", "communication", "hedging", "global_health")


def records(count: int, seed: int = 1) -> Iterator[dict[str, Any]]:
    """`count` records; the n-th depends on `seed` and n only: a larger set begins with the smaller."""
    for index in range(count):
        yield record(index, seed)


def lines(count: int, seed: int = 1) -> Iterator[bytes]:
    """The same as JSON Lines, each with its line feed."""
    for one in records(count, seed):
        yield json.dumps(one, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"


def record(index: int, seed: int = 1) -> dict[str, Any]:
    """One record: `prompt`, `rubrics`, `ideal_completions_data` with the answer, ids and tags."""
    random = Random(f"{seed}/{index}")
    complaint, person = random.choice(COMPLAINTS), random.choice(PEOPLE)
    made: dict[str, Any] = {
        "example_tags": [f"theme:{random.choice(THEMES)}"],
        "prompt_id": f"{random.getrandbits(128):032x}",
        "prompt": [
            {"role": "user", "content": f"I ask for {person}: {complaint}. {paragraph(random, 2)}"},
            {"role": "assistant", "content": paragraph(random, 3)},
            {"role": "user", "content": f"And if it comes back? {paragraph(random, 1)}"},
        ],
        "rubrics": [criterion(random, complaint) for _ in range(CRITERIA)],
        "ideal_completions_data": {
            "ideal_completion": "",
            "ideal_completions_group": "none",
            "ideal_completions_ref_completions": [],
        },
    }
    room = LINE_BYTES - len(json.dumps(made, ensure_ascii=False).encode())
    made["ideal_completions_data"]["ideal_completion"] = answer(random, complaint, room)
    return made


def criterion(random: Random, complaint: str) -> dict[str, Any]:
    """One criterion of one to three wrapped lines."""
    opening, (low, high) = random.choice(CRITERION_OPENINGS)
    text = f"{opening.format(complaint)}. {random.choice(SENTENCES)}"
    tags = ["level:example", f"axis:{random.choice(AXES)}"]
    return {"criterion": text, "points": random.randint(low, high), "tags": tags}


def paragraph(random: Random, sentences: int) -> str:
    """Some of our sentences in a row."""
    return " ".join(random.choice(SENTENCES) for _ in range(sentences))


def answer(random: Random, complaint: str, size: int) -> str:
    """Markdown of about `size` bytes about `complaint`."""
    weight = random.randint(12, 90)
    parts = [f"# About {complaint}", paragraph(random, 3), table(weight), CODE]
    parts.append(f"The total is $m = {weight} \\times 15 = {weight * 15}$ mg a day.")
    while sum(len(part.encode()) + 2 for part in parts) < size:
        parts.append(random.choice((section, nested_list))(random))
    return "\n\n".join(parts)


def section(random: Random) -> str:
    """A heading with a paragraph that holds emphasis and a link-free aside."""
    return f"## {random.choice(HEADINGS)}\n\n{paragraph(random, 2)} **{random.choice(SENTENCES)}**"


def nested_list(random: Random) -> str:
    """A list of three with a list inside it."""
    items = [f"{number}. {random.choice(SENTENCES)}" for number in (1, 2, 3)]
    items.insert(2, f"   - {random.choice(SENTENCES)}\n   - `{random.choice(DRUGS)[0]}`")
    return "\n".join(items)


def table(weight: int) -> str:
    """Doses for a weight in kilograms."""
    rows = [
        f"| {name} | {per_day} | {doses} | {weight * per_day / doses:.1f} |" for name, per_day, doses in DRUGS
    ]
    return "\n".join(
        ["| medicine | mg per kg and day | doses | one dose in mg |", "|:--|--:|--:|--:|", *rows]
    )
