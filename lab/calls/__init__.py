"""The calls of the protocol, one module an area. Handlers check, ask the rooms of the lab, and answer."""
