"""I3, I4, G5, D3, K2: what the reports say, and that the same results make the same bytes."""

from __future__ import annotations

import csv
import io
import json
import re
from dataclasses import replace
from html.parser import HTMLParser
from typing import Any

import pypdfium2
import pytest

from app.agreement.figures import Figure
from app.agreement.reports.blocks import Block, Distribution, Drift, Heat, Intervals, Report, Table
from app.agreement.reports.making import KINDS, SUFFIXES, make_report, render
from app.agreement.reports.plain import as_json, as_words
from app.agreement.reports.source import Decided, Graded, Repeat, Source
from app.agreement.reports.standing import aggregate_rows, rater_rows
from app.agreement.reports.team import NO_REPEAT
from app.agreement.resampling import Bootstrap
from app.domain.questions import Label, Questions, Spans
from app.errors import InputError
from app.i18n import Translator
from app.paths import resources
from tests.unit.agreement.report_samples import EXPERTS, sample

QUICK = Bootstrap(rounds=60)


@pytest.fixture(scope="module")
def source() -> Source:
    return sample()


def made(kind: str, source: Source, **more: str) -> Report:
    return make_report(kind, source, bootstrap=QUICK, **more)


def block(report: Report, kind: type[Block], title: str) -> Block:
    """The block of this title, which must be there."""
    return next(
        b
        for s in report.sections
        for b in s.blocks
        if isinstance(b, kind) and getattr(b, "title", "") == title
    )


def table(report: Report, title: str) -> dict[str, tuple[object, ...]]:
    found = block(report, Table, title)
    assert isinstance(found, Table)
    return {str(row[0]): row for row in found.rows}


# What they say


def test_batch_report(source: Source) -> None:
    report = made("batch", source)
    standing = {name: row[1] for name, row in table(report, "Tasks by standing").items()}
    assert sum(int(str(n)) for n in standing.values()) == 30
    assert standing["adjudicated"] == 1
    scores = block(report, Distribution, "Distribution of scores")
    assert isinstance(scores, Distribution)
    assert sum(n for _, _, n in scores.bins) == 30 * 4 * 2
    heat = block(report, Heat, "Agreement by criterion and grader")
    assert isinstance(heat, Heat)
    assert len(heat.rows) == 4  # free text is no category
    assert set(heat.columns) == set(EXPERTS.values())
    assert all(s.n == 30 * 2 * 3 for row in heat.squares for s in row)
    worst = min((s.share or 0, heat.columns[c]) for row in heat.squares for c, s in enumerate(row))
    assert worst[1] == EXPERTS["e-3"]
    assert table(report, "By sign of the criterion").keys() == {
        "Negative criteria (met is bad)",
        "Positive criteria",
    }
    assert "axis:safety" in table(report, "By tag")
    assert dict(report.facts)["Newest result"] == "2026-11-04T10:00:00.000Z"
    assert len(report.digests) == 121


ASKED = Spans((Label("wrong", "Wrong dose"),))


def test_batch_report_says_how_far_highlights_agree(source: Source) -> None:
    def marked(one: Graded, *spans: tuple[int, int, str]) -> Graded:
        said = [{"id": f"s{n}", "start": s, "end": e, "label": l} for n, (s, e, l) in enumerate(spans)]  # noqa: E741
        asked = replace(one.task, panels=("spans",), questions=Questions(spans=ASKED))
        return replace(one, task=asked, judgement={"responses": {"r1": {"spans": said}}})

    first, second, third, *_ = source.graded
    graded = (
        marked(first, (0, 4, "wrong"), (5, 8, "")),
        marked(second, (2, 4, "wrong")),
        marked(third, (2, 4, "wrong"), (5, 8, "")),
    )
    rows = table(made("batch", replace(source, graded=graded)), "Highlights")
    figures = {name: (row[1], row[2].value) for name, row in rows.items()}  # type: ignore[attr-defined]
    assert figures == {
        "All": (6, pytest.approx(18 / 28, abs=1e-6)),  # three pairs on r1, and nothing marked in r2
        "Wrong dose": (3, pytest.approx(12 / 16, abs=1e-6)),
        "no label": (3, pytest.approx(6 / 12, abs=1e-6)),
    }
    with pytest.raises(StopIteration):
        table(made("batch", source), "Highlights")


