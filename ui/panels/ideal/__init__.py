"""The ideal answer: its card among the controls, and the editor that it is written in."""
