"""Reports made of signed results: what they say as plain blocks, and those as HTML, PDF and CSV.

The lab's desk and the laptop feed them the same plain values (`source.py`). Nothing here reads a clock: the same
results give the same bytes.
"""