def test_batch_report_says_how_far_other_answers_agree(source: Source) -> None:
    def preferring(one: Graded, value: object) -> Graded:
        return replace(one, judgement={"preference": {"overall": value}})

    (one, other), (third, last) = source.by_task["t003"][:2], source.by_task["t004"][:2]
    graded = (
        preferring(one, -2), preferring(other, -2), preferring(third, 1), preferring(last, 2),
        *(preferring(x, v) for x, v in zip(source.by_task["t005"][:2], ("both_bad", 1), strict=True)),
    )  # fmt: skip
    rows = table(made("batch", replace(source, graded=graded)), "Answers beside the criteria")
    assert list(rows) == ["Preference: overall"]
    _, twice, observed, alpha, ac2 = rows["Preference: overall"]
    assert twice == 2, "both bad stands in no order"
    assert observed.value == pytest.approx(0.5)  # type: ignore[attr-defined]
    assert 0.5 < alpha.value < 1, "one step apart is little"  # type: ignore[attr-defined]
    assert ac2.value is not None  # type: ignore[attr-defined]
    whole = table(made("batch", source), "Answers beside the criteria")
    assert set(whole) == {"Preference: overall", "Rating: Tone"}
    assert whole["Rating: Tone"][1] == 30 * 2


def test_model_report(source: Source) -> None:
    report = made("model", source)
    scores = table(report, "Scores under healthbench 1")
    better, worse = scores["model-a"][2], scores["model-b"][2]
    assert isinstance(better, Figure)
    assert isinstance(worse, Figure)
    assert None not in (better.value, better.low, worse.value)
    assert better.value > worse.value  # type: ignore[operator]
    assert better.low < better.value < better.high  # type: ignore[operator]
    duel = table(report, "By score")["model-a"]
    assert duel[1:3] == ("model-b", 120)
    shares = [cell.value for cell in duel[3:6] if isinstance(cell, Figure)]
    assert sum(v for v in shares if v is not None) == pytest.approx(1, abs=1e-5)
    by_choice = block(report, Table, "By preference")
    assert isinstance(by_choice, Table)
    assert "both bad" in by_choice.note
    ratings = block(report, Table, "Mean rating")
    assert isinstance(ratings, Table)
    assert [row[1] for row in ratings.rows] == ["model-a", "model-b"]
    tags = block(report, Table, "Mean score by tag")
    assert isinstance(tags, Table)
    assert {row[0] for row in tags.rows} == {
        "adult",
        "child",
        "axis:safety",
        "axis:context",
        "axis:communication",
    }
    context = next(row[3] for row in tags.rows if row[:2] == ("axis:context", "model-a"))
    said = [one.judgement["responses"]["r1"]["verdicts"]["c2"] for one in source.graded]
    met = sum((v["value"] if isinstance(v, dict) else v) == "met" for v in said) / len(said)
    assert isinstance(context, Figure)
    assert context.value == pytest.approx(met, abs=1e-6)  # of its one criterion alone


