"""Panels that several screens share."""
