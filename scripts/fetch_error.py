"""What the fetch scripts share: the error a person reads, and the way to talk to them."""

import sys


class FetchError(Exception):
    """An expected failure. The text says what failed and what to do; main() prints it."""


def say(text: str) -> None:
    print(f"set-up: {text}", file=sys.stderr, flush=True)
