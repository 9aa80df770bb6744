"""The commands about runs that are finished: what they say, what to do next, what changed since."""
