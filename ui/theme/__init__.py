"""Colour, type and spacing tokens, and how they reach Qt."""
