"""Lead: the queue of drawn tasks and the board where graders stand in columns.

screen = LeadScreen(look, LeadPresenter(live, navigator), binder, jobs)      # a ui.navigator.Screen
"""
