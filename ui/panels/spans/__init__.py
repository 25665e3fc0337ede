"""Highlights of responses: made, labelled, bound to criteria, listed; and citations of attachments."""
