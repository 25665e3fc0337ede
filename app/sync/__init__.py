"""The exchange with a lab: enrolling, pulling what is verified, sending what is signed.

protocols: what it needs of a workspace and of a source.  planner: pure, what a feed means.  runner: one sync.
enrolment: how a device joins a lab.  connectors: the only place with sockets.
"""
