"""Label Studio: tasks come, finished ones go back as annotations, each once, whatever is cut; in full, the real one."""

from __future__ import annotations

import io
import json
import socket
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from studio_server import PERSONAL, TOKEN, StandIn, ask, real, stand_in

from app.domain.codec import task_from_json
from app.formats import registry
from app.formats.base import Graded
from app.sync.studio import import_id
from tests.command_line import ROOT, Program

CONFIG = """<View><Text name="doc" value="$doc"/><Text name="s" value="$summary"/>
<Header>How good is it?</Header><Rating name="stars" toName="s" required="true"/>
<Choices name="tone" toName="s"><Choice value="Formal"/><Choice value="Casual" alias="casual"/></Choices>
<TextArea name="why" toName="s"/></View>"""
PAIR = """<View><Pairwise name="pw" toName="a,b"/><Text name="a" value="$one"/><Text name="b" value="$two"/></View>"""
SPANS = (
    """<View><Labels name="ner" toName="t"><Label value="DRUG"/></Labels><Text name="t" value="$t"/></View>"""
)


def connected(tmp_path: Path, url: str, token: str = TOKEN, project: int = 3) -> Program:
    assay = Program(tmp_path / "home")
    kept = tmp_path / "token.txt"
    kept.write_text(token + "\n", encoding="utf-8")
    assay.json("connect", url, "--project", str(project), "--token-file", kept)
    return assay


def graded(assay: Program, stars: int = 4) -> list[str]:
    tasks = [t["id"] for t in assay.json("tasks") if t["status"] != "submitted"]
    for task in tasks:
        judged = {"ratings": {"stars": stars, "tone": 1}, "comment": f"Because 💉 {task}."}
        assay.json("grade", task, "--from", "-", stdin=json.dumps({"responses": {"r1": judged}}).encode())
    assert assay.json("submit", *tasks)["refused"] == []
    return tasks


@pytest.mark.parametrize("token", [TOKEN, PERSONAL])
def test_a_project_is_pulled_graded_offline_and_delivered_once(tmp_path: Path, token: str) -> None:
    with stand_in(CONFIG) as server:
        server.add(*({"doc": f"D{n}", "summary": f"S{n}"} for n in range(3)))
        assay = connected(tmp_path, server.url, token)
        assert assay.json("sync")["pulled"] == 3
        assert assay.json("sync")["pulled"] == 0
        graded(assay)
        found = assay.json("sync")
        assert (found["pushed"], found["receipted"], found["waiting"]) == (3, 3, 0)
        for number in server.tasks:
            (annotation,) = server.of(number)
            values = {r["from_name"]: r["value"] for r in annotation["result"]}
            assert values["stars"] == {"rating": 4}
            assert values["tone"] == {"choices": ["casual"]}
            assert values["why"]["text"][0].startswith("Because 💉")
        assert assay.json("sync")["pushed"] == 0
        assert len(server.annotations) == 3
    assert bool(server.refreshed) == (token == PERSONAL)


def test_our_signed_result_rides_in_every_region_and_verifies(tmp_path: Path) -> None:
    with stand_in(CONFIG) as server:
        server.add({"doc": "D", "summary": "S"})
        assay = connected(tmp_path, server.url)
        assay.json("sync")
        graded(assay)
        assay.json("sync")
        (annotation,) = server.annotations.values()
    documents = {r["meta"]["assay"]["document"] for r in annotation["result"]}
    (row,) = assay.json("outbox")
    assert {r["meta"]["assay"]["sha256"] for r in annotation["result"]} == {row["digest"]}
    assert len(documents) == 1
    assert annotation["import_id"] == import_id(row["result"], 1)
    signed = json.loads(documents.pop())
    assert signed.keys() == {"protected", "payload", "signature"}


@pytest.mark.parametrize("busy", [0, 2])
def test_an_answer_that_was_lost_makes_no_second_annotation(tmp_path: Path, busy: int) -> None:
    with stand_in(CONFIG) as server:
        server.add(*({"doc": f"D{n}", "summary": f"S{n}"} for n in range(4)))
        assay = connected(tmp_path, server.url)
        assay.json("sync")
        graded(assay)
        server.lost = 2
        ran = assay("sync", "--json")
        assert ran.code == 4, ran
        ran = assay("sync", "--json")
        assert ran.code == 4, ran
        server.busy = busy
        assert assay.json("sync")["waiting"] == 0
        assert [len(server.of(n)) for n in server.tasks] == [1, 1, 1, 1]
        assert {o["state"] for o in assay.json("outbox")} == {"receipted"}


