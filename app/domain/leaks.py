"""Answers that name their own model or maker: what blind judging must not show without a warning.

Only an answer that speaks of *itself* counts (“As ChatGPT, I …”, “I am Claude”, “I was trained by …”, 「我是由」);
one that merely mentions a model (“ChatGPT became popular”, “Claude Monet”) does not. Rules of our own, kept narrow:
a false alarm teaches people to look past the note.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from itertools import islice

MOST = 20
"""At most so many places are told; one is enough to unblind."""
MOST_TEXT, MOST_NAMES = 65_536, 2_000
"""What is looked through: an answer tells its name at its beginning, if at all."""
_BEFORE, _AFTER = 90, 60

_NAMES = (
    r"chatgpt(?:-?[345](?:\.\d)?o?)?|gpt[-\u2011 ]?[345](?:\.\d)?o?(?:[- ](?:turbo|mini))?|"
    r"claude(?:[- ](?:\d(?:\.\d)?|opus|sonnet|haiku|instant))*|gemini(?: (?:pro|ultra|flash|\d(?:\.\d)?))*|bard|"
    r"(?:code )?llama(?:[- ]?\d(?:\.\d)?)?|mi[sx]tral(?:[- ](?:large|small|medium|\d+x?\d*b))?|gemma|copilot|"
    r"qwen(?:[- ]?\d(?:\.\d)?)?(?:-(?:max|plus|turbo))?|"
    r"deepseek(?:[- ](?:v\d|r\d|chat|coder))?|grok(?:[- ]?\d)?|command r\+?|phi-\d|"
    r"chatglm\d?|kimi|doubao|ernie bot|vicuna|alpaca|wizardlm|"
    r"通义千问|通義千問|文心一言|豆包|讯飞星火|訊飛星火|智谱清言|智譜清言"
)
_MAKERS = (
    r"openai|anthropic|google(?: deepmind| ai)?|deepmind|meta(?: ai)?|mistral ai|alibaba(?: cloud)?|deepseek(?: ai)?|"
    r"xai|microsoft|cohere|baidu|moonshot(?: ai)?|bytedance|zhipu(?: ai)?|lmsys|tencent|"
    r"阿里(?:巴巴|云|雲)|百度|月之暗面|字节跳动|字節跳動|智谱|智譜|腾讯|騰訊|深度求索|深度求索公司"
)
_MADE = r"(?:trained|created|developed|built|made|designed|fine-tuned|trained and (?:developed|maintained))"
_MODEL = r"(?:an? )?(?:helpful |large |new )*(?:ai|artificial intelligence|language|chat)[\w -]{0,40}"
_I_AM = r"(?:i am|i['’]m|my name is|i am called|this is)"
_NAME = rf"(?:{_NAMES})"
_MAKER = rf"(?:{_MAKERS})"
_EDGE = r"(?![A-Za-z0-9_@])"
_ABOUT_ONESELF = (
    # As ChatGPT, I … · As Claude, an AI model made by …
    rf"(?<![\w“\"'])as {_NAME}, (?:i\b|i['’]|my\b|an? )",
    rf"(?<![\w“\"'])as {_MODEL} (?:{_MADE} by|from|called|named) {_MAKER}(?:['’]s)?\b",
    rf"(?<![\w“\"'])as {_MODEL} (?:called|named) {_NAME}\b",
    # I am Claude · My name is ChatGPT · I'm GPT-4 (not: I am Claude Dupont)
    rf"(?<![\w“\"']){_I_AM} {_NAME}(?=[.,;:!?)\n]|$| (?:and|by|from|made|an?|—|–|-)\b)",
    rf"(?<![\w“\"']){_I_AM} {_MODEL},? (?:called|named|known as) {_NAME}\b",
    # I was trained by OpenAI · I'm a language model developed by Google
    rf"(?<![\w“\"'])i (?:was|am|have been) {_MADE} by {_MAKER}\b",
    rf"(?<![\w“\"']){_I_AM} {_MODEL},? (?:that was |which was )?{_MADE} by {_MAKER}\b",
    rf"(?<![\w“\"'])my (?:maker|creator|developer)s?(?:,| at| is| are)? ?{_MAKER}{_EDGE}",
    r"\A\W{0,3}(?:chatgpt|gpt-?[345])[\w.-]{0,8}\W{0,3}\s*[:：]",
    rf"(?:^|\n)\s*[-–—~]{{1,3}} ?{_NAME}\s*\Z",
    rf"(?<![「『“\"])(?:我是|我叫|我的名字是|作为|作為) ?{_NAME}(?! ?(?:的|用[户戶]|使用者|粉))",
    rf"(?<![「『“\"])(?:我是|作为|作為)[^。\n，,]{{0,12}}由 ?{_MAKER}",
    rf"(?<![「『“\"])我(?:是)?由 ?{_MAKER}",
)  # fmt: skip


@cache
def _who() -> re.Pattern[str]:
    """The names; compiled when a blind batch is first read."""
    return re.compile(rf"(?<![A-Za-z0-9_@/.])(?:{_NAMES}|{_MAKERS}){_EDGE}", re.I)


@cache
def _self() -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(pattern, re.I) for pattern in _ABOUT_ONESELF)


@dataclass(frozen=True, slots=True)
class Leak:
    """[start, end) of the text, in code points, and what stands there."""

    start: int
    end: int
    words: str


def leaks(text: str) -> tuple[Leak, ...]:
    """Where an answer tells who wrote it, in order, without overlaps; in its first 65,536 characters."""
    found: list[Leak] = []
    text = text[:MOST_TEXT]
    for who in islice(_who().finditer(text), MOST_NAMES):
        if found and who.start() < found[-1].end:
            continue
        begin = max(0, who.start() - _BEFORE)
        window = text[begin : who.end() + _AFTER]
        at = who.start() - begin
        spans = (_around(pattern, window, at, begin == 0) for pattern in _self())
        span = min((s for s in spans if s is not None), default=None)
        if span is not None:
            start, end = begin + span[0], begin + span[1]
            found.append(Leak(start, end, text[start:end].strip()))
            if len(found) == MOST:
                break
    return tuple(found)


def _around(pattern: re.Pattern[str], window: str, at: int, whole: bool) -> tuple[int, int] | None:
    """The match of a pattern that holds the name at this place."""
    if pattern.pattern.startswith(r"\A") and not whole:
        return None
    for match in pattern.finditer(window):
        if match.start() <= at < match.end():
            return match.span()
    return None
