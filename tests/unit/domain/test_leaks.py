"""Answers that name their model or maker, and answers that merely mention one."""

from __future__ import annotations

import pytest

from app.domain.leaks import MOST, leaks


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("As ChatGPT, I cannot examine you.", "As ChatGPT, I"),
        ("Sure. I am Claude, made by Anthropic.", "I am Claude"),
        ("I'm an AI language model trained by OpenAI, so", "I'm an AI language model trained by OpenAI"),
        ("I was created by Google.", "I was created by Google"),
        ("Hello! My name is Gemini and I can help", "My name is Gemini"),
        ("As a large language model developed by OpenAI, I", "As a large language model developed by OpenAI"),
        ("As an AI assistant named Claude, I", "As an AI assistant named Claude"),
        ("GPT-4: the dose is 5 mg", "GPT-4:"),
        ("The dose is 5 mg.\n\n— ChatGPT", "— ChatGPT"),
        ("I’m DeepSeek-R1, an assistant", "I’m DeepSeek-R1"),
        ("您好，我是由OpenAI開發的語言模型。", "我是由OpenAI"),
        ("作為ChatGPT，我無法提供診斷", "作為ChatGPT"),
        ("我是通义千问，可以回答问题", "我是通义千问"),
        ("您好！我是 ChatGPT。", "我是 ChatGPT"),
        ("作為 Claude，我無法提供診斷", "作為 Claude"),
        ("I'm GPT\u20114o.", "I'm GPT\u20114o"),
        ("I am Qwen3-Max.", "I am Qwen3-Max"),
    ],
)
def test_an_answer_that_says_what_it_is(text: str, words: str) -> None:
    (found,) = leaks(text)
    assert found.words == words
    assert text[found.start : found.end].strip() == words


@pytest.mark.parametrize(
    "text",
    [
        "As ChatGPT became popular, doctors asked.",
        "Claude Monet painted it.",
        "I am Claude Dupont, your solicitor.",
        "“I am ChatGPT,” said the scammer.",
        "OpenAI trained GPT-4 on text.",
        "Use Copilot to write it.",
        "The model was trained by Google.",
        "As an AI, I cannot give medical advice.",
        "As Claude said, I was wrong",
        "Gemini: 21 May to 20 June",
        "Many people ask ChatGPT: what then?",
        "我問ChatGPT這個問題",
        "我是 Claude 的忠實讀者",
        "作为ChatGPT用户，您可以",
        "作為 Gemini 使用者，請注意",
        "Meta analysis was made by Cochrane",
        "Write to claude@example.org. I am sure.",
        "",
    ],
)
def test_an_answer_that_only_mentions_a_model(text: str) -> None:
    assert leaks(text) == ()


def test_offsets_are_code_points_and_places_are_few() -> None:
    text = "🙂🙂 I was trained by OpenAI. " * 50
    found = leaks(text)
    assert len(found) == MOST
    assert all(text[f.start : f.end] == "I was trained by OpenAI" for f in found)
