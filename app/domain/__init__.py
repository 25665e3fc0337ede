"""Frozen values and pure rules: no I/O, no clock, no randomness, no third-party import.

batch, task, rubric: what a lab asks.  verdict, review, edits, history: what an expert does.
scoring: what it adds up to.  checks: what is missing or contradictory before it is submitted.
pace: how long it takes.  order: blind names and the seeded order.  codec: JSON shapes ⇄ these values.
"""
