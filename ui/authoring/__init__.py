"""Authoring: writing tasks with their rubric and ideal answer, and what has been proposed to the lab."""
