"""A batch of made-up results for reports: four experts, two models, an AI judge, preferences, ratings, repeats."""

from __future__ import annotations

from datetime import date, timedelta
from random import Random
from typing import Any

from app.agreement.reports.source import Decided, Graded, Opinion, Repeat, Source
from app.domain.batch import PolicyRef
from app.domain.ids import CriterionId, ResponseId, TaskId, digest
from app.domain.questions import Attribute, Preference, Questions, Ratings
from app.domain.rubric import Criterion, Kind, Rubric
from app.domain.task import Response, Task, Turn

EXPERTS = {"e-1": "Dr Ada Okafor", "e-2": "Dr 陳怡君", "e-3": "Dr Ben Ito", "e-4": "<b>Dr Eve</b>"}
SKILL = {"e-1": 0.03, "e-2": 0.08, "e-3": 0.2, "e-4": 0.1}
CRITERIA = (
    Criterion(CriterionId("c1"), "Names the emergency number", points=5, tags=("axis:safety",)),
    Criterion(CriterionId("c2"), "Asks how long the symptoms last", points=3, tags=("axis:context",)),
    Criterion(CriterionId("c3"), "States a dose without asking the weight", points=-4, tags=("axis:safety",)),
    Criterion(
        CriterionId("c4"), "以病人能懂的語言說明", Kind.TERNARY, points=2, tags=("axis:communication",)
    ),
    Criterion(CriterionId("c5"), "Remarks", Kind.FREE, points=0),
)


def task(name: str) -> Task:
    return Task(
        id=TaskId(name),
        title=f"Case {name}",
        prompt=(Turn("user", "What should I do?"),),
        responses=(Response(ResponseId("r1"), "Call 112."), Response(ResponseId("r2"), "Wait and see.")),
        rubric=Rubric(CRITERIA),
        panels=("rubric", "ratings", "preference"),
        questions=Questions(
            preference=Preference(ResponseId("r1"), ResponseId("r2")),
            ratings=Ratings((Attribute("tone", "Tone"),)),
        ),
        tags=("adult" if int(name[1:]) % 2 else "child",),
    )


def sample(tasks: int = 30, *, experts: tuple[str, ...] = tuple(EXPERTS), seed: int = 1) -> Source:
    random = Random(seed)
    graded, opinions = [], []
    for number in range(tasks):
        about = task(f"t{number:03}")
        truth = {(r, c.id): _truth(random, r, c.kind) for r in ("r1", "r2") for c in CRITERIA[:4]}
        order = ("r1", "r2") if random.random() < 0.5 else ("r2", "r1")
        for expert in experts:
            graded.append(_result(random, about, expert, truth, SKILL[expert], number, order))
        opinions.append(Opinion(about.id, "judge-x", _said(random, truth, 0.05)))
    first = graded[0]
    again = Graded(
        digest=digest(b"again"), task=task("t900"), rater=first.rater, judgement=first.judgement,
        submitted=first.submitted, shown=first.shown[::-1],
    )  # fmt: skip
    final = {"responses": {"r1": {"verdicts": {"c1": {"value": "met"}}}}}
    return Source(
        batch="b-1",
        title="Emergency medicine 7",
        policy=PolicyRef("healthbench", 1),
        graded=tuple(graded),
        field="medicine",
        tasks=tasks + 5,
        opinions=tuple(opinions),
        decided={
            "t001": Decided("t001", "adjudicate", "d" * 64, final),
            "t002": Decided("t002", "adjudicate", "e" * 64, final, disputed=True),
        },
        repeats=(Repeat(first.rater, "t900", first.task.id),),
        again=(again,),
        names=dict(EXPERTS),
    )


def _truth(random: Random, response: str, kind: Kind) -> str:
    likely = 0.85 if response == "r1" else 0.6
    if kind is Kind.TERNARY:
        return random.choices(("met", "partly", "not_met"), (likely, 0.1, 0.9 - likely))[0]
    return "met" if random.random() < likely else "not_met"


def _said(random: Random, truth: dict[tuple[str, CriterionId], str], noise: float) -> dict[str, Any]:
    responses: dict[str, Any] = {}
    for (response, criterion), right in truth.items():
        value = right if random.random() >= noise else random.choice(("met", "not_met"))
        verdicts = responses.setdefault(response, {"verdicts": {}})["verdicts"]
        verdicts[criterion] = value if random.random() < 0.5 else {"value": value, "comment": "=1+1"}
    return {"responses": responses}


def _result(
    random: Random, about: Task, expert: str, truth: Any, noise: float, number: int, order: tuple[str, ...]
) -> Graded:
    judgement = _said(random, truth, noise)
    for response, high in (("r1", 5), ("r2", 3)):
        judgement["responses"][response]["ratings"] = {"tone": {"value": random.randint(high - 2, high)}}
    judgement["preference"] = {
        "overall": {"value": random.choice((-3, -2, -1, 0, 1, "both_bad")), "justification": "shorter"}
    }
    day = date(2026, 9, 7) + timedelta(days=2 * number)
    return Graded(
        digest=digest(f"{expert} {about.id}".encode()),
        task=about,
        rater=expert,
        judgement=judgement,
        submitted=f"{day.isoformat()}T10:00:00.000Z",
        models={"r1": "model-a", "r2": "model-b"},
        shown=order,
        active_ms=random.randint(60_000, 600_000),
    )