def test_the_mean_is_clipped_after_averaging() -> None:
    """Test vector of the design: −0.40 and 0.30 have the mean −0.05, clipped 0.00, never 0.15."""
    source = sample(2, experts=("e-1",))
    only = {
        "responses": {"r1": {"verdicts": {"c1": "not_met", "c2": "not_met", "c3": "met", "c4": "not_met"}}}
    }
    none = {
        "responses": {"r1": {"verdicts": {"c1": "not_met", "c2": "met", "c3": "not_met", "c4": "not_met"}}}
    }
    graded = tuple(replace(g, judgement=j) for g, j in zip(source.graded, (only, none), strict=True))
    asked = source.graded[0].task
    alone = [
        replace(g.task, responses=asked.responses[:1], panels=("rubric",), questions=Questions())
        for g in graded
    ]
    graded = tuple(replace(g, task=task) for g, task in zip(graded, alone, strict=True))
    row = table(made("model", replace(source, graded=graded)), "Scores under healthbench 1")["model-a"]
    assert isinstance(row[2], Figure)
    assert row[2].value == pytest.approx((-0.4 + 0.3) / 2, abs=1e-6)
    assert row[3] == 0.0


def test_team_report(source: Source) -> None:
    report = made("team", source)
    pairs = block(report, Table, "Each two graders")
    assert isinstance(pairs, Table)
    assert len(pairs.rows) == 6
    assert all(row[2] == 240 for row in pairs.rows)
    matrix = block(report, Heat, "Observed agreement of each two")
    assert isinstance(matrix, Heat)
    assert all(matrix.squares[i][i].share is None for i in range(4))
    hands = table(report, "Graders and their hands")
    assert set(hands) == set(EXPERTS.values())
    drift = block(report, Drift, "Agreement with others by week")
    assert isinstance(drift, Drift)
    assert [p[0] for p in drift.points] == sorted(p[0] for p in drift.points)
    assert drift.points[0][0] == "2026-W37"


def test_expert_report_shows_sides_and_consistency_of_one(source: Source) -> None:
    report = made("expert", source, expert="Dr Ada Okafor")
    found = block(report, Intervals, "Sides and consistency")
    assert isinstance(found, Intervals)
    sides = dict(found.rows)
    assert sides["Same answer when a task came again"].value == 1.0
    left = sides["Preferences for the response on the left"].value
    chosen = [_left(one) for one in source.graded if one.rater == "e-1"]
    counted = [c for c in chosen if c is not None]
    assert left == pytest.approx(sum(counted) / len(counted), abs=1e-6)
    words = as_words(report, lambda text, /, **params: text)
    assert "Dr Ben Ito" not in words
    other = block(made("expert", source, expert="e-2"), Intervals, "Sides and consistency")
    assert isinstance(other, Intervals)
    assert dict(other.rows)["Same answer when a task came again"].reason == NO_REPEAT


def _left(one: Graded) -> bool | None:
    """Whether the response that was shown first was preferred: a negative value is for r1."""
    value = one.judgement["preference"]["overall"]["value"]
    if not isinstance(value, int) or value == 0:
        return None
    return one.shown[0] == ("r1" if value < 0 else "r2")


def test_a_changed_mind_on_a_repeat_counts(source: Source) -> None:
    first = source.again[0]
    turned = json.loads(json.dumps(first.judgement))
    turned["responses"]["r1"]["verdicts"]["c1"] = "not_applicable"
    changed = replace(source, again=(replace(first, judgement=turned),))
    found = block(made("expert", changed, expert="e-1"), Intervals, "Sides and consistency")
    assert isinstance(found, Intervals)
    assert dict(found.rows)["Same answer when a task came again"].value == pytest.approx(8 / 9, abs=1e-6)
    assert Repeat("e-1", "t900", "t000") in changed.repeats


