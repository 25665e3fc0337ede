"""Returns: what came back, opinions that were opened, practice with its answers, and what the team was told.

screen = ReturnsScreen(look, ReturnsPresenter(live, navigator))      # a ui.navigator.Screen
"""
