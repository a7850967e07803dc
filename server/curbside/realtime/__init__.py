"""Who hears what: frames, one connection's protocol without I/O, the hub and the bus."""
