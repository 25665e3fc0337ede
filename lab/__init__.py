"""The reference lab: create batches, invite and assign experts, serve, collect, verify, export.

config, keys, tables, database, writer, blobs: what a lab keeps and how it is kept.
batches, people, assigning, feeds, checking, results: what it does, as functions on one transaction.
desk: the same for the command line.  api and calls/: the same over HTTP.  serve, openapi: how it runs.
"""
