"""Attachments → pictures, tables and text, in a process that has no key, no file and no socket.

client     Decoder: starts the process, asks it, kills it when it hangs; the only module others need
values     what comes back: plain and frozen
worker     the process: bytes in by pipe, one file open at a time
limits     what it may use, and how it gives up the rest
kinds      what a file is, by its content
pdf, pictures, dicom, sheets, words, texts, archives     one kind each
"""
