"""The Outbox: every result with its state, its signature and its receipt, in plain words.

screen = OutboxScreen(look, OutboxPresenter(live, navigator))      # a ui.navigator.Screen
"""
