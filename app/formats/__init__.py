"""Files from outside ⇄ task lines and graded results: one module a format, one registry."""
