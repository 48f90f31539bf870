"""Telling the person what matters, once: a change of state, in the daytime, with no more than the person chose to show.

`after_run(home)` is called where a run ends, `due(home)` in the morning by the scheduler. Neither raises, and neither changes
how a run ended.
"""

from agent.notices.telling import Report, after_run, due, told

__all__ = ["Report", "after_run", "due", "told"]
