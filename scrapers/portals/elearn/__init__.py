"""e等公務園⁺學習平臺 (elearn.hrd.gov.tw): its addresses, the signs on its pages, and the page objects of 學習紀錄."""

from __future__ import annotations

from scrapers.portals.elearn import addresses
from scrapers.portals.elearn.entrance import choose
from scrapers.portals.elearn.reader import read
from scrapers.portals.elearn.signs import owner, standing
from scrapers.portals.portal import Portal

PORTAL = Portal(
    key="elearn",
    title=addresses.TITLE,
    host=addresses.HOST,
    home=addresses.HOME,
    log_out=addresses.LOG_OUT,
    landings=addresses.LANDINGS,
    posts=addresses.POSTS,
    pages=addresses.PAGES,
    standing=standing,
    owner=owner,
    choose=choose,
    read=read,
)
