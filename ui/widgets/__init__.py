"""Reusable widgets that know nothing of Assay's work.

Every widget takes the `ThemeHolder` first (`Label(look, "Batches", role="title")`), has an accessible name,
and follows a change of theme or of text size at run time. Sizes are given in px at 100 %.
"""
