"""Own records of every format that can be written, each with what it says; written for these tests."""

from __future__ import annotations

import json
from typing import Any

TALK = [{"role": "user", "content": "May I take ibuprofen with warfarin?"}]
MESSAGES_A = [*TALK, {"role": "assistant", "content": "Better not: it raises the risk of bleeding."}]
MESSAGES_B = [*TALK, {"role": "assistant", "content": "Yes, there is no risk. 💊"}]


def vote(judge: str, winner: str) -> dict[str, Any]:
    return {
        "question_id": 81,
        "model_a": "blue-7b",
        "model_b": "green-1",
        "winner": winner,
        "judge": judge,
        "turn": 1,
        "conversation_a": MESSAGES_A,
        "conversation_b": MESSAGES_B,
    }


MTBENCH = [vote("e1", "model_a"), vote("e2", "model_b"), vote("e3", "tie"), vote("e4", "tie (bothbad)")]
LLMBAR = [
    {"input": "Name a colour.", "output_1": "Red.", "output_2": "Seven.", "label": 1},
    {"input": "Say no.", "output_1": "Yes.", "output_2": "No.", "label": 2},
]
SHARED = "\n\nHuman: Hi there\n\nAssistant: Hello!\n\nHuman: Sum 1 and 2?"
HH = [
    {"chosen": f"{SHARED}\n\nAssistant: 3", "rejected": f"{SHARED}\n\nAssistant: 4"},
    {"chosen": "\n\nHuman: A?\n\nAssistant: B\n\nC", "rejected": "\n\nHuman: A?\n\nAssistant: no "},
]
TRL_PREFERENCE = [
    {"prompt": "Sky?", "chosen": "Blue.", "rejected": "Green."},
    {
        "prompt": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Sea?"}],
        "chosen": [{"role": "assistant", "content": "Salt."}],
        "rejected": [{"role": "assistant", "content": "Sweet."}],
    },
    {
        "prompt": "Moon?",
        "chosen": [{"role": "user", "content": "Moon?"}, {"role": "assistant", "content": "Rock."}],
        "rejected": [{"role": "user", "content": "Moon?"}, {"role": "assistant", "content": "Cheese."}],
    },
]
TRL_UNPAIRED = [
    {"prompt": "Sky?", "completion": "Blue.", "label": True},
    {
        "prompt": [{"role": "user", "content": "Sea?"}],
        "completion": [{"role": "assistant", "content": "Sweet."}],
        "label": False,
    },
]
TRL_STEPWISE = [
    {"prompt": "2+2·2?", "completions": ["2·2 = 4", "2 + 4 = 5"], "labels": [True, False]},
    {"prompt": "1+1?", "completions": ["It is 2."], "labels": [True]},
]


def prm_step(text: str, rating: int | None) -> dict[str, Any]:
    return {
        "completions": [{"text": text, "rating": rating, "flagged": False}],
        "human_completion": None,
        "chosen_completion": None if rating is None else 0,
    }


PRM800K = [
    {
        "labeler": "l-1",
        "timestamp": "2022-08-11T10:00:00",
        "generation": 9,
        "question": {"problem": "Solve x+1=3.", "ground_truth_solution": "x=2", "ground_truth_answer": "2"},
        "label": {
            "steps": [prm_step("Take 1 from both sides.", 1), prm_step("So x = 3.", -1)],
            "finish_reason": "found_error",
        },
    }
]
HELPSTEER2 = [
    {
        "prompt": "Why is the sky blue?",
        "response": "It scatters short waves more.",
        "helpfulness": 4,
        "correctness": 3,
        "coherence": 4,
        "complexity": 1,
        "verbosity": 0,
    }
]
HELPSTEER2_PREFERENCE = [
    {
        "split": "train",
        "prompt": "Why?",
        "response_1": "Because.",
        "response_2": "As light scatters.",
        "preference_strength": 3,
        "preference_statement": "Response 2 is far better.",
        "preference_elaboration": "It gives the reason.",
    }
]
HELPSTEER3 = [
    {
        "domain": "Code",
        "language": "python",
        "context": [{"role": "user", "content": "Sort it."}],
        "response1": "sorted(x)",
        "response2": "x.sort",
        "overall_preference": -2,
        "individual_preference": [
            {"score": -3, "reasoning": "The second does not call it."},
            {"score": -2, "reasoning": "The first runs."},
            {"score": -1, "reasoning": ""},
        ],
    }
]
HELPSTEER3_EDIT = [
    {
        "domain": "General",
        "language": "english",
        "context": [{"role": "user", "content": "Greet."}],
        "original_response": "hi",
        "feedback": ["Too short.", "No name."],
        "edited_response": "Good morning, Ada.",
    }
]


