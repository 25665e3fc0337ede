"""What a person does: enrolling, planning, reviewing, sending, exporting; plain values in and out.

The window and the command line call the same services. Nothing here knows Qt, a socket or SQL.
"""