def test_delegation_report_says_what_mistakes_cost(source: Source) -> None:
    report = made("delegation", source)
    criteria = table(report, "By criterion")
    assert len(criteria) == 4
    # a judge who always grants the negative criterion makes responses look worse, by its points
    harsh = tuple(
        replace(one, judgement={"responses": {r: {"verdicts": {"c3": "met"}} for r in ("r1", "r2")}})
        for one in source.opinions
    )
    always = table(made("delegation", replace(source, opinions=harsh)), "By criterion")
    (row,) = always.values()
    wrong = [(one.judgement["responses"][r]["verdicts"]["c3"]) for one in source.graded for r in ("r1", "r2")]
    missed = sum((v["value"] if isinstance(v, dict) else v) == "not_met" for v in wrong) / len(wrong)
    cost, net = row[6], row[7]
    assert isinstance(cost, Figure)
    assert isinstance(net, Figure)
    assert cost.value == pytest.approx(4 * missed, abs=1e-6)
    assert net.value == pytest.approx(-4 * missed, abs=1e-6)
    assert row[8] == "no"
    assert "No opinion" in as_words(made("delegation", replace(source, opinions=())), _plain)


def _plain(text: str, /, **params: object) -> str:
    return text


# K2


def test_rater_level_keeps_everyone_and_aggregates_say_how_they_came_about(source: Source) -> None:
    rows = list(rater_rows(source))
    assert len([row for row in rows if row["panel"] == "rubric"]) == 30 * 4 * 8
    assert {row["rater"] for row in rows} == set(EXPERTS)
    every = list(aggregate_rows(source))
    found = {(r["task"], r["response"], r["criterion"]): r for r in every if r["panel"] == "rubric"}
    assert len(found) == 30 * 8
    assert {str(r["standing"]) for r in found.values()} == {"unanimous", "adjudicated", "unresolved"}
    settled = found["t001", "r1", "c1"]
    assert (settled["standing"], settled["value"], settled["decision_digest"]) == (
        "adjudicated",
        "met",
        "d" * 64,
    )
    assert found["t002", "r1", "c1"]["standing"] == "unresolved"  # disputed
    for row in found.values():
        counts = row["counts"]
        assert isinstance(counts, dict)
        if row["standing"] == "unanimous":
            assert list(counts.values()) == [4]
        if row["standing"] == "unresolved":
            assert row["value"] == ""
    assert len(found["t003", "r1", "c1"]["result_digests"]) == 4  # type: ignore[arg-type]


def test_the_tables_hold_every_kind_of_answer(source: Source) -> None:
    one, other = source.by_task["t003"][:2]

    def said(rating: int) -> dict[str, Any]:
        return {"preference": {"overall": 0}, "responses": {"r1": {"ratings": {"tone": rating}}}}

    both = replace(
        source,
        graded=(replace(one, judgement=said(4)), replace(other, judgement=said(5))),
        decided={},
    )
    assert [(r["panel"], r["criterion"], r["value"]) for r in rater_rows(both)] == [
        ("ratings", "tone", 4), ("preference", "overall", 0),
        ("ratings", "tone", 5), ("preference", "overall", 0),
    ]  # fmt: skip

    def aggregate(found: Source) -> list[tuple[object, ...]]:
        return [(r["panel"], r["standing"], r["value"], r["counts"]) for r in aggregate_rows(found)]

    assert aggregate(both) == [
        ("ratings", "unresolved", "", {"4": 1, "5": 1}), ("preference", "unanimous", 0, {"0": 2}),
    ]  # fmt: skip
    final = {
        "responses": {"r1": {"ratings": {"tone": {"value": 5}}}},
        "preference": {"overall": {"value": 0}},
    }
    settled = replace(both, decided={"t003": Decided("t003", "adjudicate", "d" * 64, final)})
    assert [row[1:3] for row in aggregate(settled)] == [("adjudicated", 5), ("adjudicated", 0)]


# Files


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_the_same_results_give_the_same_bytes(source: Source, kind: str, suffix: str) -> None:
    small = sample(6)
    again = replace(small, graded=tuple(reversed(small.graded)))
    one = render(made(kind, small, expert="e-1"), suffix)
    assert render(made(kind, sample(6), expert="e-1"), suffix) == one
    if kind != "team":  # pairs stand in the order in which graders came
        assert len(render(made(kind, again, expert="e-1"), suffix)) > 0


class Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str | None]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += attrs