def aspects(*ratings: str) -> dict[str, Any]:
    names = ("instruction_following", "honesty", "truthfulness", "helpfulness")
    return {
        n: {"Rating": r, "Rationale": f"why {r}" if r != "N/A" else ""}
        for n, r in zip(names, ratings, strict=True)
    }


ULTRAFEEDBACK = [
    {
        "source": "evol",
        "instruction": "List primes.",
        "models": ["blue", "green"],
        "completions": [
            {
                "model": "blue",
                "response": "2, 3",
                "annotations": aspects("5", "4", "5", "3"),
                "critique": "Short.",
            },
            {
                "model": "green",
                "response": "1, 2",
                "annotations": aspects("1", "N/A", "2", "1"),
                "critique": "",
            },
        ],
    }
]
PROMETHEUS_TEXT = (
    "###Task Description:\nGrade it.\n\n###The instruction to evaluate:\nName a river.\n\n"
    "###Response to evaluate:\nThe Rhine.\n\n###Reference Answer (Score 5):\nThe Rhine, in Europe.\n\n"
    "###Score Rubrics:\n[Is it a river?]\nScore 1: No.\nScore 2: Hardly.\nScore 3: So so.\nScore 4: Yes.\n"
    "Score 5: Yes, and where.\n\n###Feedback: "
)
PROMETHEUS = [
    {
        "idx": 7,
        "response_source": "blue-7b",
        "category": "geography",
        "instruction": PROMETHEUS_TEXT,
        "gpt4_score": [4, 5, 4],
        "gpt4_feedback": ["Right.", "Very good.", "Right."],
    }
]
BIGGEN = {
    "plan_0": {
        "id": "plan_0",
        "capability": "planning",
        "task": "trip",
        "instance_idx": 0,
        "system_prompt": "You plan trips.",
        "input": "Plan a day.",
        "reference_answer": "Walk.",
        "score_rubric": {"criteria": "Is it a plan?"}
        | {f"score{n}_description": f"level {n}" for n in range(1, 6)},
        "response": "Sleep.",
        "response_model_name": "blue",
        "human_score": 2,
    }
}
PANDALM = [
    {
        "idx": 3,
        "motivation_app": "Mail",
        "instruction": "Shorten.",
        "input": "A long text.",
        "response1": "Text.",
        "response2": "A text",
        "annotator1": 1,
        "annotator2": 0,
        "annotator3": 2,
    }
]
MQM = (
    "system\tdoc\tdoc_id\tseg_id\trater\tsource\ttarget\tcategory\tseverity\tcomment\n"
    'S1\td.1\t1\t1\tr1\tGood "day"\tGuten <v>Tga</v>\tFluency/Spelling\tMinor\ttypo\n'
    'S1\td.1\t1\t1\tr2\tGood "day"\tGuten Tga\tNo-error\tNo-error\t\n'
    "S2\td.1\t1\t2\tr1\tBye\t<v>Hallo</v>\tAccuracy/Mistranslation\tMajor\t\n"
)
EXPERTQA = [
    {
        "question": "Why is blood red?",
        "annotator_id": "a1",
        "answers": {
            "blue_gpt": {
                "answer_string": "Because of iron. It is liquid.",
                "attribution": ["[1] a book"],
                "claims": [
                    {
                        "claim_string": "Because of iron.",
                        "evidence": ["[1] a book: iron is red"],
                        "support": "Complete",
                        "reason_missing_support": "",
                        "informativeness": "Very relevant",
                        "worthiness": "Yes",
                        "correctness": "Probably correct",
                        "reliability": "Reliable",
                    },
                    {
                        "claim_string": "It is liquid.",
                        "evidence": [],
                        "support": "N/A",
                        "reason_missing_support": "",
                        "informativeness": "Uninformative",
                        "worthiness": "No",
                        "correctness": "Definitely correct",
                        "reliability": "N/A",
                    },
                ],
                "revised_answer_string": "Because of haemoglobin.",
                "usefulness": "Partially useful",
                "annotator_id": "a1",
            }
        },
        "metadata": {"field": "Medicine", "specific_field": "Haematology"},
    }
]
KQA_NLI = (
    ",Question,llm_x,answer,claim,category_x,majority_label,label_0,label_1,label_2\n"
    '0,Is it safe?,blue,"Yes, mostly.",It is mostly safe,Must_have,Entailment,Entailment,Entailment,Neutral\n'
    '1,Is it safe?,blue,"Yes, mostly.",Never do it,Nice_to_have,Contradiction,Contradiction,Contradiction,Neutral\n'
)
PAPERBENCH = {
    "id": "top",
    "requirements": "Reproduce the paper",
    "weight": 1,
    "score": 0.75,
    "valid_score": True,
    "task_category": None,
    "explanation": "The weighted mean of its sub-tasks.",
    "judge_metadata": None,
    "sub_tasks": [
        {
            "id": f"leaf{n}",
            "requirements": f"Step {n}",
            "weight": weight,
            "score": score,
            "valid_score": True,
            "task_category": "Code Development",
            "explanation": f"seen {n}",
            "judge_metadata": None,
            "sub_tasks": [],
        }
        for n, weight, score in ((1, 3, 1.0), (2, 1, 0.0))
    ],
}
PROFBENCH = [
    {
        "task_id": "p1",
        "domain": "Finance MBA",
        "prompt": "Value the firm.",
        "rubrics": [
            {
                "criterion_description": "States the discount rate.",
                "criterion_type": ["Extraction"],
                "criterion_weight": "Critical",
                "blue_fulfilment": True,
                "green_fulfilment": False,
            },
            {
                "criterion_description": "Is tidy.",
                "criterion_type": ["Style"],
                "criterion_weight": "Minor",
                "blue_fulfilment": False,
                "green_fulfilment": True,
            },
        ],
        "blue_response": "10 %.",
        "green_response": "It is worth much.",
    }
]
DOCCANO = [
    {
        "id": 5,
        "text": "President 💉 Obama",
        "label": [[0, 9, "TITLE"], [12, 17, "PERSON"]],
        "meta": {"page": 1},
    },
    {"id": 6, "text": "Nobody here", "label": []},
]
DOCCANO_CLASSES = [
    {"text": "Terrible service.", "label": ["negative"]},
    {"text": "Great price.", "label": ["positive", "short"]},
]
PRODIGY = [
    {
        "text": "Ada met Bob",
        "meta": {"source": "x"},
        "_input_hash": 1,
        "_task_hash": 2,
        "spans": [{"start": 0, "end": 3, "label": "PERSON"}, {"start": 8, "end": 11, "label": "PERSON"}],
        "answer": "accept",
    }
]
PRODIGY_CLASSES = [
    {"text": "Fix the docs", "label": "DOCS", "_input_hash": 3, "_task_hash": 4, "answer": "accept"},
    {"text": "Fix the code", "label": "DOCS", "_input_hash": 5, "_task_hash": 6, "answer": "reject"},
]


