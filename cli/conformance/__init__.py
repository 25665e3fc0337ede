"""The protocol's checks against any lab, told by their outcome only: what a lab must do, not how it does it.

suite: the list of checks and the run.  bench: what checks share, from the HTTP client to an enrolled device.
meeting, asking, blobs, sealed, results, more_work, own_devices, leads, letters: the checks, an area each. A check is a
function that takes the bench and raises `Failed` with the reason; adding one is writing it under `@check("area.name")`.
"""
