"""What a task asks beyond its rubric: preference, ranking, ratings, steps, the safety call; a card a kind."""
