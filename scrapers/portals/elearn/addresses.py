"""Where things are on the portal. Sources: the city's manual of 2023, public scripts of 2021–2026; never tried on the live site."""

from __future__ import annotations

HOST = "elearn.hrd.gov.tw"
TITLE = "e等公務園⁺學習平臺"
_ROOT = f"https://{HOST}"
HOME = f"{_ROOT}/mooc/index.php"
CHOOSER = f"{_ROOT}/mooc/co_login_dialog.php"
PERSONAL_AREA = f"{_ROOT}/mooc/user/learn_dashboard.php"
RECORDS = (f"{_ROOT}/mooc/user/learn_stat.php", f"{_ROOT}/mooc/user/learn_dashboard_ga.php")
LOG_OUT = f"{_ROOT}/logout.php"

# Where the gateways send a person back: reaching one of these means the gateway accepted the password.
LANDINGS = ("/sso_verify.php", "/sso_home.php", "/egov_login.php")

# The only paths that may be posted to: the landings, and what the record table's own filter and paging may use.
POSTS = (*LANDINGS, "/mooc/user/")

# The only pages that are opened once the person is logged in: the way in, the home page, 個人專區 with 學習紀錄, 登出, and where
# the portal sends somebody whose session has ended. No course, no enrolment, no survey, no exam lies there.
PERSONAL = "/mooc/user/"
PAGES = (
    *LANDINGS,
    "/sso_home.php",
    "/mooc/index.php",
    PERSONAL,
    "/logout.php",
    "/connect_lost.php",
    "/mooc/co_login_dialog.php",
    "/mooc/explorer.php",
)
