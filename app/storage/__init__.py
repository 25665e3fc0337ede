"""The encrypted workspace: one folder a lab, everything the expert keeps of that lab.

workspace   create, open_workspace, restore → Workspace(identity, lab, work, outbox, attachments, search…)
changes     what a verified feed brings (FeedChanges), and task lines as lists need them
rows        what storage answers with
writer      the one thread that writes for the screens
lab, feed, staging · work, journal · outbox · search · attachments · snapshots    the tables, by who owns them
database, turns, lock · driver, schema, migrations, keyid                   the file underneath

StorageError (`storage.…`) is for what this computer did, InputError for what the caller can mend.
"""
