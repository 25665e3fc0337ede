"""ExpertQA (chaitanyamalaviya/ExpertQA): an expert's question, a model's answer, and labels on each of its claims.

Each claim is a group of five criteria; ordered labels are scales whose values mean those words.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import Any, BinaryIO

from app.domain.ids import CriterionId
from app.domain.rubric import Anchor, Criterion, Kind, Rubric
from app.domain.task import Turn
from app.domain.verdict import Mark
from app.formats import drafts, pairs, writing
from app.formats.base import About, Answer, Draft, Format, Given, Graded, Losses, Record, Unfit

SCALES: dict[str, tuple[str, ...]] = {
    "support": ("Missing", "Incomplete", "Partial", "Complete"),
    "informativeness": ("Uninformative", "Not too important", "A bit relevant", "Very relevant"),
    "correctness": (
        "Definitely incorrect", "Likely incorrect", "Unsure", "Probably correct", "Definitely correct",
    ),
    "reliability": ("Missing", "Not reliable at all", "Somewhat reliable", "Reliable"),
}  # fmt: skip
QUESTIONS = {
    "support": "How completely does the evidence support this claim?",
    "informativeness": "How relevant is this claim to the question?",
    "worthiness": "This claim needs a citation.",
    "correctness": "How sure are you that this claim is correct?",
    "reliability": "How reliable are the sources of this claim?",
}
USEFULNESS = ("Not useful at all", "Partially useful", "Useful")
NOT_APPLICABLE = "N/A"


def fits(kind: str, record: Record) -> bool:
    answers = record.get("answers")
    return (
        kind != "csv"
        and isinstance(answers, dict)
        and any(isinstance(a, dict) and "claims" in a for a in answers.values())
    )


def describe(_first: Record, path: Path) -> About:
    return About.of_file(path, pairs.UNSCORED)


def convert(record: Record, loss: Losses) -> Draft:
    asked = drafts.text(record, "question")
    if not asked:
        raise Unfit("the question is empty")
    if not isinstance(record["answers"], dict):
        raise Unfit("the answer is empty")
    if len(record["answers"]) != 1:
        raise Unfit("its claims belong to several answers; each answer needs a record of its own")
    ((model, answer),) = record["answers"].items()
    if not isinstance(answer, dict) or not drafts.text(answer, "answer_string"):
        raise Unfit("the answer is empty")
    claims = drafts.objects(answer.get("claims") or [], Unfit("the claims"))
    criteria = [_usefulness()]
    verdicts: dict[str, Any] = {}
    _take(verdicts, "usefulness", _ordered(USEFULNESS, answer.get("usefulness"), "usefulness", loss))
    for n, claim in enumerate(claims, 1):
        criteria += _criteria(claim, n)
        for name in QUESTIONS:
            value = _value(name, claim.get(name), loss)
            _take(
                verdicts,
                f"claim{n}.{name}",
                value,
                drafts.text(claim, "reason_missing_support") if name == "support" else "",
            )
        revised = drafts.text(claim, "revised_claim")
        loss.note("revised claims", bool(revised) and revised != claim.get("claim_string"))
    judged: dict[str, Any] = {"responses": {"r1": {"verdicts": verdicts}}}
    rewritten = drafts.text(answer, "revised_answer_string")
    if rewritten:
        judged["ideal"] = {"text": rewritten, "base": "r1"}
    meta = record.get("metadata")
    raters = [answer.get("annotator_id"), record.get("annotator_id")]
    return Draft(
        [Turn("user", asked)],
        [Answer(answer["answer_string"], model=model, id="r1")],
        Rubric(tuple(criteria), version="expertqa-1"),
        tags=[t for t in (drafts.text(meta, "field"), drafts.text(meta, "specific_field")) if t]
        if isinstance(meta, dict)
        else [],
        panels=("rubric", "ideal"),
        questions={"ideal": {"required": False}},
        given=[Given(next((str(r) for r in raters if r), "expert"), judged)],
        source={
            "metadata": meta,
            "attribution": answer.get("attribution"),
            "claims": [
                {"claim_string": c.get("claim_string"), "evidence": c.get("evidence")} for c in claims
            ],
        },
    )


def _usefulness() -> Criterion:
    return _scale("usefulness", "How useful is the whole answer?", USEFULNESS, None)


def _criteria(claim: Record, n: int) -> list[Criterion]:
    said = drafts.text(claim, "claim_string")
    if not said:
        raise Unfit("claim {n} has no text", n=n)
    evidence = "\n\n".join(drafts.texts(claim.get("evidence")))
    group = CriterionId(f"claim{n}")
    found = [Criterion(group, said, Kind.GROUP, help=evidence)]
    for name, question in QUESTIONS.items():
        if name in SCALES:
            found.append(_scale(f"claim{n}.{name}", question, SCALES[name], group))
        else:
            found.append(Criterion(CriterionId(f"claim{n}.{name}"), question, parent=group, points=0))
    return found


def _scale(name: str, question: str, words: tuple[str, ...], parent: CriterionId | None) -> Criterion:
    return Criterion(
        CriterionId(name),
        question,
        Kind.SCALE,
        points=0,
        parent=parent,
        high=float(len(words) - 1),
        anchors=tuple(Anchor(float(n), word) for n, word in enumerate(words)),
    )


def _value(name: str, said: object, loss: Losses) -> str | int | None:
    if name in SCALES:
        return _ordered(SCALES[name], said, name, loss)
    if said in ("Yes", "No"):
        return str(Mark.MET if said == "Yes" else Mark.NOT_MET)
    loss.note(f"a {name} that is neither yes nor no", said is not None)
    return None


def _ordered(words: tuple[str, ...], said: object, name: str, loss: Losses) -> str | int | None:
    if said in words:
        return words.index(str(said))
    if said == NOT_APPLICABLE:
        return str(Mark.NOT_APPLICABLE)
    loss.note(f"a {name} in other words than the scale's", said is not None)
    return None


def _take(verdicts: dict[str, Any], name: str, value: str | int | None, comment: str = "") -> None:
    if value is not None:
        verdicts[name] = {"value": value} | ({"comment": comment} if comment else {})


def write(results: Iterable[Graded], out: BinaryIO) -> Losses:
    loss = Losses()
    writing.lines(out, (line for g in results if (line := _line(g, loss)) is not None))
    return loss


def _line(graded: Graded, loss: Losses) -> Record | None:
    writing.further(graded, loss, "verdicts")
    source, response = dict(graded.source), graded.task.responses[0]
    claims = []
    for n, claim in enumerate(source.get("claims") or [], 1):
        found = dict(claim)
        for name in QUESTIONS:
            entry = writing.verdict(graded, response.id, f"claim{n}.{name}")
            found[name] = _word(SCALES.get(name), entry.get("value"), loss)
            if name == "support":
                found["reason_missing_support"] = entry.get("comment") or ""
            else:
                loss.note("comments on a verdict", bool(entry.get("comment")))
        claims.append(found)
    told = writing.part(graded, response.id).get("verdicts") or {}
    known = {f"claim{n}.{name}" for n in range(1, len(claims) + 1) for name in QUESTIONS} | {"usefulness"}
    loss.note("verdicts on criteria that ExpertQA has no field for", len(told.keys() - known))
    ideal = graded.judgement.get("ideal") or {}
    if not told.keys() & known and not ideal.get("text"):
        loss.leave("results without an answer that ExpertQA has a field for")
        return None
    writing.nameless(graded, loss)
    loss.note("reasons of an ideal answer", bool(ideal.get("reason")))
    useful = writing.verdict(graded, response.id, "usefulness").get("value")
    answer = {
        "answer_string": response.text,
        "attribution": source.get("attribution"),
        "claims": claims,
        "revised_answer_string": ideal.get("text") or "",
        "usefulness": _word(USEFULNESS, useful, loss),
        "annotator_id": graded.expert,
    }
    return {
        "question": writing.asked(graded, loss),
        "annotator_id": graded.expert,
        "answers": {graded.models.get(response.id, response.id): answer},
        "metadata": source.get("metadata"),
    }


def _word(words: tuple[str, ...] | None, value: object, loss: Losses) -> str | None:
    if value is None:
        return None
    if value == Mark.NOT_APPLICABLE:
        return NOT_APPLICABLE
    if words is None and (met := writing.met(value)) is not None:
        return "Yes" if met else "No"
    if words is not None and isinstance(value, int | float) and value in range(len(words)):
        return words[int(value)]
    loss.note("answers that ExpertQA has no word for")
    return None


FORMAT = Format(
    "expertqa",
    "ExpertQA answers with labels on each claim and a revised answer (JSON Lines); writes the same",
    fits,
    convert,
    describe,
    write,
    carries=("verdicts", "criterion_comment", "ideal"),
)
