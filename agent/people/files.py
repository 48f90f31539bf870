"""One person's records at a time from many files: a file a person, or one file with a person on each line."""

from __future__ import annotations

import contextlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from rules.errors import ConfigError

_LINES = (".jsonl", ".ndjson")
_LONGEST = 16_000_000  # bytes of one person's document; a forged file must not fill the memory


@dataclass(frozen=True, slots=True)
class Document:
    """One person's records document: where it stands, for people to find it, and its text in UTF-8 (None: `path` is read later)."""

    name: str
    data: bytes | None = None
    path: Path | None = None

    def read(self) -> str:
        """The text. Raises ConfigError when it cannot be read."""
        try:
            return (self._of_file() if self.data is None else self.data).decode("utf-8-sig")
        except (OSError, UnicodeDecodeError) as why:
            raise ConfigError(f"檔案「{self.name}」無法讀取（{type(why).__name__}）。", _REMEDY) from why

    @property
    def size(self) -> int:
        """Its bytes, 0 for a file that is not there."""
        if self.data is not None:
            return len(self.data)
        with contextlib.suppress(OSError):
            return (self.path or Path(self.name)).stat().st_size
        return 0

    def _of_file(self) -> bytes:
        with (self.path or Path(self.name)).open("rb") as file:
            data = file.read(_LONGEST + 1)
        if len(data) > _LONGEST:
            raise ConfigError(f"檔案「{self.name}」太大，不是一個人的紀錄檔。", _REMEDY)
        return data


_REMEDY = "請使用 elearn export --format json 產生的檔案，或每行一份的 .jsonl 檔。"


def documents(paths: Iterable[Path]) -> Iterator[Document]:
    """Every person's document in these files and folders, in order, one at a time.

    A folder gives its .json and .jsonl files by name. Raises ConfigError for a path that does not exist.
    """
    for path in files_in(paths):
        yield from _in_file(path)


def files_in(paths: Iterable[Path]) -> Iterator[Path]:
    """The files that hold them. Raises ConfigError for a path that does not exist."""
    for path in paths:
        if path.is_dir():
            yield from sorted(each for each in path.iterdir() if each.suffix.lower() in (".json", *_LINES))
        elif path.is_file():
            yield path
        else:
            raise ConfigError(f"找不到「{path}」。", "請確認檔名；可以是檔案或資料夾。")


def _in_file(path: Path) -> Iterator[Document]:
    if path.suffix.lower() not in _LINES:
        yield Document(path.name, path=path)
        return
    with path.open("rb") as file:
        for number, line in enumerate(iter(lambda: file.readline(_LONGEST), b""), 1):
            if line.strip():
                yield Document(f"{path.name}:{number}", line)
