"""The Desk: labs on the left; where one left off, what fits into a shift, and the batches.

presenter = DeskPresenter(labs, live, navigator, names)      # live None: no lab is open
screen = DeskScreen(look, presenter)                         # a ui.navigator.Screen
screen.quarantine_asked.connect(…)
binder.bind("continue", presenter.go_on); binder.bind("shift", screen.plan_shift)
"""
