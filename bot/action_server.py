"""Rasa's action server with our actions, for an installation that runs them apart."""

from __future__ import annotations

import argparse

from rasa_sdk.endpoint import run

import actions
from bot.action_endpoint import import_actions


def main() -> None:
    """Serve the actions on 127.0.0.1."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("--port", type=int, default=5055)
    arguments = parser.parse_args()
    import_actions()
    run(actions.__name__, port=arguments.port, cors_origins="")


if __name__ == "__main__":
    main()
