"""Curbside: a help button inside cloud EHRs, and the support centre behind it."""

__version__ = "0.1.0"
