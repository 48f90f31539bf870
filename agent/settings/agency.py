"""機關設定檔: one file from the personnel office, kept in the home, so that everybody of an agency is judged by one reading."""

from __future__ import annotations

import json
from pathlib import Path

from agent.home import Home, write_private
from agent.settings.agency_file import AgencyFile
from agent.settings.agency_text import read_agency
from rules.errors import ConfigError

SCHEMA = "elearn-agency/1"
_FILE = "agency.json"
_LARGEST = 2_000_000


def open_agency(path: Path) -> tuple[AgencyFile, bytes]:
    """The file at this path, and what the home keeps of it: its text and the plans beside it, in one."""
    texts: dict[str, str] = {}

    def beside(name: str) -> str:
        texts[name] = _text(path.parent / name)
        return texts[name]

    text = _text(path)
    agency = read_agency(text, path.name, beside)
    kept = {"schema": SCHEMA, "text": text, "beside": texts}
    return agency, (json.dumps(kept, ensure_ascii=False, indent=1) + "\n").encode()


def kept_agency(home: Home) -> AgencyFile | None:
    """The file that this home was given, None where it was given none."""
    try:
        kept = json.loads((home.path / _FILE).read_text("utf-8"))
        texts: dict[str, str] = kept["beside"]
        return read_agency(kept["text"], "（已匯入）", lambda name: texts[name])
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as why:
        raise ConfigError(
            f"已匯入的機關設定檔（{_FILE}）無法讀取。", "請執行 elearn agency clear 後重新匯入。"
        ) from why


def keep_agency(home: Home, kept: bytes) -> None:
    """Keep what `open_agency` gave: from now on this file holds."""
    write_private(home.path / _FILE, kept)


def forget_agency(home: Home) -> None:
    """The settings are the person's own again."""
    (home.path / _FILE).unlink(missing_ok=True)


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > _LARGEST:
            raise ConfigError(f"檔案「{path.name}」太大。", "機關設定檔應為小於 2 MB 的文字檔。")
        return path.read_bytes().decode("utf-8-sig").replace("\r\n", "\n")
    except FileNotFoundError as why:
        raise ConfigError(f"找不到「{path}」。", "請確認路徑。") from why
    except (OSError, UnicodeDecodeError) as why:
        raise ConfigError(f"檔案「{path.name}」無法讀取。", "請確認是 UTF-8 文字檔且可讀取。") from why
