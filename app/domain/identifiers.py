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
_MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
_YEAR = r"(?:19|20)\d\d"
_DAY = r"\d{1,2}(?:st|nd|rd|th)?"
_NUMERIC = "|".join(
    rf"\d{{1,2}}{sign}\d{{1,2}}{sign}(?:(?:19|20)?\d\d)(?!\d)|{_YEAR}{sign}\d{{1,2}}{sign}\d{{1,2}}"
    for sign in ("/", "-", r"\.")
)
_DATE = (
    rf"(?:{_NUMERIC}|{_DAY}\s+{_MONTH}\.?,?\s+{_YEAR}|{_MONTH}\.?\s+{_DAY},?\s+{_YEAR}"
    r"|(?:民國)?\d{2,4}\s?年\s?\d{1,2}\s?月\s?\d{1,2}\s?日)"
)
_CAPITAL = r"[A-ZÀ-ÖØ-Þ][\w'’-]+"
_SURNAMES = (
    "王李張张劉刘陳陈楊杨黃黄趙赵吳吴周徐孫孙馬马朱胡郭何高林羅罗鄭郑梁謝谢宋唐許许鄧邓馮冯韓韩曹曾彭蕭萧蔡潘田董袁"
    "于余葉叶蔣蒋杜蘇苏魏程呂吕丁沈任姚盧卢傅鍾钟姜崔譚谭廖范汪陸陆金石戴賈贾韋韦夏邱方侯鄒邹熊孟秦白江閻阎薛尹段雷"
    "黎史龍龙陶賀贺顧顾毛郝龔龚邵萬万錢钱嚴严賴赖洪武莫孔"
)
_STREETS = (
    "Street|St|Avenue|Ave|Road|Rd|Lane|Ln|Drive|Dr|Boulevard|Blvd|Court|Ct|Way|Square|Sq|Terrace|Place|Pl"
)
_WHO = (
    "patient|client|plaintiff|defendant|claimant|mother|father|husband|wife|son|daughter|named|called|name is|I am"
    "|I['’]m"
)
_HAN = "[\\u4e00-\\u9fff]"
_SOURCES: tuple[tuple[Identifier, Source], ...] = (
    (Identifier.EMAIL, _any(r"\b[\w.+-]+@[\w-]+(?:\.[\w-]+)+\b")),
    (Identifier.LINK, _any(r"\bhttps?://\S+", r"\bwww\.\S+")),
    (
        Identifier.BIRTH,
        _any(
            rf"\b(?:dob|d\.o\.b\.|date of birth|born(?: on)?|birth ?date)\b\W{{0,4}}{_DATE}",
            rf"(?:出生|生日)\D{{0,6}}{_DATE}",
            rf"{_DATE}\s?(?:出生|生)",
            flags=_I,
        ),
    ),
    (
        Identifier.RECORD,
        _any(
            r"\b(?:mrn|medical record(?: number| no\.?)?|record no\.?|chart no\.?|nhs(?: number| no\.?)?|patient id"
            r"|case no\.?|docket(?: no\.?)?|matter no\.?|file no\.?|policy no\.?|passport(?: no\.?)?)"
            r"\W{0,4}[A-Z0-9][A-Z0-9/-]{3,}",
            r"(?:病歷號|病历号|案號|案号|護照號碼?|护照号码?)\W{0,3}[A-Z0-9-]{4,}",
            flags=_I,
        ),
    ),
    (
        Identifier.NATIONAL_ID,
        _any(
            r"\b\d{3}-\d{2}-\d{4}\b",
            r"(?<![A-Za-z0-9])[A-Z][1289A-D]\d{8}(?!\d)",
            r"(?<!\d)\d{17}[\dX](?!\d)",
        ),
    ),
    (
        Identifier.ACCOUNT,
        _any(
            r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,7}(?: ?[A-Z0-9]{1,3})?\b",
            r"(?<!\d)\d(?:[ -]?\d){12,18}(?!\d)",
        ),
    ),
    (Identifier.DATE, _any(rf"(?<![\w/.]){_DATE}(?![\w/])", flags=_I)),
    (
        Identifier.PHONE,
        _any(
            r"(?<![\w.])(?:\+\d{1,3}[ .-]?)?\(\d{2,4}\)[ .-]?\d{3,4}[ .-]?\d{3,4}(?!\w)",
            r"(?<![\w.])(?<!\d[ -])(?:\+\d{1,3}[ .-]?)?\d{2,4}[ .-]\d{3,4}[ .-]?\d{3,4}(?![\w]|[ -]\d)",
            r"(?<!\d)09\d{8}(?!\d)",
            r"(?<!\d)1[3-9]\d{9}(?!\d)",
        ),
    ),
    (
        Identifier.ADDRESS,
        _any(
            rf"\b\d{{1,5}}[A-Za-z]?\s+(?:{_CAPITAL}\s+){{1,4}}(?:{_STREETS})\b",
            rf"{_HAN}{{1,6}}[市縣县]{_HAN}{{1,5}}[區区鄉乡鎮镇市](?:{_HAN}|\d){{0,12}}[路街巷]\S{{0,6}}?\d+\s?號?号?",
            rf"{_HAN}{{2,10}}[路街]\s?(?:[一二三四五六七八九十\d]+段)?\s?\d+\s?[號号]",
        ),
    ),
    (
        Identifier.NAME,
        _any(
            rf"\b(?:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Sir|Dame|Judge|Justice)\.?\s+{_CAPITAL}(?:\s+{_CAPITAL})?",
            rf"\b(?i:{_WHO})\s+{_CAPITAL}\s+{_CAPITAL}",
            r"(?:病人|患者|當事人|当事人|原告|被告|客戶|客户|姓名|名叫|我叫|我是)[：: ]{0,2}"
            rf"[{_SURNAMES}]{_HAN}{{1,2}}(?:先生|小姐|女士)?",
            rf"[{_SURNAMES}]{_HAN}{{0,2}}(?:先生|小姐|女士|太太)",
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
    for found in _all(text):
        if all(found.end <= other.start or other.end <= found.start for other in taken):
            taken.append(found)
    return tuple(sorted(taken, key=lambda f: f.start))


def _all(text: str) -> Iterator[Found]:
    for kind, pattern in _patterns():
        for match in pattern.finditer(text):
            if kind is Identifier.ACCOUNT and not _account(match[0]):
                continue
            yield Found(kind, match.start(), match.end(), match[0])


def _account(text: str) -> bool:
    """Card numbers pass Luhn's sum (ISO/IEC 7812), IBANs the remainder of 97 (ISO 13616)."""
    plain = re.sub(r"[ -]", "", text)
    if plain.isdecimal():
        digits = [int(c) for c in reversed(plain)]
        doubled = (2 * d - 9 if 2 * d > 9 else 2 * d for d in digits[1::2])
        return len(set(plain)) > 1 and (sum(digits[::2]) + sum(doubled)) % 10 == 0
    turned = plain[4:] + plain[:4]
    return int("".join(str(int(c, 36)) for c in turned)) % 97 == 1
