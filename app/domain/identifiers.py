"""What in a text may name a patient or a client: names, dates of birth, record and phone numbers, addresses.

A help for the author's eye before a text leaves, and no proof of anonymity: it finds patterns, and people are
recognised by stories too. The kinds follow HIPAA's Safe Harbor list (45 CFR 164.514(b)(2)).
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from functools import cache

from app.domain import han_names


class Identifier(StrEnum):
    NAME = "name"
    BIRTH = "birth"
    DATE = "date"
    RECORD = "record"
    PHONE = "phone"
    EMAIL = "email"
    ADDRESS = "address"
    NATIONAL_ID = "national_id"
    ACCOUNT = "account"
    LINK = "link"


@dataclass(frozen=True, slots=True)
class Found:
    """[start, end) in code points of the text that was looked through."""

    kind: Identifier
    start: int
    end: int
    text: str


Source = tuple[str, re.RegexFlag]


def _any(*parts: str, flags: re.RegexFlag = re.NOFLAG) -> Source:
    return "|".join(parts), flags


_I = re.IGNORECASE
_WIDE = {
    wide: wide - 0xFEE0 for wide in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))
}
_WIDE |= {ord(a): ord(b) for a, b in zip("（）＋－．／：＠＃‐‑‒–", "()+-./:@#----", strict=True)}
"""Full-width letters and figures, as Chinese keyboards make them, and dashes; one code point for one."""
_START, _END = r"(?<![0-9A-Za-zÀ-ɏ/.])", r"(?![0-9A-Za-zÀ-ɏ/])"
"""Words have no spaces around them in Chinese: 於71年3月4日入院."""
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_M, _D = r"(?:0?[1-9]|1[0-2])", r"(?:0?[1-9]|[12]\d|3[01])"
_ROC = r"(?:0?[1-9]\d|1[0-4]\d)"
"""Years of the Republic of China: 71 is 1982."""
_NUMERIC = "|".join(
    rf"(?:{_M}{sign}{_D}|{_D}{sign}{_M}){sign}(?:{_YEAR}|\d\d)(?!\d)|(?:{_YEAR}|{_ROC}){sign}{_M}{sign}{_D}(?!\d)"
    for sign in ("/", "-")
)
_DOTTED = (
    rf"(?:{_M}\.{_D}|{_D}\.{_M})\.{_YEAR}(?!\d)|{_YEAR}\.{_M}\.{_D}(?!\d)"
    r"|(?:[0-3]\d\.[01]\d\.\d\d|(?:0?[1-9]\d|1[0-4]\d)\.[01]\d\.[0-3]\d)(?!\d)"
)
"""Numbers of sections have dots as well (14.2.10): short years count where day and month are two figures each."""
_WORDED = rf"{_DAY}(?:\s+of)?[\s-]+{_MONTH}\.?,?[\s-]+{_YEAR}|{_MONTH}\.?\s+{_DAY},?\s+{_YEAR}|\d\d-{_MONTH}-\d\d(?!\d)"
_DATE = rf"(?:{_NUMERIC}|{_DOTTED}|{_WORDED}|{han_names.DATE})"
_SPACE = r"[^\S\n]{1,2}"
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_GIVEN = r"[A-ZÀ-ÖØ-Þ][a-zß-ÿ][\w'’-]*"
_STREETS = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Square|Sq|Terrace|Place|Pl"
)
_WHO = (
    "patient|client|plaintiff|defendant|claimant|mother|father|husband|wife|son|daughter|named|called|name is|I am"
    "|I['’]m"
)
_FAMILY = (
    "mother|father|mum|mom|dad|husband|wife|partner|son|daughter|brother|sister|grandmother|grandfather|aunt|uncle"
    "|friend"
)
_HEADING = (
    "Act|Advice|Advocacy|Bill|Care|Centred|Committee|Communication|Counsell?ing|Court|Data|Department|Details|Directive"
    "|Education|Evaluates|Experience|History|Information|Instructions|Intake|Minister|Ministry|Outcomes?|Portal"
    "|Presentation|Privacy|Records?|Reform|Rights?|Safety|Secretary|Selection|Services?|Story|Support|System|Tells"
)
"""What follows such a word in a heading rather than in a name: Patient Records Act."""
_NUMBERED = (
    "health record|chart|hospital|unit|nhs|patient|admission|encounter|accession|visit|case|docket|matter|file|claim"
    "|policy|member|subscriber|beneficiary|passport|licen[cs]e|account|acct|national insurance|record"
)
_VALUE = r"(?=[A-Z/:-]*\d)[A-Z0-9][A-Z0-9/:-]{2,}[A-Z0-9]"
_PUBLIC = (
    r"(?:[\w-]+\.)*(?:gov(?:\.[a-z]{2})?|nih\.gov|europa\.eu|who\.int|doi\.org|nhs\.uk|wikipedia\.org|cochrane\.org"
    r"|cochranelibrary\.com|mayoclinic\.org|uptodate\.com|drugs\.com|medscape\.com|nejm\.org|bmj\.com|thelancet\.com"
    r"|jamanetwork\.com|aafp\.org|acog\.org|legislation\.gov\.uk|bailii\.org)"
)
"""Public bodies and works of reference: a link there is a source. With a query it may be a person's own page."""
_LINK_BODY = (
    r"[^\s<>()\[\]（）「」，。、；\u3400-\u9fff]*[^\s<>()\[\]（）「」，。、；\u3400-\u9fff.,;:!?*\"'’”|]"
)
_SOURCES: tuple[tuple[Identifier, Source], ...] = (
    (Identifier.EMAIL, _any(r"(?<![\w.+-])[\w.+-]+@[\w-]+(?:\.[A-Za-z][\w-]*)+", flags=re.ASCII)),
    (
        Identifier.LINK,
        _any(
            rf"\b(?:https?://|www\.)(?!(?:www\.)?{_PUBLIC}(?:[/#][^\s?]*)?(?![^\s<>()\[\]\"'，。、）」|*.,;:!]))"
            rf"{_LINK_BODY}",
            flags=_I,
        ),
    ),
    (
        Identifier.BIRTH,
        _any(
            rf"\b(?:dob|d\.o\.b\.|date of birth|born(?: on)?(?: the)?|birth ?date)(?:\b|(?<=\.))\W{{0,4}}{_DATE}",
            rf"{han_names.BORN}\D{{0,6}}?(?:{_DATE}|{_ROC}\.{_M}\.{_D})",
            rf"{_DATE}\s?(?:出生|生)",
            flags=_I,
        ),
    ),
    (
        Identifier.RECORD,
        _any(
            rf"\b(?:mrn|medical record(?: number| no\.?)?|nhs(?: number| no\.?)?|docket|passport|bank account"
            rf"|driver['’]?s licen[cs]e)\W{{0,4}}{_VALUE}",
            rf"\b(?:{_NUMBERED})\s(?:number|no\.?|nr\.?|id|#)\W{{0,4}}{_VALUE}",
            r"\bnhs(?: number| no\.?)\W{0,4}\d{3} \d{3} \d{4}(?!\d)",
            rf"{han_names.RECORD}(?:{han_names.CASE}|\d{{4}} \d{{4}} \d{{4}}|{_VALUE})",
            flags=_I,
        ),
    ),
    (
        Identifier.NATIONAL_ID,
        _any(
            r"(?<![\w-])\d{3}-\d{2}-\d{4}(?![\w-])",
            r"(?<![A-Za-z0-9])[A-Z][1289A-D]\d{8}(?!\d)",
            r"(?<![\dA-Za-z-])\d{17}[\dX](?![\dA-Za-z])",
            r"\b[A-CEGHJ-PR-TW-Z]{2} \d{2} \d{2} \d{2} [A-D]\b",
        ),
    ),
    (
        Identifier.ACCOUNT,
        _any(
            r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b",
            r"(?<![0-9A-Za-z-])\d(?:[ -]?\d){12,18}(?![0-9A-Za-z])",
        ),
    ),
    (Identifier.DATE, _any(rf"{_START}{_DATE}{_END}", flags=_I)),
    (
        Identifier.PHONE,
        _any(
            r"(?<![\w+])\+\d{1,3}[ .-]?\(?\d{1,4}\)?(?:[ .-]?\d{2,4}){2,4}(?![A-Za-z0-9])",
            r"(?<![A-Za-z0-9.])\(\d{2,4}\)[ .-]?\d{3,4}[ .-]?\d{3,4}(?![A-Za-z0-9])",
            r"(?<![A-Za-z0-9.])(?<!\d[ -])(?:1[ .-])?(?!\d{1,3}([ .])\d{3}\1\d{3}(?![A-Za-z0-9]))"
            r"\d{2,4}[ .-]\d{3,4}[ .-]?\d{3,4}(?![A-Za-z0-9]|[ -]\d)",
            r"(?<![A-Za-z0-9.])0\d{4}[ -]\d{6}(?![A-Za-z0-9])",
            r"(?<![A-Za-z0-9.])0\d(?:[ .]\d{2}){4}(?![A-Za-z0-9])",
            r"(?<![A-Za-z0-9])0(?:9\d{8}|[2-8]\d{7,8})(?![A-Za-z0-9])",
            r"(?<![A-Za-z0-9-])1[3-9]\d{9}(?![A-Za-z0-9])",
        ),
    ),
    (
        Identifier.ADDRESS,
        _any(
            rf"\b\d{{1,5}}[A-Za-z]?\s+(?:{_CAPITAL}\s+){{1,4}}(?:{_STREETS})\b",
            r"\bP\.? ?O\.? Box \d+",
            rf"\b(?:{_CAPITAL} )?{_CAPITAL},? [A-Z]{{2}} \d{{5}}(?:-\d{{4}})?(?!\d)",
            r"\b[A-Z]{1,2}\d[A-Z\d]? \d[ABD-HJLNP-UW-Z]{2}\b",
            *han_names.ADDRESS,
        ),
    ),
    (
        Identifier.NAME,
        _any(
            rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Judge|Justice)\.?{_SPACE}(?!(?:{_HEADING})\b){_CAPITAL}"
            rf"(?:{_SPACE}{_CAPITAL})?",
            rf"(?<![\w-])(?:(?i:{_WHO})(?:,?{_SPACE}|\**:\**{_SPACE})|(?i:name)\**:\**{_SPACE})(?!(?:{_HEADING})\b){_CAPITAL},?{_SPACE}"
            rf"(?!(?:{_HEADING})\b){_CAPITAL}",
            rf"\b(?i:my|his|her|our|their){_SPACE}(?:{_FAMILY}),?{_SPACE}(?!(?:{_HEADING}|Is|Was|Has|And|With|The)\b)"
            rf"{_GIVEN}",
            *han_names.NAME,
        ),
    ),
)


