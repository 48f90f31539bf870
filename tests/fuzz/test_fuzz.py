"""Real files and pages, spoiled at random: what reads them understands, says what is wrong, and never falls over.

`make test` gives each the same few spoiled files every time; `make soak` many, from a seed that it prints (SOAK_SEED=N again).
"""

from __future__ import annotations

import os
import random
import sys

import pytest
from hypothesis import HealthCheck, given, seed, settings
from targets import TARGETS

SEED = int(os.environ.get("SOAK_SEED") or random.SystemRandom().randrange(2**32))
ALL = list(HealthCheck)


@pytest.mark.parametrize("target", TARGETS, ids=lambda each: each.name)
def test_spoiled_files_are_understood_or_refused(target) -> None:
    run = given(target.given)(target.holds)
    settings(
        max_examples=target.short, derandomize=True, database=None, deadline=None, suppress_health_check=ALL
    )(run)()


@pytest.mark.soak
@pytest.mark.parametrize("target", TARGETS, ids=lambda each: each.name)
def test_many_spoiled_files_are_understood_or_refused(target) -> None:
    sys.stderr.write(f"SOAK_SEED={SEED}\n")  # shown with a failure
    run = seed(SEED)(given(target.given)(target.holds))
    settings(
        max_examples=target.long, database=None, deadline=None, print_blob=True, suppress_health_check=ALL
    )(run)()
