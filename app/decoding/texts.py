"""Bytes → text: UTF-8, else what a mark of order says, else the first of a few that fits; always said."""

from __future__ import annotations

import codecs
import unicodedata

from app.decoding.kinds import damaged
from app.decoding.limits import MAX_TEXT
from app.decoding.values import Text

ENCODINGS = {"UTF-8": "utf-8", "UTF-16": "utf-16", "Big5": "cp950", "GB 18030": "gb18030",
             "Shift JIS": "cp932", "Windows-1252": "cp1252"}  # fmt: skip
_MARKS = (
    (codecs.BOM_UTF8, "UTF-8", "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "UTF-16", "utf-16"),
    (codecs.BOM_UTF16_BE, "UTF-16", "utf-16"),
)
_EAST = ("Big5", "GB 18030", "Shift JIS")
_LOOKED_AT = 64 * 1024


def decoded(data: bytes, encoding: str = "") -> Text:
    """The text. encoding: one of `ENCODINGS` to insist. InputError `decode.damaged` when that does not fit."""
    cut = len(data) > MAX_TEXT
    data = data[:MAX_TEXT]
    if encoding:
        try:
            return Text(data.decode(ENCODINGS[encoding], "ignore" if cut else "strict"), encoding, cut)
        except (KeyError, UnicodeDecodeError) as exc:
            raise damaged("it is not written in the encoding that was chosen") from exc
    for mark, name, codec in _MARKS:
        if data.startswith(mark):
            return Text(data.decode(codec, "replace"), name, cut)
    try:
        decoder = codecs.getincrementaldecoder("utf-8")()
        return Text(decoder.decode(data, final=not cut), "UTF-8", cut)
    except UnicodeDecodeError:
        pass
    for name in _EAST:
        if (text := _fits(data, ENCODINGS[name])) is not None:
            return Text(text, name, cut)
    return Text(data.decode("cp1252", "replace"), "Windows-1252", cut)


def _fits(data: bytes, codec: str) -> str | None:
    """The text if it decodes, and what is not ASCII is mostly letters of the East."""
    try:
        text = codecs.getincrementaldecoder(codec)().decode(data, final=False)
    except UnicodeDecodeError:
        return None
    foreign = [c for c in text[:_LOOKED_AT] if c > "\x7f"]
    letters = sum(
        "\u4e00" <= c <= "\u9fff" or "\u3000" <= c <= "\u30ff" or "\uff00" <= c <= "\uffef" for c in foreign
    )
    odd = sum(unicodedata.category(c) in ("Co", "Cn") for c in foreign)
    return text if foreign and letters / len(foreign) > 0.9 and not odd else None
