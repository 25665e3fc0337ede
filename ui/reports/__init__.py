"""Reports: how far graders agree, how good models are, what may be left to a judge; from signed results."""
