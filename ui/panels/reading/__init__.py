"""The reading side of a task: prompt, responses, guideline, and finding in them."""
