"""A demonstration: a tenant with made-up people, and a made-up EHR with the button in it. Never in production."""