def test_a_second_thought_changes_the_annotation_that_is_there(tmp_path: Path) -> None:
    with stand_in(CONFIG) as server:
        server.add({"doc": "D", "summary": "S"})
        assay = connected(tmp_path, server.url)
        assay.json("sync")
        (task,) = graded(assay)
        assay.json("sync")
        assay.json("undo", task)
        graded(assay, stars=2)
        assert assay.json("sync")["receipted"] == 1
        (annotation,) = server.of(1)
    assert annotation["result"][0]["value"] == {"rating": 2}
    newest = max(assay.json("outbox"), key=lambda o: o["revision"])
    assert (newest["revision"], newest["state"]) == (2, "receipted")
    assert {r["meta"]["assay"]["sha256"] for r in annotation["result"]} == {newest["digest"]}


def test_tasks_added_later_come_as_a_batch_of_their_own_and_deleted_ones_are_named(tmp_path: Path) -> None:
    with stand_in(CONFIG) as server:
        server.add({"doc": "D", "summary": "S"}, {"nothing": "here"})
        assay = connected(tmp_path, server.url)
        ran = assay("sync", "--json")
        assert ran.code == 8
        assert [r["what"] for r in ran.document["refused"]] == ["task 2"]
        server.add({"doc": "E", "summary": "T"})
        assert assay.json("sync")["pulled"] == 1
        assert len(assay.json("batches")) == 2
        graded(assay)
        del server.tasks[3]
        ran = assay("sync", "--json")
        assert ran.code == 8
        assert [r["code"] for r in ran.document["refused"]] == ["studio.gone"]
        assert sorted(o["state"] for o in assay.json("outbox")) == ["parked", "receipted"]


def test_a_token_that_is_not_taken_and_a_page_that_is_no_label_studio_leave_nothing(tmp_path: Path) -> None:
    with stand_in(CONFIG) as server:
        token = tmp_path / "token.txt"
        assay = Program(tmp_path / "home")

        def refused(written: str, project: str) -> tuple[int, str]:
            token.write_text(written, encoding="utf-8")
            ran = assay("connect", server.url, "--project", project, "--token-file", token, "--json")
            return ran.code, ran.error["code"]

        assert refused("wrong", "3") == (5, "studio.token")
        assert refused(TOKEN, "4") == (5, "studio.gone")
        server.config = "<View><Image name='i' value='$i'/></View>"
        assert refused(TOKEN, "3") == (3, "studio.config")
        assert assay.json("status")["labs"] == []


def test_marks_in_a_text_count_as_a_browser_does(tmp_path: Path) -> None:
    with stand_in(SPANS) as server:
        server.add({"t": "💉 Adrenaline now"})
        assay = connected(tmp_path, server.url)
        assay.json("sync")
        (task,) = [t["id"] for t in assay.json("tasks")]
        span = {"start": 2, "end": 12, "quote": "Adrenaline", "label": "DRUG"}
        document = json.dumps({"responses": {"r1": {"spans": [span]}}}).encode()
        assay.json("grade", task, "--from", "-", stdin=document)
        assay.json("submit", task)
        assay.json("sync")
        (annotation,) = server.annotations.values()
    value = annotation["result"][0]["value"]
    assert (value["start"], value["end"], value["text"], value["labels"]) == (3, 13, "Adrenaline", ["DRUG"])


