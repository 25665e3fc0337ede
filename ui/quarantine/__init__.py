"""Quarantine: what was refused, when and why, and what to do about it.

screen = QuarantineScreen(look, QuarantinePresenter(live, navigator))      # a ui.navigator.Screen
"""
