"""Whose records these are: a home is bound to one person at its first read, by a keyed hash of the 平臺識別碼."""

from __future__ import annotations

import secrets

from agent.access.credentials import keyed_hash
from agent.store import Store
from scrapers.errors import OtherPerson
from scrapers.portals.portal import Owner

_KEY = "person_hash_key"


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
    bound = store.person_key()
    if bound is None:
        store.bind_person(own)
    elif bound != own:
        raise OtherPerson(
            "這個頁面是另一個人的學習紀錄，與先前讀取的不是同一人；這次沒有儲存。",
            "請確認登入的帳號；每個人請用自己的作業系統帳號，或以 ELEARN_HOME 分開。",
        )