@cache
def _patterns() -> tuple[tuple[Identifier, re.Pattern[str]], ...]:
    """Compiled at the first text: grading begins without them."""
    return tuple((kind, re.compile(*source)) for kind, source in _SOURCES)


def identifiers(text: str) -> tuple[Found, ...]:
    """Everything that looks like one, in the order of the text; of overlapping ones the first kind that fits."""
    taken: list[Found] = []
    covered = bytearray(len(text))
    for found in _all(text):
        if not any(covered[found.start : found.end]):
            covered[found.start : found.end] = bytes([1]) * (found.end - found.start)
            taken.append(found)
    return tuple(sorted(taken, key=lambda f: f.start))


def _all(text: str) -> Iterator[Found]:
    plain = text.translate(_WIDE)
    for kind, pattern in _patterns():
        for match in pattern.finditer(plain):
            if kind is Identifier.ACCOUNT and not _account(match[0]):
                continue
            yield Found(kind, match.start(), match.end(), text[match.start() : match.end()])


def _account(text: str) -> bool:
    """Card numbers pass Luhn's sum (ISO/IEC 7812), IBANs the remainder of 97 (ISO 13616)."""
    plain = re.sub(r"[ -]", "", text)
    if plain.isdecimal():
        digits = [int(c) for c in reversed(plain)]
        doubled = (2 * d - 9 if 2 * d > 9 else 2 * d for d in digits[1::2])
        return len(set(plain)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1
