"""`python -m rfm_engine`."""

from rfm_engine.cli import main

if __name__ == "__main__":
    main()
