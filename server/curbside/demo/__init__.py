"""A make-believe cloud EHR with Curbside in it, to see and test the real thing. Nothing here runs in production."""
