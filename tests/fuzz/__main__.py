"""Damaged files (`python -m tests.fuzz --files 10000`), or random options (`--datasets 20000`)."""

import argparse

from tests.fuzz import damage, options

if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=500, help="so many damaged files")
    parser.add_argument("--datasets", type=int, help="so many datasets with random options instead")
    parser.add_argument("--first", type=int, default=0, help="the first seed")
    parser.add_argument("--processes", type=int, default=2)
    words = parser.parse_args()
    if words.datasets:
        options.main(words.datasets, words.first, words.processes)
    else:
        damage.main(words.files, words.first, words.processes)
