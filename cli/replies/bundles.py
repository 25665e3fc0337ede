"""Replies of sync through files: what a sync would count, and what is in the file."""

from __future__ import annotations

from app.services.replies import SyncCounts


class BundleWritten(SyncCounts):
    """A file for the lab. pushed: results in it, as `results` says too. waiting: results without a receipt, these too.

    letters, drafts: how many are in the file. leases: for how many assignments it asks a longer one. size: in bytes.
    Nothing comes in, so the other counts are 0.
    """

    file: str
    results: int
    letters: int
    drafts: int
    leases: int
    size: int


class LabBundleWritten(SyncCounts):
    """A file for an expert. pushed: news in it, as `news` says too. receipted: her results whose receipt is in it, as
    `receipts` says too. blobs: packs and attachments. Nothing comes in, so the other counts are 0.
    """

    file: str
    news: int
    receipts: int
    blobs: int


class LabBundleTaken(SyncCounts):
    """What became of an expert's results and letters. pulled: those that are new, as `stored` says too. receipted:
    those that have a receipt now, known ones too. conflicts: those that the lab holds in another form.

    rejected: not taken, conflicts too. drafts: kept for her other devices. renewed: leases that are longer now. joined:
    it was a newcomer's request, and she is registered now. Nothing goes out, so the other counts are 0.
    """

    expert: str
    stored: int
    duplicate: int
    rejected: int
    drafts: int
    renewed: int
    joined: bool