@pytest.mark.parametrize("kind", KINDS)
def test_html_loads_nothing_and_runs_nothing(source: Source, kind: str) -> None:
    text = render(made(kind, source, expert="e-4"), ".html").decode()
    reader = Reader()
    reader.feed(text)
    assert not {"script", "link", "img", "iframe", "object", "b"} & set(reader.tags)
    assert not any(name in ("src", "href") or name.startswith("on") for name, _ in reader.attributes)
    assert not re.search(r"url\(|@import|https?://", text)
    assert "default-src 'none'" in text
    assert "&lt;b&gt;" in text or kind in ("model", "delegation")
    assert all(digest in text for digest in source.digests)
    assert "NaN" not in text


def test_pdf_holds_both_scripts_and_the_digests(source: Source) -> None:
    data = render(made("batch", source), ".pdf")
    document = pypdfium2.PdfDocument(data)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    for words in ("Batch report", "以病人能懂的語言說明", "陳怡君", source.digests[0], source.digests[-1]):
        assert words in text
    document.close()
    assert b"D:2000" in data  # invariant: no clock


def test_csv_holds_every_figure_and_starts_no_formula() -> None:
    source = sample(4)
    source = replace(source, title="=HYPERLINK(1)", names={**EXPERTS, "e-1": "@cmd"})
    data = render(made("batch", source), ".csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(data)))
    alpha = next(r for r in rows if r["row"] == "Krippendorff's alpha")
    assert float(alpha["low"]) <= float(alpha["value"]) <= float(alpha["high"])
    assert sum(r["column"] == "result_digest" for r in rows) == len(source.digests)
    assert not [v for r in rows for v in r.values() if v[:1] in ("=", "@", "+")]
    assert "'@cmd" in data


def test_reports_speak_the_readers_language(source: Source) -> None:
    translator = Translator("zh_TW", resources() / "translations")

    def tr(text: str, /, **params: object) -> str:
        return translator.text(text, params)

    for kind in KINDS:
        report = make_report(kind, source, tr, "zh_TW", expert="e-1", bootstrap=QUICK)
        for text in (report.title, report.method, report.made_from, *(s.title for s in report.sections)):
            assert re.search("[\u4e00-\u9fff]", text) or text in ("judge-x",), text
        assert 'lang="zh-TW"' in render(report, ".html", tr).decode()


# What cannot be made


def test_nothing_to_report_and_unknown_names(source: Source) -> None:
    for code, kind, given, more in (
        ("report.empty", "batch", replace(source, graded=()), {}),
        ("report.kind", "quarterly", source, {}),
        ("report.expert", "expert", source, {}),
        ("report.expert", "expert", source, {"expert": "e-9"}),
    ):
        with pytest.raises(InputError) as caught:
            make_report(kind, given, bootstrap=QUICK, **more)
        assert caught.value.code == code
    with pytest.raises(InputError) as caught:
        render(made("batch", sample(2)), ".docx")
    assert caught.value.code == "report.suffix"


def test_one_grader_gets_reasons_and_no_nan(source: Source) -> None:
    alone = sample(3, experts=("e-1",))
    for kind in KINDS:
        report = made(kind, alone, expert="e-1")
        text = json.dumps(as_json(report), allow_nan=False)
        assert "NaN" not in text
        for suffix in SUFFIXES:
            assert render(report, suffix)
    found = block(made("batch", alone), Intervals, "All graders")
    assert isinstance(found, Intervals)
    assert all(figure.value is None and figure.reason for _, figure in found.rows)


def test_a_response_nobody_judged_and_empty_judgements(source: Source) -> None:
    empty = replace(
        source, graded=tuple(replace(g, judgement={}) for g in source.graded[:6]), opinions=(), again=()
    )
    for kind in KINDS:
        report = made(kind, empty, expert="e-1")
        for suffix in SUFFIXES:
            assert render(report, suffix)
