"""Raises while it is imported."""

message = "the licence server does not answer"
raise RuntimeError(message)
