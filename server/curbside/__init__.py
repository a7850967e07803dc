"""Curbside: a help button inside cloud EHRs, and the support centre behind it."""

import atexit
import gc

__version__ = "0.1.0"

# The interpreter's last collection frees the types of msgspec's structs in an order that crashes it now and then
# (msgspec 0.22: StructMeta_clear frees what another still refers to), and a clean exit must not look like a crash to
# whoever supervises us. What is frozen is left to the operating system.
atexit.register(gc.freeze)
