"""Damaged files through the real command: `python -m tests.fuzz --files 10000`."""

from tests.fuzz.damage import main

if __name__ == "__main__":
    main()
