"""What setup says: what this program is, the office's computer, and what is kept where."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from agent.home import Home

INTRODUCTION = (
    "本程式只讀取您自己的學習紀錄，幫您比對計畫規定、準備補休申請文件。",
    "不會代您上課、作答、填問卷、按同意，也不會替您送件。",
    "非政府機關開發，與人事行政總處、高雄市政府無隸屬關係。",
)
COMPUTERS = {
    "own": "我自己的電腦",
    "office": "公務電腦（還沒有經資訊單位核准）",
    "approved": "公務電腦，資訊單位已經核准",
}
OFFICE = (
    "依規定，公務電腦未經核准不得安裝非公務用軟體。沒有變更任何設定。",
    "您可以：",
    "  ・請資訊單位核准：elearn setup --it-sheet 軟體申請說明.pdf，列印後洽資訊單位。",
    "  ・改用自己的電腦。",
    "  ・在公務電腦把學習紀錄頁「另存新檔」，帶回自己的電腦執行 elearn import。",
)
PASSWORD = (
    "密碼只存在這台電腦的『{keeper}』，不會寫入檔案、不會顯示、不會傳給任何人。",
    "程式只會送出一次；若被拒絕，就不再嘗試，以免帳號被鎖。",
)
BY_HAND = (
    "不儲存密碼：由您在看得見的瀏覽器親自登入（自然人憑證、驗證碼都可以），程式不輸入、不點選任何東西。",
    "登入狀態會加密保存，供之後自動更新使用；失效時再請您登入一次。",
)
_KEEPER = {"win32": "Windows 認證管理員", "darwin": "鑰匙圈"}


def keeper() -> str:
    """What keeps passwords on this system, as people know it."""
    return _KEEPER.get(sys.platform, "密碼保管功能（Secret Service）")


def kept_where(home: Home, credentials: Sequence[str]) -> tuple[str, ...]:
    """What lies where; `credentials` are gateways with a stored password, with their masked account."""
    passwords = "、".join(credentials) or "（沒有儲存）"
    return (
        "存在哪裡：",
        f"  帳號密碼　　{keeper()}：{passwords}",
        f"  設定　　　　{home.config}",
        f"  學習紀錄　　{home.database}",
        f"  申請文件　　{home.claims}",
        "  全部移除　　elearn purge",
    )
