"""What earlier runs found out of the same order files, kept in a folder, so that a run reads the new files alone."""
