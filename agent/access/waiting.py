"""What a person asked for and could not have yet; kept in the store, shown as a task until it is done."""

from __future__ import annotations

LOGIN_WANTED = "login_wanted"  # since when the person's own log-in waits for a screen
