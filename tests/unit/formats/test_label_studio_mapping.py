"""Label Studio configurations → questions, and answers both ways; configurations of our own."""

from __future__ import annotations

from typing import Any

import pytest

from app.domain.codec import task_from_json
from app.domain.judgement import as_review, to_judgement
from app.domain.task import Task
from app.formats import ls_answers, ls_results, ls_tasks
from app.formats.base import Losses, Record, Unfit
from app.formats.ls_config import read_config
from app.formats.ls_offsets import placed
from app.formats.reading import task_of

PAIR = """<View><Header value="Which summary is better?"/><Text name="doc" value="$doc"/>
<Pairwise name="pw" toName="a,b"/><Text name="a" value="$one"/><Text name="b" value="$two"/></View>"""
GRADE = """<View><Text name="doc" value="$doc"/><Text name="s" value="$summary"/>
<Header>How good is it?</Header><Rating name="stars" toName="s" maxRating="4" required="true"/>
<Choices name="tone" toName="s"><Choice value="Formal"/><Choice value="Casual" alias="casual"/></Choices>
<Choices name="faults" toName="s" choice="multiple"><Choice value="Wrong"/><Choice value="Rude"/></Choices>
<TextArea name="why" toName="s"/></View>"""
RANK = """<View><Text name="q" value="$q"/><List name="answers" value="$answers" title="Answers"/>
<Ranker name="rank" toName="answers"/></View>"""
TAG = """<View><Labels name="ner" toName="t"><Label value="PER"/><Label value="ORG"/></Labels>
<Text name="t" value="$t"/></View>"""
WRITE = """<View><Text name="q" value="$q"/><TextArea name="answer" toName="q" required="true"/></View>"""
TALK = """<View><Chat name="chat" value="$chat"/><Rating name="r" toName="chat"/>
<Rating name="each" toName="chat" perRegion="true"/><Image name="i" value="$i"/></View>"""
SIDES = """<View><Text name="a" value="$one"/><Rating name="ra" toName="a"/>
<Text name="b" value="$two"/><Rating name="rb" toName="b"/></View>"""
TREE = """<View><Text name="t" value="$t"/><Taxonomy name="tax" toName="t"><Choice value="Law"><Choice value="Tax"/>
<Choice value="Tort"/></Choice><Choice value="Other"/></Taxonomy></View>"""

LIST = [{"id": "x", "title": "X", "body": "First"}, {"id": "y", "title": "Y", "body": "Second"}]


def region(name: str, to: str, kind: str, **value: Any) -> Record:
    return {"from_name": name, "to_name": to, "type": kind, "value": value}


GRADED = [
    region("stars", "s", "rating", rating=3),
    region("tone", "s", "choices", choices=["casual"]),
    region("why", "s", "textarea", text=["Because."]),
    region("faults", "s", "choices", choices=["Rude"]),
]
TAGGED = [region("ner", "t", "labels", start=3, end=6, text="Ada", labels=["PER"])]
"""In UTF-16 units, as a browser counts: the first character is two of them."""
CASES: tuple[tuple[str, Record, list[Record]], ...] = (
    (PAIR, {"doc": "D", "one": "A1", "two": "B2"}, [region("pw", "a,b", "pairwise", selected="right")]),
    (GRADE, {"doc": ["D1", "D2"], "summary": "S 💉 s"}, GRADED),
    (RANK, {"q": "Q", "answers": LIST}, [region("rank", "answers", "ranker", ranker={"rank": ["y", "x"]})]),
    (TAG, {"t": "💉 Ada Ltd"}, TAGGED),
    (WRITE, {"q": "Say hi"}, [region("answer", "q", "textarea", text=["Hi."])]),
    (
        SIDES,
        {"one": "A1", "two": "B2"},
        [region("ra", "a", "rating", rating=1), region("rb", "b", "rating", rating=5)],
    ),
    (TREE, {"t": "T"}, [region("tax", "t", "taxonomy", taxonomy=[["Law", "Tort"]])]),
)


def made(xml: str, data: Record, loss: Losses) -> tuple[Task, Record]:
    draft = ls_tasks.draft(read_config(xml), data, loss)
    line, _ = task_of(draft, "t1", Losses())
    return task_from_json(line), line["source"]


@pytest.mark.parametrize(("xml", "data", "result"), CASES)
def test_answers_come_back_as_they_were(xml: str, data: Record, result: list[Record]) -> None:
    loss = Losses()
    task, source = made(xml, data, loss)
    texts = {r.id: r.text for r in task.responses}
    judgement = to_judgement(as_review(task, ls_answers.judgement(source, result, texts, loss)))
    written = ls_results.regions(task, source, judgement, loss)
    assert [{k: v for k, v in r.items() if k != "id"} for r in written] == result
    assert loss.report() == []
    assert len({r["id"] for r in written}) == len(written)


def test_a_chat_is_a_conversation_whose_last_turn_is_judged_and_the_rest_is_said() -> None:
    loss = Losses()
    chat = [{"role": "user", "content": "Q"}, {"role": "assistant", "content": "A"}]
    task, _ = made(TALK, {"chat": chat, "i": "x.png"}, loss)
    assert [t.text for t in task.prompt] == ["Q"]
    assert [r.text for r in task.responses] == ["A"]
    assert any("each" in note for note in loss.report())
    assert any("Image" in note for note in loss.report())


@pytest.mark.parametrize(
    ("xml", "why"),
    [
        ("<View", "no XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><View/>', "entities"),
        ("<View><Text name='t' value='$t'/></View>", "asks nothing"),
        (f"<View>{' ' * 600_000}</View>", "larger"),
        ("<View>" * 70 + "</View>" * 70, "nested"),
    ],
)
def test_a_configuration_that_cannot_be_read_says_why(xml: str, why: str) -> None:
    with pytest.raises(Unfit, match=why):
        read_config(xml)


def test_a_span_that_is_not_there_is_named() -> None:
    loss = Losses()
    task, source = made(TAG, {"t": "Ada"}, loss)
    region: Any = {"from_name": "ner", "value": {"start": 1, "end": 9, "labels": ["PER"]}}
    found = ls_answers.judgement(source, [region], {"r1": task.responses[0].text}, loss)
    assert found == {}
    assert "a span from 1 to 9 is no stretch of the text (1)" in loss.report()


def test_a_span_is_placed_by_its_quote_in_whichever_units_it_counts() -> None:
    text = "💉 Ada"
    assert placed(text, 3, 6, "Ada") == (2, 5)
    assert placed(text, 2, 5, "Ada") == (2, 5)
    assert placed(text, 1, 4, "Ada") is None
    assert placed(text, 0, 2, "💉") == (0, 1)
