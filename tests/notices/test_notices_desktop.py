"""Notices on the desktop: whole over the session bus, and never a command."""

from __future__ import annotations

import subprocess
import threading

from agent.notices.desktop import mac, show_on_desktop, windows
from agent.notices.wording import Message

TRICKY = Message('標題 "a"', "第一行 'b' \\ $(x) `y` %q\n第二行；\"; beep")


def test_the_desktop_gets_it_over_the_session_bus(tmp_path, monkeypatch):
    """A bus of the test's own, on it a desktop that shows notifications: title and text arrive whole."""
    from jeepney import message_bus, new_method_return
    from jeepney.io.blocking import Proxy, open_dbus_connection

    bus = subprocess.Popen(
        ["dbus-daemon", "--session", "--nofork", "--print-address=1", f"--address=unix:dir={tmp_path}"],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.stdout.readline().strip())
        desktop = open_dbus_connection(bus="SESSION")
        Proxy(message_bus, desktop).RequestName("org.freedesktop.Notifications")
        shown: list[tuple[str, str]] = []

        def answer() -> None:
            asked = desktop.receive(timeout=10)
            while asked.header.fields.get(3) != "Notify":  # 3: the member
                asked = desktop.receive(timeout=10)
            shown.append((asked.body[3], asked.body[4]))
            desktop.send(new_method_return(asked, "u", (1,)))

        waiting = threading.Thread(target=answer)
        waiting.start()
        assert show_on_desktop(TRICKY) is True
        waiting.join(timeout=10)
        assert shown == [(TRICKY.title, TRICKY.body)]
        desktop.close()
    finally:
        bus.terminate()
        bus.wait(timeout=10)
    assert show_on_desktop(TRICKY) is False, "the bus is gone"


def test_on_windows_and_macos_the_text_is_no_command():
    """Written after their documentation, not tried there: nothing of the text stands outside of its place."""
    script = windows(TRICKY)
    assert not any(each in script for each in ("beep", "$(x)", "第一行", "標題"))
    assert script.count("FromBase64String('") == 2
    said = mac(TRICKY)
    assert said.count("\n") == 1
    assert said == (
        'display notification "第一行 \'b\' \\\\ $(x) `y` %q\\n第二行；\\"; beep" with title "標題 \\"a\\""\n'
    )
