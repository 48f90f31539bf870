"""`elearn restore`: a backup put back in the database's place."""

from __future__ import annotations

from pathlib import Path

import click

from agent import mode
from agent.commands.frame import JSON, ChineseCommand, show
from agent.home import Home, hold, open_home
from agent.upkeep.backups import Backup, backups, restore
from agent.upkeep.carried_file import is_backup
from agent.upkeep.carrying import put_back
from rules.wording import moment


@click.command(
    "restore",
    cls=ChineseCommand,
    help="以備份還原：elearn backup 的備份檔（整個資料夾），或紀錄資料庫的備份（指定的檔案，或最近一份完整的）。"
    "原來的內容會移到旁邊保留，不會刪除。",
    epilog="範例：elearn restore --list",
)
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--list", "listing", is_flag=True, help="只列出現有的備份。")
@JSON
def command(file: Path | None, listing: bool, as_json: bool) -> int:
    """Put a backup back, or list them."""
    home = open_home(mode.home_path())
    if listing:
        found = backups(home)
        rows = [
            {
                "path": str(each.path),
                "made_at": each.made_at.isoformat(),
                "before_upgrade": each.before_upgrade,
            }
            for each in found
        ]
        show({"backups": rows}, lambda: "\n".join(map(_line, found)) or "還沒有備份。", as_json=as_json)
        return 0
    if file is not None and is_backup(file.expanduser()):
        return _put_back(home, file.expanduser(), as_json=as_json)
    with hold(home):
        chosen, aside = restore(home, file)
    kept = f"原來的資料庫保留在 {aside}。" if aside else "原本沒有資料庫。"
    document = {"restored": str(chosen), "kept": str(aside) if aside else None}
    show(document, lambda: f"已還原 {chosen}。{kept}", as_json=as_json)
    return 0


def _line(each: Backup) -> str:
    why = "（程式升級前）" if each.before_upgrade else ""
    return f"{moment(each.made_at)}　{each.path}{why}"


def _put_back(home: Home, file: Path, *, as_json: bool) -> int:
    """A backup file of a whole home; no password is in it, so the person is told to enter one."""
    with hold(home):
        done = put_back(home, file, mode.mode().name)
    lines = [f"已還原 {done.files} 個檔案（備份於 {done.made_at}）。"]
    if done.aside:
        lines.append(f"原來的內容保留在 {done.aside}。")
    if done.claims_missing:
        lines.append(f"！ 備份檔裡沒有文件的申請案：{'、'.join(done.claims_missing)}。")
    lines.append("備份檔不含密碼：請執行 elearn credentials set 再輸入一次，或 elearn login 親自登入。")
    document = {
        "restored": str(file),
        "kept": str(done.aside) if done.aside else None,
        "files": done.files,
        "claims_missing": list(done.claims_missing),
    }
    show(document, lambda: "\n".join(lines), as_json=as_json)
    return 0
