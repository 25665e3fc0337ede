"""Bytes → text: UTF-8, else what a mark of order says, else the first of a few that fits; always said."""

from __future__ import annotations

import codecs
import re

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
_COMMON = {"Big5": (0xA1, 0xC6), "GB 18030": (0xB0, 0xD7), "Shift JIS": (0x81, 0x83)}
"""First bytes of what is written most: Big5's first plane, GB 2312's first level, kana and marks of JIS."""
_FOREIGN = re.compile("[^\x00-\x7f]+")
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
    best = max(_COMMON, key=lambda name: _likeness(data, name))
    if _likeness(data, best) > 0.75:
        return Text(codecs.getincrementaldecoder(ENCODINGS[best])().decode(data), best, cut)
    return Text(data.decode("cp1252", "replace"), "Windows-1252", cut)


def _likeness(data: bytes, name: str) -> float:
    """How far the beginning looks written in an encoding of the East: the part of its wide characters that are common
    there and stand in words of their own; 0 when it does not decode.
    """
    try:
        text = codecs.getincrementaldecoder(ENCODINGS[name])().decode(data[:_LOOKED_AT], final=False)
    except UnicodeDecodeError:
        return 0.0
    runs = _FOREIGN.findall(text)
    wide = "".join(runs)
    if len(wide) < 2 * len(runs):  # an accent here and there is a letter of the West
        return 0.0
    low, high = _COMMON[name]
    return sum(low <= c.encode(ENCODINGS[name], "replace")[0] <= high for c in wide) / max(1, len(wide))
