"""The files of `--split`: one for each list, thousands of small ones in the time of a few large ones."""
