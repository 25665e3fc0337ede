"""How far graders agree, and the reports made of their results: NumPy, no Qt, no storage, no clock.

Imported only when something is computed. docs/agreement.md gives every formula with its source.
"""
