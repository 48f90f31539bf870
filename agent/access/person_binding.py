"""Whose records these are: a home is bound to one person at its first read, by a keyed hash of the 平臺識別碼.

The portal's name is kept as a keyed hash as well, to be compared with the one that the form will print: a name that differs
is a question to the office, and never printed in silence.
"""

from __future__ import annotations

import re
import secrets
import unicodedata

from agent.access.credentials import keyed_hash
from agent.store import Store
from scrapers.errors import OtherPerson
from scrapers.portals.portal import Owner

_KEY = "person_hash_key"
_NAME = "portal_name"
_POLITE = re.compile(r"您好|先生|小姐|女士|[，,、!！:：]|\s")
_MASKED = re.compile(r"[○〇Ｏ●＊*xX＿_]")
NAME_DIFFERS = (
    "設定檔 [person] name 的姓名與平臺頁面上的姓名不同；申請表已把這一點列為待核對事項，請先確認是否為本人。"
)


def bind_person(store: Store, owner: Owner) -> None:
    """Bind the home, or check that it is the same person. Raises OtherPerson; a page that names nobody is let pass.

    The hash key lies in the database: the hash keeps the number from being read by chance, not from its owner.
    """
    if not owner.platform_id:
        return
    key = store.get_meta(_KEY)
    if key is None:
        key = secrets.token_hex(32)
        store.set_meta(_KEY, key)
    own = keyed_hash(key, owner.platform_id)
    name = _plain(owner.name)
    bound = store.person_key()
    if bound is None:
        store.bind_person(own)
    elif bound != own:
        raise OtherPerson(
            "這個頁面是另一個人的學習紀錄，與先前讀取的不是同一人；這次沒有儲存。",
            "請確認登入的帳號；每個人請用自己的作業系統帳號，或以 ELEARN_HOME 分開。",
        )
    if name and not _MASKED.search(name):
        store.set_meta(_NAME, keyed_hash(key, name))


def name_differs(store: Store, name: str) -> bool:
    """Whether the portal showed another name than this one; False where either is not known or the portal masks it."""
    key, shown, own = store.get_meta(_KEY), store.get_meta(_NAME), _plain(name)
    return bool(key and shown and own) and keyed_hash(key or "", own) != shown


def _plain(name: str) -> str:
    """A name without width, blanks and words of politeness around it."""
    return _POLITE.sub("", unicodedata.normalize("NFKC", name)).casefold()
