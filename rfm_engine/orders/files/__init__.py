"""The files that a dataset names: found, and confined to its folder."""
