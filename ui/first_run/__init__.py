"""The first run, and "Add a lab": paste an invitation, open one from a file, or try the sample lab.

presenter = FirstRunPresenter(workstation, jobs, samples)
screen = FirstRunScreen(look, presenter, can_go_back=False)     # covers the window
presenter.finished.connect(shell.take)                          # Session; screen.left: back without one
"""
