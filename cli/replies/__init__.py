"""What each command answers with under `--json`: the shapes, and JSON Schemas of them."""
