"""The office of those who look after the network: what is going on, and what waits for them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

import msgspec
from starlette.responses import Response

import parvis
from parvis.domain.errors import Invalid
from parvis.domain.network import figures, processes
from parvis.domain.network.figures import Day
from parvis.infra import jobs
from parvis.protocols.ids import Id
from parvis.web import charts
from parvis.web.charts import Chart
from parvis.web.locales import N_
from parvis.web.pages.admin.frame import render
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()

SPANS = (7, 30, 90)
SHOWN_MOST = 100  # failed jobs on the page


class JobForm(msgspec.Struct):
    do: str = ""
    id: Id | None = None


class Health(NamedTuple):
    """One thing that has to work."""

    name: str
    is_well: bool
    said: str


@pages.get("/admin", who="staff")
async def dashboard(visit: Visit) -> Response:
    """Figures of 7, 30 or 90 days. At most four statements, none of which counts messages."""
    asked = visit.ask("days")
    span = int(asked) if asked in {str(one) for one in SPANS} else 30
    counted = await figures.list_days(visit.db, min(span * 2, figures.KEPT_DAYS))
    running = [one for one in await processes.list_processes(visit.db) if one.is_alive]
    state = await figures.read_state(visit.db)
    await figures.keep_counted(visit.db, state)
    return render(
        visit,
        "admin/dashboard.html",
        span=span,
        spans=SPANS,
        state=state,
        drawn={
            name: _chart([getattr(day, name) for day in counted], counted, span)
            for name in ("active", "joined", "statuses", "interactions")
        },
        streams=sum(one.streams for one in running),
        since=_oldest(running),
        version=parvis.__version__,
    )


def _chart(values: list[int], counted: list[Day], span: int) -> Chart:
    before = values[:-span]
    days = [day.day for day in counted[-span:]]
    return charts.draw(days, values[-span:], sum(before) if len(before) == span else None)


def _oldest(running: Sequence[processes.Process]) -> datetime | None:
    return min((one.started_at for one in running), default=None)


@pages.get("/admin/jobs", who="admin")
async def show_jobs(visit: Visit) -> Response:
    running = await processes.list_processes(visit.db)
    state = await figures.read_state(visit.db)
    return render(
        visit,
        "admin/jobs.html",
        state=state,
        kinds=await jobs.summarise(visit.db),
        failed=await jobs.list_failed(visit.db, SHOWN_MOST),
        failing=await jobs.list_failing_events(visit.db, SHOWN_MOST),
        processes=running,
        health=[*await _health(visit, running), _health_of_log(visit, state)],
    )


@pages.post("/admin/jobs", who="admin")
async def submit_jobs(visit: Visit) -> Response:
    """Try a failed job again, or all of them, or forget one."""
    said = await visit.form(JobForm)
    if said.do == "again_all":
        await visit.db.run(jobs.try_again, None)
    elif said.do == "again" and said.id is not None:
        await visit.db.run(jobs.try_again, said.id)
    elif said.do == "discard" and said.id is not None:
        await visit.db.run(jobs.discard, said.id)
    else:
        raise Invalid("do", "There is no such act")
    return visit.redirect(f"/admin/jobs?done={'discarded' if said.do == 'discard' else 'again'}")


def _health_of_log(visit: Visit, state: figures.State) -> Health:
    text = visit.locale.text
    said = text(N_("goes on, and is signed"))
    if state.log_stopped is not None:
        said = text(N_("stopped: nothing is signed until you decide"))
    elif state.witnesses_silent:
        said = text(N_("no witness answers: after a restart nothing is signed until one does"))
    is_well = state.log_stopped is None and not state.witnesses_silent
    return Health(text(N_("Public log")), is_well, said)


async def _health(visit: Visit, running: list[processes.Process]) -> list[Health]:
    text = visit.locale.text
    took = max(1, round(await processes.ping(visit.db) * 1_000))
    is_heard = all(one.hears_bus for one in running if one.is_alive)
    workers = [one for one in running if one.role == "worker" and one.is_alive]
    stored = await processes.can_store(visit.means.storage)
    return [
        Health(text(N_("Database")), is_well=True, said=text(N_("answers in %(ms)s ms"), ms=took)),
        Health(
            text(N_("Worker")),
            bool(workers),
            text(N_("at work")) if workers else text(N_("not seen for a minute: nothing is sent")),
        ),
        Health(
            text(N_("Bus")),
            is_heard,
            text(N_("wakes every process"))
            if is_heard
            else text(N_("does not reach all: what is live comes a second late")),
        ),
        Health(
            text(N_("Storage")),
            stored,
            text(N_("takes and gives files")) if stored else text(N_("refuses files")),
        ),
    ]
