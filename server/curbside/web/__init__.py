"""The edges: where the outside is parsed, and answered."""
