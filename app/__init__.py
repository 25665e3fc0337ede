"""Assay's application core: no Qt and no globals, so that scripts, tests and the lab can import it."""
