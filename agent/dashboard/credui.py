"""The password box of Windows: CredUIPromptForWindowsCredentialsW, called by ctypes. Written by its documentation; not tried."""

from __future__ import annotations

import ctypes
from ctypes import POINTER, Structure, byref, c_int, c_ulong, c_void_p, c_wchar_p, sizeof

from agent.errors import NoCredential

_GENERIC = 0x1  # CREDUIWIN_GENERIC: any account, nothing is checked or kept by Windows
_CANCELLED = 1223  # ERROR_CANCELLED
_LONGEST = 512
_WINDOWS = getattr(ctypes, "WinDLL", ctypes.CDLL)  # the former exists only there


class _Info(Structure):
    """CREDUI_INFOW."""

    _fields_ = (
        ("cbSize", c_ulong),
        ("hwndParent", c_void_p),
        ("pszMessageText", c_wchar_p),
        ("pszCaptionText", c_wchar_p),
        ("hbmBanner", c_void_p),
    )


def ask_windows(title: str, text: str) -> str | None:
    """The password, None where the box was closed. Raises NoCredential where Windows cannot show it."""
    box, memory = (_WINDOWS(name) for name in ("credui", "ole32"))
    info = _Info(sizeof(_Info), None, text, title, None)
    package, found, size, save = c_ulong(0), c_void_p(), c_ulong(0), c_int(0)
    code = box.CredUIPromptForWindowsCredentialsW(
        byref(info), 0, byref(package), None, 0, byref(found), byref(size), byref(save), _GENERIC
    )
    if code == _CANCELLED:
        return None
    if code != 0:
        raise NoCredential(
            f"無法顯示 Windows 的密碼視窗（{code}）。", "請在終端機執行 elearn credentials set。"
        )
    try:
        return _unpacked(box, found, size)
    finally:
        ctypes.memset(found, 0, size.value)
        memory.CoTaskMemFree(found)


def _unpacked(box: ctypes.CDLL, found: c_void_p, size: c_ulong) -> str | None:
    user, domain, password = (ctypes.create_unicode_buffer(_LONGEST) for _ in range(3))
    lengths = [c_ulong(_LONGEST) for _ in range(3)]
    box.CredUnPackAuthenticationBufferW.argtypes = (
        c_ulong, c_void_p, c_ulong, c_wchar_p, POINTER(c_ulong), c_wchar_p, POINTER(c_ulong), c_wchar_p, POINTER(c_ulong),
    )  # fmt: skip
    well = box.CredUnPackAuthenticationBufferW(
        0, found, size, user, byref(lengths[0]), domain, byref(lengths[1]), password, byref(lengths[2])
    )
    value = password.value if well else ""
    ctypes.memset(password, 0, sizeof(password))
    return value or None
