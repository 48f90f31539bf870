"""How long a command takes to start, against the imports that no command line of its kind can do without."""

from __future__ import annotations

import tempfile

from benchmarks.line import Line, at_most
from benchmarks.measure import Command, commands, processor_ratio

RUNS = 15


def run() -> list[Line]:
    """`elearn --help` and `elearn check`, each beside bare Python with the packages it needs."""
    with tempfile.TemporaryDirectory() as home:
        env = {"ELEARN_HOME": home}
        Command(("-m", "agent", "check"), env).run()  # makes the home and its database
        helped, click, checked, both = commands(
            [
                Command(("-m", "agent", "--help"), env),
                Command(("-c", "import click"), {}),
                Command(("-m", "agent", "check"), env),
                Command(("-c", "import click, sqlalchemy"), {}),
            ],
            RUNS,
        )
    return [
        at_most("`elearn --help`", '`python -c "import click"`', processor_ratio(helped, click), 2),
        at_most(
            "`elearn check`", '`python -c "import click, sqlalchemy"`', processor_ratio(checked, both), 1.5
        ),
    ]
