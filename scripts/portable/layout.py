"""The folder as Windows gets it: the Python that was given, the launchers, the pointer to the version.

The launchers hold ASCII only: cmd.exe reads them in the code page of the machine, which is not known here. Their names and the
texts they show are Chinese all the same: the texts stand as \\uXXXX and are shown by PowerShell.
"""

from __future__ import annotations

import zipfile
from pathlib import Path

TITLE = "我的數位學習補休"
INSIDE = ("python.exe", "pythonw.exe", "python311.dll", "python311.zip", "python311._pth")
_UNPACK_FIRST = "請先解壓縮整個資料夾，再開啟。"
_GONE = "程式檔不完整，可能被防毒軟體移除。請重新解壓縮，或洽資訊單位。資料不受影響。"
_BLOCKED = (
    "程式沒有正常結束。若畫面說被政策封鎖，是這台電腦的安全政策不允許執行，不是您的操作錯誤；"
    "請改用自己的電腦，或存檔的網頁。"
)

_LAUNCHER = """\
@echo off
setlocal DisableDelayedExpansion
set "HERE=%~dp0"
if not exist "%HERE%current.txt" goto zipped
set /p VERSION=<"%HERE%current.txt"
set "APP=%HERE%versions\\%VERSION%\\app"
set "PYTHON=%HERE%versions\\%VERSION%\\python\\python.exe"
if not exist "%PYTHON%" goto gone
if not exist "%APP%\\agent\\__main__.py" goto gone
"%PYTHON%" -X utf8 -m agent {words}
set "CODE=%errorlevel%"
{after}exit /b %CODE%
:zipped
call :show "{zipped}"
exit /b 2
:gone
call :show "{gone}"
exit /b 2
:show
powershell -NoProfile -Command "Add-Type -AssemblyName System.Windows.Forms; [void][Windows.Forms.MessageBox]::Show([regex]::Unescape('%~1'), [regex]::Unescape('{title}'))"
exit /b 0
"""
_WINDOW = 'if not "%CODE%"=="0" call :show "{blocked}"\n'
_START = {f"{TITLE}.cmd": ("dashboard", True), "elearn.cmd": ("%*", False)}


def put_python(embeddable: Path, folder: Path) -> None:
    """The embeddable Python for Windows from its zip, told where the packages lie. Raises ValueError where it is not that."""
    with zipfile.ZipFile(embeddable) as archive:
        names = archive.namelist()
        missing = [each for each in INSIDE if each not in names]
        if missing:
            raise ValueError(
                f"{embeddable.name} is not the embeddable Python 3.11 for Windows: {', '.join(missing)} not in it"
            )
        if any("/" in name or "\\" in name or ".." in name for name in names):
            raise ValueError(f"{embeddable.name} has folders in it; the embeddable Python has none")
        folder.mkdir(parents=True)
        archive.extractall(folder)
    # With this file Python looks nowhere else: not at PYTHONPATH, the registry or a user's own packages.
    (folder / "python311._pth").write_bytes(b"python311.zip\r\n.\r\n..\\app\r\n")


def put_launchers(root: Path, version: str) -> None:
    """The start files, beside the pointer to the version that starts."""
    for name, (words, window) in _START.items():
        after = _WINDOW.format(blocked=_escaped(_BLOCKED)) if window else ""
        text = _LAUNCHER.format(
            words=words,
            after=after,
            zipped=_escaped(_UNPACK_FIRST),
            gone=_escaped(_GONE),
            title=_escaped(TITLE),
        )
        (root / name).write_bytes(text.replace("\n", "\r\n").encode("ascii"))
    (root / "current.txt").write_bytes(f"{version}\r\n".encode("ascii"))


def _escaped(text: str) -> str:
    return "".join(each if each.isascii() else f"\\u{ord(each):04x}" for each in text)


FIRST = """\
我的數位學習補休（elearn-agent）

本程式只讀取您自己的學習紀錄，不代上課、不代測驗、不代送件。非政府機關開發。

公務電腦請先看這裡：依規定未經核准不得安裝非公務用軟體。請在自己的電腦使用，或先洽資訊單位
（elearn setup --it-sheet 可製作〈軟體申請說明〉）。

1. 解壓縮之前：在 zip 檔按右鍵 → 內容 → 勾「解除封鎖」→ 確定。
2. 解壓縮整個資料夾，放在自己的資料夾裡（例如「文件」以外的地方：%LOCALAPPDATA%\\Programs）。
3. 按兩下「我的數位學習補休」。第一次可先用示範資料看看，不需要帳號。
4. 更新：把新版的 zip 檔放進這個資料夾，執行 elearn update install；可以退回前一版。
5. 移除：先執行 elearn purge，再刪除這個資料夾。

需要已安裝的 Edge 或 Chrome。不需要系統管理者權限；不改 PATH，不寫 HKEY_LOCAL_MACHINE。
"""
