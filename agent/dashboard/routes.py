"""Which address shows which page, and which takes which change. There is nothing else to reach."""

from __future__ import annotations

from agent.dashboard.pages import (
    claims,
    doctor,
    help,  # noqa: A004 - the page of that name
    history,
    office,
    overview,
    password,
    plans,
    records,
    review,
    running,
    saved_pages,
    setup,
    week,
    why,
)

PAGES = {
    "/": overview.show,
    "/progress": running.progress,
    "/setup": setup.show,
    "/password": password.show,
    "/why": why.show,
    "/review": review.show,
    "/week": week.show,
    "/records": records.show,
    "/losses": records.losses,
    "/claims": claims.show,
    "/claims/days.ics": claims.days,
    "/claims/{id}": claims.one,
    "/claims/{id}/zip": claims.zipped,
    "/claims/{id}/file/{name:path}": claims.file,
    "/demo": claims.demo,
    "/demo/file/{name:path}": claims.demo_file,
    "/history": history.show,
    "/visited": history.visited,
    "/plans": plans.show,
    "/plans/{key}": plans.one,
    "/doctor": doctor.show,
    "/help": help.show,
    "/saved-pages": saved_pages.show,
    "/office": office.show,
}

CHANGES = {
    "/run/claim": running.start("claim"),
    "/run/update": running.start("update"),
    "/run/offline": running.start("offline"),
    "/run/review": review.start,
    "/run/demo": running.start("demo"),
    "/run/login": running.start("login"),
    "/run/stop": running.stop,
    "/run/done": running.done,
    "/end": running.end,
    "/looks": overview.looks,
    "/setup": setup.answer,
    "/password": password.open_box,
    "/claims/mark": claims.mark,
    "/claims/folder": claims.folder,
    "/losses/accept": records.accept_losses,
    "/plans/add": plans.add,
    "/saved-pages": saved_pages.take,
    "/office": office.check,
}
