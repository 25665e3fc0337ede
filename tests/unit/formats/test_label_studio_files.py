"""Files of Label Studio: which configuration they are read by, what is told from the results, and what is named."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from format_files import reasons, taken
from records import LABEL_STUDIO, region

from app.errors import InputError
from app.formats.base import Found

CONFIG = """<View><Text name="doc" value="$doc"/><Text name="text" value="$text"/>
<Header value="How is its tone?"/><Choices name="tone" toName="text" required="true">
<Choice value="Formal"/><Choice value="Casual" alias="casual"/></Choices>
<Rating name="stars" toName="text" maxRating="4"/><TextArea name="why" toName="text"/>
<Labels name="ner" toName="text"><Label value="PER"/><Label value="ORG"/></Labels></View>"""


def export(path: Path, *tasks: Any) -> Path:
    path.write_text(json.dumps(tasks, ensure_ascii=False, indent=1), encoding="utf-8")
    return path


def task(*result: Any, **more: Any) -> dict[str, Any]:
    annotation = {"completed_by": {"id": 3, "email": "ada@example.org"}, "result": list(result)}
    return {"data": {"doc": "D", "text": "Ada Ltd"}, "annotations": [annotation]} | more


def asked(found: Found) -> dict[str, Any]:
    """The words to choose from, by scale."""
    attributes = found.task["questions"]["ratings"]["attributes"]
    return {a["id"]: [anchor["label"] for anchor in a.get("anchors", ())] for a in attributes}


# The configuration


@pytest.mark.parametrize(
    ("file", "config"),
    [
        ("a.json", "a.xml"),
        ("a.json", "label_config.xml"),
        ("export__data.json", "export__label_config.xml"),
        ("data.json", "label_config.xml"),
    ],
)
def test_a_configuration_beside_the_file_says_what_is_asked(tmp_path: Path, file: str, config: str) -> None:
    (tmp_path / config).write_text(CONFIG, encoding="utf-8")
    reading, (found,) = taken(export(tmp_path / file, task(region("tone", "choices", choices=["casual"]))))
    assert reading.format == "label_studio"
    assert [turn["text"] for turn in found.task["prompt"]] == ["D"]
    assert asked(found) == {"tone": ["Formal", "Casual"], "stars": []}
    assert found.task["panels"] == ["ratings", "spans"]
    assert found.given[0].judgement["responses"]["r1"]["ratings"] == {"tone": 1}
    assert not any("without a labelling configuration" in loss for loss in reading.losses)


def test_the_nearest_name_wins(tmp_path: Path) -> None:
    (tmp_path / "label_config.xml").write_text("<View", encoding="utf-8")
    (tmp_path / "a.xml").write_text(CONFIG, encoding="utf-8")
    reading, found = taken(export(tmp_path / "a.json", task()))
    assert len(found) == 1
    assert not reading.skipped


@pytest.mark.parametrize(
    ("config", "why"),
    [
        ("<View", "no XML"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><View>&a;</View>', "entities"),
        ('<?xml version="1.0" encoding="nothing"?><View/>', "asks nothing"),
        ("<View><Image name='i' value='$i'/></View>", "only Image “i”"),
        (b"\xff\xfe<View/>", "not UTF-8"),
        (b"<View>" + b" " * 600_000 + b"</View>", "larger"),
        ("<View>" + "💉" * 600_000 + "</View>", "larger"),
    ],
)
def test_a_configuration_that_cannot_be_used_is_the_reason_of_every_record(
    tmp_path: Path, config: str | bytes, why: str
) -> None:
    data = config.encode() if isinstance(config, str) else config
    (tmp_path / "a.xml").write_bytes(data)
    reading, found = taken(export(tmp_path / "a.json", task(), task(id=2)))
    assert not found
    assert list(reasons(reading)) == [1, 2]
    assert all(why in reason for reason in reasons(reading).values())


def test_a_configuration_that_leads_elsewhere_is_not_read(tmp_path: Path) -> None:
    (tmp_path / "outside.xml").write_text(CONFIG, encoding="utf-8")
    inside = tmp_path / "inside"
    inside.mkdir()
    (inside / "a.xml").symlink_to("../outside.xml")
    reading, found = taken(export(inside / "a.json", task()))
    assert not found
    assert "does not lead to a file beside it" in reasons(reading)[1]


# What the results tell


def test_without_a_configuration_the_choices_are_those_that_were_used(tmp_path: Path) -> None:
    reading, found = taken(export(tmp_path / "a.json", *LABEL_STUDIO))
    assert [f.task["id"] for f in found] == ["7", "8"]
    for one in found:
        assert asked(one) == {
            "tone": ["Formal", "Casual"],
            "faults/Wrong": ["no", "yes"],
            "faults/Rude": ["no", "yes"],
            "stars": [],
        }
        assert [label["id"] for label in one.task["questions"]["spans"]["labels"]] == ["PER", "ORG"]
    assert [g.rater for f in found for g in f.given] == ["ada@example.org", "5", "5"]
    first = found[0].given[0].judgement["responses"]["r1"]
    assert first["ratings"] == {"tone": 0, "faults/Wrong": 1, "faults/Rude": 1, "stars": 4}
    assert [(s["start"], s["end"], s["quote"]) for s in first["spans"]] == [(2, 5, "Ada"), (6, 9, "Ltd")]
    assert first["comment"] == "Because."
    assert [
        loss for loss in reading.losses if "configuration" in loss or "not shown" in loss or "experts" in loss
    ] == [
        "without a labelling configuration only the choices that were used in the file can be chosen (2)",
        "“page” of the data is not shown: no result is about it (2)",
        "judgements of the source stay with the lab: experts judge for themselves (3)",
    ]


def test_a_choice_that_stands_alone_is_asked_with_yes_and_no(tmp_path: Path) -> None:
    path = export(tmp_path / "a.json", task(region("ok", "choices", choices=["Fine\n“так”"])))
    _, (found,) = taken(path)
    assert asked(found) == {"ok/1": ["no", "yes"]}
    assert found.given[0].judgement["responses"]["r1"]["ratings"] == {"ok/1": 1}


def test_a_name_that_no_field_has_means_the_only_text(tmp_path: Path) -> None:
    said = region("ok", "choices", "letter", choices=["Yes"])
    _, (found,) = taken(
        export(tmp_path / "a.json", {"data": {"body": "B", "n": 1}, "annotations": [{"result": [said]}]})
    )
    assert found.task["responses"][0]["text"] == "B"
    reading, _ = taken(export(tmp_path / "b.json", task(said)))
    assert "nothing that the configuration asks about" in reasons(reading)[1]


def test_predictions_are_named_and_nobody_s_judgement(tmp_path: Path) -> None:
    guess = {"model_version": "blue-7b", "result": [region("tone", "choices", choices=["Casual"])]}
    one = task(region("tone", "choices", choices=["Formal"]), predictions=[guess])
    one["data"]["model_a"] = "blue-7b"
    reading, (found,) = taken(export(tmp_path / "a.json", one))
    assert len(found.given) == 1
    assert "predictions of models (1)" in reading.losses
    assert any("may name a model" in loss for loss in reading.losses)
    assert "blue-7b" not in json.dumps(found.task)
    assert "ada@example.org" not in json.dumps(found.task)


@pytest.mark.parametrize(
    ("record", "why"),
    [
        (task(region("box", "rectanglelabels", x=1, y=2)), "rectanglelabels “box”"),
        (task(region("wave", "timeserieslabels", start=1, end=2)), "timeserieslabels “wave”"),
        (task(region("part", "choices", start=1, end=2, choices=["A"])), "nothing of what it asks"),
        (task(), "nothing is asked of it"),
        ({"data": {"text": "T"}}, "nothing is asked of it"),
        (task(region("ok", "choices", choices=["Y"]), data={"text": "https://x.example/a.png"}), "not fetched"),
        (task(region("ok", "choices", choices=["Y"]), data={"text": "/data/upload/1/a.wav"}), "not fetched"),
        (task(region("ok", "choices", choices=["Y"]), data={"text": "data:image/png;base64,AA=="}), "not fetched"),
        (task(region("ok", "choices", choices=["Y"]), data=[]), "nothing is asked of it"),
        (task(annotations={}, predictions=[]), "“annotations” is no list"),
    ],
)  # fmt: skip
def test_what_cannot_be_asked_is_named_with_line_and_reason(tmp_path: Path, record: Any, why: str) -> None:
    if isinstance(record.get("annotations"), dict):
        (tmp_path / "a.xml").write_text(CONFIG, encoding="utf-8")
    reading, found = taken(export(tmp_path / "a.json", record), "label_studio")
    assert not found
    assert why in reasons(reading)[1]


def test_answers_that_cannot_be_taken_are_listed_and_never_bent(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(CONFIG, encoding="utf-8")
    bad = [
        region("ner", "labels", start=0, end=3, text="Ida", labels=["PER"]),
        region("ner", "labels", start=5, end=99, labels=["PER"]),
        region("ner", "labels", start="0", end=None, labels=["PER"]),
        region("ner", "labels", start=0, end=3, text="Ada", labels=[]),
        region("tone", "choices", choices=["Formal", "casual"]),
        region("tone", "choices", choices=["Loud", 5]),
        region("stars", "rating", rating="4"),
        region("gone", "choices", choices=["A"]),
        {"from_name": "tone", "value": 4},
        5,
    ]
    reading, (found,) = taken(export(tmp_path / "a.json", task(*bad)))
    assert found.given[0].judgement == {"responses": {"r1": {"ratings": {"tone": 0}}}}
    for loss in (
        "line 1: a span from 0 to 3 is no stretch of the text (1)",
        "line 1: a span from 5 to 99 is no stretch of the text (1)",
        "line 1: a span from 0 to None is no stretch of the text (1)",
        "line 1: a span without a label (1)",
        "further choices where one is asked for (1)",
        "choices that the configuration does not know (2)",
        "answers of a kind that is not read here (1)",
        "answers to “gone”, which is not asked here (1)",
        "answers that hold no value (2)",
    ):
        assert loss in reading.losses


def test_cancelled_annotations_and_what_hangs_on_others_are_named(tmp_path: Path) -> None:
    said = region("tone", "choices", choices=["Formal"])
    kept = {"result": [said], "lead_time": 4.5, "ground_truth": True, "reviews": [{}]}
    one = task(
        annotations=[kept, {"result": [said], "was_cancelled": True}, "odd"], agreement=100, drafts=[{}]
    )
    reading, (found,) = taken(export(tmp_path / "a.json", one))
    assert [g.rater for g in found.given] == ["annotator"]
    for loss in (
        "annotations that were cancelled (1)",
        "how long an annotation took (1)",
        "marks of ground truth (1)",
        "reviews of annotations (1)",
        "drafts of annotations (1)",
        "line 1: an annotation that is no list of results (1)",
        "what Label Studio counts and dates of a task (1)",
    ):
        assert loss in reading.losses


# JSON-MIN and tables

ROW = {"id": 4, "annotator": 2, "annotation_id": 9, "lead_time": 1.5, "doc": "D", "text": "Ada Ltd"}


def test_rows_of_json_min_are_read_by_their_configuration(tmp_path: Path) -> None:
    (tmp_path / "a.xml").write_text(CONFIG, encoding="utf-8")
    span = {"start": 0, "end": 3, "text": "Ada", "labels": ["PER"]}
    first = ROW | {"tone": "casual", "stars": [{"rating": 3}], "why": "So.", "ner": [span]}
    second = ROW | {"annotator": "bo@example.org", "annotation_id": 10, "tone": "Formal"}
    other = ROW | {"annotation_id": 11, "text": "Other", "tone": "Formal"}
    reading, (found,) = taken(export(tmp_path / "a.json", first, second, other))
    assert (found.records, found.task["id"]) == (3, "4")
    assert [g.rater for g in found.given] == ["2", "bo@example.org"]
    said = found.given[0].judgement["responses"]["r1"]
    assert (said["ratings"], said["comment"], said["spans"][0]["quote"]) == (
        {"tone": 1, "stars": 3},
        "So.",
        "Ada",
    )
    assert "rows of a task whose data are not those of its first row (1)" in reading.losses
    assert found.task["source"]["data"] == {"doc": "D"}


def test_rows_that_cannot_be_told_apart_are_named(tmp_path: Path) -> None:
    reading, found = taken(export(tmp_path / "a.json", ROW))
    assert not found
    assert "which of its fields are answers" in reasons(reading)[1]
    (tmp_path / "b.xml").write_text(CONFIG.replace('"why"', '"doc"'), encoding="utf-8")
    reading, _ = taken(export(tmp_path / "b.json", ROW))
    assert "has the name of an answer" in reasons(reading)[1]
    table = tmp_path / "c.csv"
    table.write_text("id\tannotator\tannotation_id\ttext\n4\t2\t9\tA\n", encoding="utf-8")
    reading, _ = taken(table)
    assert "row of a table" in reasons(reading)[2]


def test_one_task_twice_is_said_so(tmp_path: Path) -> None:
    one = task(region("tone", "choices", choices=["Formal"]), id=5)
    reading, found = taken(export(tmp_path / "a.json", one, one))
    assert len(found) == 1
    assert reasons(reading) == {2: "it is the same as line 1"}


def test_a_configuration_alone_is_told_where_it_belongs(tmp_path: Path) -> None:
    path = tmp_path / "label_config.xml"
    path.write_text(CONFIG, encoding="utf-8")
    with pytest.raises(InputError) as caught:
        taken(path)
    assert caught.value.code == "format.unknown"
    assert "beside the file of its tasks" in caught.value.message
