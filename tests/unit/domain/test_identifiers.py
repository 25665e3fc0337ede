"""What may name a person is found as it is written in Taiwan and in charts; ordinary words are left alone."""

from __future__ import annotations

import time

import pytest

from app.domain.identifiers import identifiers

NAMED = {
    "name": """病患王小明|個案陳美玲|委託人林志玲|上訴人簡大為，
        聲請人詹雅雯|姓名：歐陽娜娜|我叫柯佳嬿|病患黃美玲訴胸悶|陳老先生|吳醫師|張律師|林媽媽
        Patient: John Smith|Patient name: Smith, John|**Name:** Jane Doe
        my son Ethan has|the plaintiff, Maria Rossi,
        My daughter, Emma, is 6""",
    "birth": """生於民國71年3月4日|出生年月日：民國七十一年三月四日|生日：71.3.4|１９７１／３／４出生|DOB: 04-Mar-1971
        born on the 4th of March 1971|D.O.B. 3/4/71""",
    "date": "於71年3月4日入院|民國七十一年三月四日|民國71/3/4|71.03.04|112/05/20|on 04-Mar-71 at noon",
    "record": """病歷號碼：1234567|病歷編號：00123456|健保卡號：0000 1234 5678
        統一編號：12345678|案號：112年度訴字第123號
        Hospital No. 445566|Case No. 1:21-cv-01234|passport number: 301234567|NHS number 943 476 5919
        driver’s licence D1234567|bank account 12345678901""",
    "national_id": "身分證字號：A123456789|Ａ１２３４５６７８９|NI AB 12 34 56 C",
    "phone": "+886-2-2345-6789|０９１２３４５６７８|0223456789|07700 900123|1-415-555-2671|01 42 68 53 00",
    "address": """台北市信義路四段100巷5弄12號|花蓮縣吉安鄉中華村1鄰2號|台中市西屯區臺灣大道三段99號|P.O. Box 1234
        Palo Alto, CA 94304|at SW1A 1AA""",
    "link": "https://blog.example.com/my-illness|https://www.nhs.uk/me?token=1|(see www.smith-family.com).",
}
ORDINARY = """患者高血壓控制不佳|病人高燒三天不退|患者嚴重頭痛|病人曾接受手術|患者曾住院。
    病人馬上就醫|患者白血球偏低|我是高中生|患者于昨日入院|病人黃疸加重|患者周圍神經病變|我們是客戶方的法務|任何醫師
    最高法院112年度台上字第1234號判決|體溫38.5度，血壓120/80
    Section 14.2.10 and 1.1.11 apply|the 20-20-20 rule|class 9/35/42|the Patient Records Act|your passport/visa
    NHS covers all
    So-called Fibrohistiocytic Tumors|afdb0a9e-e352-4cd6-870d-13762504658e|7be1c4f0-9de0-4816-8887-142072b36ba8
    Print Name      Print Name|EUR 12.345.678 or 12 345 678|the Justice Act 2009|[patient identifer]
    [1](https://www.hse.gov.uk/reach/). See https://doi.org/10.1056/NEJMoa2034577, https://www.who.int"""


def lines(text: str) -> list[str]:
    return [part.strip() for part in text.replace("\n", "|").split("|")]


@pytest.mark.parametrize("kind", NAMED)
def test_identifiers_are_found_as_they_are_written_in_taiwan_and_in_charts(kind: str) -> None:
    for text in lines(NAMED[kind]):
        found = identifiers(text)
        assert [f.kind for f in found] == [kind], text
        assert all(text[f.start : f.end] == f.text for f in found)


def test_ordinary_clinical_and_legal_words_are_left_alone() -> None:
    assert [(text, found) for text in lines(ORDINARY) if (found := identifiers(text))] == []


def test_what_is_found_ends_where_it_ends() -> None:
    for text, wanted in (
        ("(see www.smith-family.com).", "www.smith-family.com"),
        ("Provider: Dr Romero\n\nSubjective", "Dr Romero"),
        ("自 2024 年 3 月 1 日起", "2024 年 3 月 1 日"),
        ("寄到王@example.org或a.b@example.org。", "a.b@example.org"),
    ):
        assert [f.text for f in identifiers(text)] == [wanted]


def test_no_text_takes_long() -> None:
    """With a pattern that is not linear each of these takes ten seconds and more."""
    for text in ("1-" * 15_000, "https://" + "a." * 15_000, "患者王小明於71年3月4日住院，" * 500):
        begun = time.perf_counter()
        identifiers(text)
        assert time.perf_counter() - begun < 3
