"""Being asked to stop: at the next step, once; at once, twice."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time

import pytest

from agent.stopping import Stopped, heeding
from scrapers.errors import Unavailable


@pytest.mark.parametrize("name", ["SIGTERM", "SIGINT"])
def test_a_run_that_is_asked_to_stop_ends_at_its_next_step(name):
    """The step under way is finished, the next one is not begun; so also after Ctrl-C."""
    script = (
        "import os, signal, time\n"
        "from agent.stopping import Stopped, heeding\n"
        "told = []\n"
        "try:\n"
        "    with heeding(lambda step, detail: told.append(step)) as tell:\n"
        "        tell('登入', '')\n"
        f"        os.kill(os.getpid(), signal.{name})\n"
        "        told.append('answered')\n"
        "        tell('讀取', '')\n"
        "except Stopped as why:\n"
        "    print(told, why.code, why.kind)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "['登入', 'answered'] 1 interrupted"


@pytest.mark.parametrize(("asked", "ends"), [(True, Stopped), (False, Unavailable)])
def test_a_browser_that_ended_with_the_same_ctrl_c_is_no_error_of_its_own(asked, ends):
    """At a terminal the key reaches the browser too."""

    def run() -> None:
        with heeding(lambda step, detail: None):
            if asked:
                os.kill(os.getpid(), signal.SIGINT)
            raise Unavailable("瀏覽器中途停止了。", "")

    with pytest.raises(ends):
        run()


def test_a_second_ctrl_c_does_not_wait():
    """Whoever presses it again wants out at once."""

    def run() -> None:
        with heeding(lambda step, detail: None):
            os.kill(os.getpid(), signal.SIGINT)
            os.kill(os.getpid(), signal.SIGINT)
            time.sleep(5)

    with pytest.raises(KeyboardInterrupt):
        run()
