"""Dataset files written from order files: what was understood of them, each reading with its evidence."""
