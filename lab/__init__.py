"""The reference lab: create batches, invite and assign experts, serve, collect, verify, export.

config, lab, tables, database, blobs: what a lab keeps and how it is kept.
people, keylist, batches, assigning, claiming, uploads, feeds, checking, results, exporting: what it does,
most of it as functions on one transaction.
desk: the same for the command line.  api, access, waiting and calls/: the protocol over HTTP.
serve: how it runs.  openapi: its description, generated.
"""
