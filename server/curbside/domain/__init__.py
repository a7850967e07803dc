"""Nouns and their rules: pure, with no clock, no randomness and no I/O."""
