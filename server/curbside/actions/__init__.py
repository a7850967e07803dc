"""The verbs: check, change, commit, tell; one file a noun."""
