"""Where versions lie: `versions/X.Y.Z/` in the portable folder, and a pointer to the one that starts."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import agent
from agent.home import write_private
from rules.errors import ConfigError

POINTER = "current.txt"
_PREVIOUS = "previous.txt"
_VERSION = re.compile(r"\d+(?:\.\d+){1,3}")
_STATED = re.compile(r'^__version__ = "([^"]+)"', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Installed:
    """A portable folder. Paths only; nothing is opened."""

    root: Path

    @property
    def versions(self) -> Path:
        """The folder of version folders."""
        return self.root / "versions"

    def folder(self, version: str) -> Path:
        """Where this version lies."""
        return self.versions / version

    def known(self) -> tuple[str, ...]:
        """The versions that lie here, oldest first."""
        found = [each.name for each in self.versions.iterdir() if is_version(each.name)]
        return tuple(sorted(found, key=rank))

    def current(self) -> str:
        """The version that starts. Raises ConfigError where the pointer names none that is here."""
        named = _read(self.root / POINTER)
        if not is_version(named) or not self.folder(named).is_dir():
            raise ConfigError(
                f"「{self.root / POINTER}」沒有指向現有的版本。", "請重新解壓縮整個程式資料夾；資料不受影響。"
            )
        return named

    def previous(self) -> str | None:
        """The version to go back to, None where none was kept."""
        named = _read(self.root / _PREVIOUS)
        return named if is_version(named) and self.folder(named).is_dir() else None

    def point(self, version: str, previous: str) -> None:
        """From now on this version starts. The old one is noted first, so that at no moment nothing starts."""
        write_private(self.root / _PREVIOUS, f"{previous}\r\n".encode("ascii"))
        write_private(self.root / POINTER, f"{version}\r\n".encode("ascii"))


def installed() -> Installed:
    """The portable folder this program runs from. Raises ConfigError where it was installed in another way."""
    folder = Path(agent.__file__).resolve().parent  # root/versions/X.Y.Z/app/agent
    root = folder.parents[3] if len(folder.parents) > 3 else folder
    if folder.parents[2].name != "versions" or not (root / POINTER).is_file():
        raise ConfigError(
            "這份程式不是以可攜資料夾安裝的，不能用這個指令更新。",
            "請先執行 elearn backup，再以當初的方式更新：uv tool install --force 檔案，或 pipx install --force 檔案。",
        )
    return Installed(root)


def interpreter(folder: Path) -> Path:
    """The Python that a version brings along. Raises ConfigError where it is gone."""
    for name in ("python/python.exe", "python/bin/python3"):
        if (folder / name).is_file():
            return folder / name
    raise ConfigError(f"「{folder}」裡的 Python 不見了，可能被防毒軟體移除。", "請重新解壓縮，或洽資訊單位。")


def stated_version(folder: Path) -> str:
    """The version that the program in this folder says it is, read without running it. Raises ConfigError where it says none."""
    text = _read(folder / "app" / "agent" / "__init__.py")
    found = _STATED.search(text)
    if found is None or not is_version(found[1]):
        raise ConfigError("這不是本程式的新版。", "請使用本程式發布的可攜資料夾或 zip 檔。")
    return found[1]


def is_version(text: str) -> bool:
    """Whether the text is a version as this program counts: 0.1.0."""
    return _VERSION.fullmatch(text) is not None


def rank(version: str) -> tuple[int, ...]:
    """What versions are ordered by."""
    return tuple(int(each) for each in version.split("."))


def _read(path: Path) -> str:
    try:
        return path.read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError):
        return ""
