"""Order times, however they are written, to naive local times."""
