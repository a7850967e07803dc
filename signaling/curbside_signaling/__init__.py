"""How the participants of a call find each other; imports nothing of curbside."""
