"""Grading: tasks, the reading page and the judging panel of one batch."""