def region(name: str, kind: str, to: str = "text", **value: Any) -> dict[str, Any]:
    return {
        "id": f"{name}1",
        "from_name": name,
        "to_name": to,
        "type": kind,
        "value": value,
        "origin": "manual",
    }


LABEL_STUDIO = [
    {
        "id": 7,
        "data": {"text": "💉 Ada Ltd", "page": 3},
        "meta": {"from": "x"},
        "annotations": [
            {
                "id": 1,
                "completed_by": {"id": 4, "email": "ada@example.org"},
                "result": [
                    region("ner", "labels", start=3, end=6, text="Ada", labels=["PER"]),
                    region("ner", "labels", start=7, end=10, text="Ltd", labels=["ORG"]),
                    region("tone", "choices", choices=["Formal"]),
                    region("faults", "choices", choices=["Wrong", "Rude"]),
                    region("stars", "rating", rating=4),
                    region("why", "textarea", text=["Because."]),
                ],
            },
            {"id": 2, "completed_by": 5, "result": [region("tone", "choices", choices=["Casual"])]},
        ],
        "predictions": [],
    },
    {
        "id": 8,
        "data": {"text": "Nobody", "page": 4},
        "annotations": [{"completed_by": 5, "result": [region("stars", "rating", rating=1)]}],
    },
]
LABEL_STUDIO_PAIRS = [
    {
        "data": {"a": "One", "b": "Two"},
        "annotations": [{"completed_by": 5, "result": [region("pw", "pairwise", "a,b", selected="right")]}],
    }
]
LABEL_STUDIO_RANKS = [
    {
        "data": {"answers": [{"id": "x", "title": "X", "body": "First"}, {"id": "y", "body": "Second"}]},
        "annotations": [
            {"completed_by": 5, "result": [region("rank", "ranker", "answers", ranker={"rank": ["y", "x"]})]}
        ],
    }
]
LABEL_STUDIO_WORDS = [
    {
        "data": {"question": "Say hi"},
        "annotations": [
            {"completed_by": 5, "result": [region("said", "textarea", "question", text=["Hi."])]}
        ],
    }
]


def studio(content: bytes) -> list[Any]:
    """What a Label Studio export says: each task that somebody judged, its data and the answers."""
    found = [task if "data" in task else {"data": task} for task in json.loads(content)]
    kept = ("from_name", "to_name", "type", "value")
    return [
        {
            "data": task["data"],
            "annotations": [
                sorted(({k: r[k] for k in kept} for r in one["result"]), key=json.dumps)
                for one in task["annotations"]
            ],
        }
        for task in found
        if task.get("annotations")
    ]