def of_ours() -> Graded:
    """A result on a task that did not come from Label Studio."""
    line = {
        "id": "t",
        "prompt": [{"role": "system", "text": "Be kind."}, {"role": "user", "text": "Why?"}],
        "responses": [{"id": "a", "text": "So 💉 it is."}, {"id": "b", "text": "No."}],
        "rubric": {"criteria": []},
        "panels": ["ratings", "spans", "preference"],
        "questions": {
            "ratings": {"attributes": [{"id": "depth"}, {"id": "share", "low": 0, "high": 1, "step": 0.25}]},
            "spans": {"labels": [{"id": "A"}, {"id": "b<", "text": "Words “for” it"}]},
            "preference": {},
        },
    }
    span = {"id": "ls2", "start": 3, "end": 4, "quote": "💉", "label": "b<"}
    said = {"ratings": {"depth": 4, "share": 0.75}, "spans": [span], "comment": "Good."}
    return Graded(
        task_from_json(line), {"responses": {"a": said}, "preference": {"overall": {"value": -2}}}, "e-7"
    )


@pytest.mark.full
def test_the_real_server_takes_a_written_file_and_its_exports_are_read_again(tmp_path: Path) -> None:
    result, out = of_ours(), io.BytesIO()
    registry.write("label_studio", [result], out)
    tasks = json.loads(out.getvalue())
    config = tasks[0]["meta"]["label_config"]
    folder = tmp_path / "ls"
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with real(folder, port) as url:
        made = ask(url, "POST", "/api/projects/", {"title": "From a file", "label_config": config})["id"]
        ask(url, "POST", f"/api/projects/{made}/import", tasks)
        for name in ("JSON", "JSON_MIN"):
            exported = ask(url, "GET", f"/api/projects/{made}/export?exportType={name}")
            (tmp_path / f"{name}.json").write_text(json.dumps(exported), encoding="utf-8")
    (tmp_path / "JSON_MIN.xml").write_text(config, encoding="utf-8")
    for name, rater in (("JSON", "e-7"), ("JSON_MIN", "1")):
        reading = registry.read("auto", tmp_path / f"{name}.json")
        (found,) = reading
        assert reading.format == "label_studio"
        assert [r["text"] for r in found.task["responses"]] == ["So 💉 it is.", "No."]
        (given,) = found.given
        assert given.rater == rater
        assert given.judgement == {
            "responses": {"r1": result.judgement["responses"]["a"]},
            "preference": result.judgement["preference"],
        }


@pytest.mark.full
def test_the_real_server_takes_two_hundred_results_once(tmp_path: Path) -> None:
    """Pulled, graded offline, pushed, cut half-way, pushed again: exactly once, and read back equal."""
    folder = tmp_path / "ls"
    folder.mkdir()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with real(folder, port) as url:
        made = ask(url, "POST", "/api/projects/", {"title": "Two hundred", "label_config": CONFIG})["id"]
        data = [{"doc": f"Document {n}", "summary": f"Summary 💉 {n}"} for n in range(200)]
        ask(url, "POST", f"/api/projects/{made}/import", data)
        assay = connected(tmp_path, url, project=made)
        assert assay.json("sync")["pulled"] == 200
        graded(assay)
        syncing = [sys.executable, "-m", "cli", "sync"]
        with subprocess.Popen(syncing, cwd=ROOT, env=assay.environment(), stderr=subprocess.DEVNULL) as cut:
            halfway(url, made, 60)
            cut.kill()
        assert 60 <= ask(url, "GET", f"/api/projects/{made}/")["total_annotations_number"] < 200
        assert assay.json("sync")["waiting"] == 0
        exported: list[Any] = ask(url, "GET", f"/api/projects/{made}/export?exportType=JSON")
    assert len(exported) == 200
    assert [len(task["annotations"]) for task in exported] == [1] * 200
    digests = {o["digest"] for o in assay.json("outbox")}
    assert {t["annotations"][0]["result"][0]["meta"]["assay"]["sha256"] for t in exported} == digests


def halfway(url: str, project: int, wanted: int) -> None:
    """Return once so many annotations stand on the server."""
    while ask(url, "GET", f"/api/projects/{project}/")["total_annotations_number"] < wanted:
        pass


def test_the_stand_in_refuses_a_second_annotation_of_one_id() -> None:
    state = StandIn(config=CONFIG)
    state.add({"doc": "D"})
    body = {"unique_id": "u", "result": []}
    replies = [
        state.reply("POST", "/api/tasks/1/annotations/", {}, body, f"Token {TOKEN}")[0] for _ in range(2)
    ]
    assert replies == [201, 409]
