"""What is kept on this machine, and what a removal left of it, a line each."""

from __future__ import annotations

from agent.upkeep.purging import Holdings
from scrapers import gateways


def lines(found: Holdings) -> list[str]:
    """What is kept, a line each."""
    said = [f"{word}：{count} 個檔案（{path}）" for word, path, count in found.files]
    said += [f"密碼保管功能：{gateways.load(key).title}的帳號密碼" for key in found.keyring]
    if found.session_key:
        said.append("密碼保管功能：登入狀態的金鑰")
    if found.notices:
        said.append("密碼保管功能：通知網址")
    said += [f"登入時自動開始：{title}（{place}）" for title, place in found.autostart]
    said += [f"桌面圖示：{each}" for each in found.icons]
    if found.unsure:
        said.append(f"密碼保管功能：無法查詢，帳號密碼可能還在（{found.unsure}）")
    return said


def receipt(removed: Holdings, left: Holdings) -> str:
    """Line by line what is gone, as looked up afterwards, and what is not."""
    said = [f"✔ 已移除　{each}" for each in lines(removed)]
    said += [f"！ 仍保留　{each}" for each in lines(left)]
    if left.unsure:
        said.append("請登入桌面環境並解除鎖定後，再執行一次 elearn purge。")
    elif left.is_empty:
        said.append("已全部移除，並已逐項再檢查一次，沒有留下。")
    return "\n".join(said)
