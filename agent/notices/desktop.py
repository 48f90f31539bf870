"""A notification on the desktop. The text goes over the session bus or standard input, never into a command line.

Windows and macOS are written after their documentation and not tried on such a machine.
"""

from __future__ import annotations

import base64
import os
import subprocess
import sys

from agent.notices.wording import Message

_PATIENCE = 5.0  # seconds
_WINDOWS = """
[Windows.UI.Notifications.ToastNotificationManager, Windows.UI.Notifications, ContentType = WindowsRuntime] | Out-Null
$title = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{title}'))
$body = [Text.Encoding]::UTF8.GetString([Convert]::FromBase64String('{body}'))
$xml = [Windows.UI.Notifications.ToastNotificationManager]::GetTemplateContent(5)
$texts = $xml.GetElementsByTagName('text')
$texts.Item(0).AppendChild($xml.CreateTextNode($title)) | Out-Null
$texts.Item(1).AppendChild($xml.CreateTextNode($body)) | Out-Null
$id = '{{1AC14E77-02E7-4E5D-B744-2EB1AE5198B7}}\\WindowsPowerShell\\v1.0\\powershell.exe'
[Windows.UI.Notifications.ToastNotificationManager]::CreateToastNotifier($id).Show([Windows.UI.Notifications.ToastNotification]::new($xml))
"""
_MAC = 'display notification "{body}" with title "{title}"\n'


def show_on_desktop(message: Message) -> bool:
    """Whether the desktop took it; False where there is none, or it does not answer."""
    try:
        if sys.platform == "win32":
            return _by_program(
                ["powershell", "-NoProfile", "-NonInteractive", "-Command", "-"], windows(message)
            )
        if sys.platform == "darwin":
            return _by_program(["osascript", "-"], mac(message))
        return _on_session_bus(message)
    except Exception:  # no bus, no such program, no answer: nobody is told this way
        return False


def windows(message: Message) -> str:
    """What PowerShell reads: the texts only in base64, so that nothing in them can be a command."""
    encoded = (base64.b64encode(each.encode()).decode() for each in (message.title, message.body))
    return _WINDOWS.format(**dict(zip(("title", "body"), encoded, strict=True)))


def mac(message: Message) -> str:
    """What osascript reads."""
    plain = {
        name: text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
        for name, text in (("title", message.title), ("body", message.body))
    }
    return _MAC.format(**plain)


def _by_program(words: list[str], script: str) -> bool:
    done = subprocess.run(  # noqa: S603 - a program of the system, its script on standard input
        words, input=script.encode(), capture_output=True, timeout=_PATIENCE * 4, check=False
    )
    return done.returncode == 0


def _on_session_bus(message: Message) -> bool:
    """org.freedesktop.Notifications (Desktop Notifications Specification 1.2)."""
    if not os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return False
    from jeepney import (  # type: ignore[import-untyped]  # noqa: PLC0415 - keyring brings it on Linux
        DBusAddress,
        MessageType,
        new_method_call,
    )
    from jeepney.io.blocking import open_dbus_connection  # type: ignore[import-untyped]  # noqa: PLC0415

    where = DBusAddress(
        "/org/freedesktop/Notifications", "org.freedesktop.Notifications", "org.freedesktop.Notifications"
    )
    asked = new_method_call(
        where, "Notify", "susssasa{sv}i", ("elearn", 0, "", message.title, message.body, [], {}, -1)
    )
    connection = open_dbus_connection(bus="SESSION")
    try:
        reply = connection.send_and_get_reply(asked, timeout=_PATIENCE)
        return bool(reply.header.message_type is MessageType.method_return)
    finally:
        connection.close()
