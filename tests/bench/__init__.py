"""How fast it is, and what that costs: `python -m tests.bench`."""
