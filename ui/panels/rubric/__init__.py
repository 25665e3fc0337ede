"""Judging by a rubric: the score, the criteria, the foot. Knows the domain, no storage and no screen."""
