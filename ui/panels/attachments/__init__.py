"""Attachments of a task, inside the window: what the decoder made of them, never the files themselves.

strip     the line under a response: files, and pages that are spoken of
panel     one open file: its head, its viewer, its error
files     asks the decoder, in a lane of its own
pdf_*, picture_*, table_*, text_*     one viewer a kind of file
"""
