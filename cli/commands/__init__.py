"""The commands of docs/cli.md, by what they are about."""
