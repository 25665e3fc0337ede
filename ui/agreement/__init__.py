"""Agreement: figures with intervals, criteria × graders, and the tasks behind a square."""
