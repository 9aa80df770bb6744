"""`rfm-engine`, and `python -m rfm_engine`."""

from rfm_engine.supervising import supervised


def main() -> None:
    """Run a command in a process of its own."""
    supervised(_commanded)


def _commanded() -> None:
    from rfm_engine.cli import main as command  # noqa: PLC0415 the process that waits stays small

    command()


if __name__ == "__main__":
    main()
