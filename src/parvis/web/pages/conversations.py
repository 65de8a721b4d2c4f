"""Direct exchanges: the list of them; the words themselves are on the thread's page."""

import msgspec
from starlette.responses import Response

from parvis.domain.accounts.shelves import Accounts
from parvis.domain.calls.ringing import list_missed
from parvis.domain.conversations import conversations
from parvis.domain.conversations.conversations import ShownConversation
from parvis.domain.errors import Invalid, NotFound
from parvis.web.addressed import by_cursor, id_of, is_reading
from parvis.web.routing import Pages
from parvis.web.visit import Visit

pages = Pages()


class ConversationForm(msgspec.Struct):
    do: str = ""


@pages.get("/conversations", who="member")
async def show_conversations(visit: Visit) -> Response:
    page = visit.page()
    found = await conversations.list_conversations(visit.db, visit.viewer_id, page)
    missed = await list_missed(visit.db, visit.viewer_id) if page.max_id is None else []
    callers = await visit.db.kept(Accounts).show({one.caller_id for one in missed})
    return visit.render(
        "conversations/conversations.html",
        conversations=found,
        missed=missed,
        callers={one.account.id: one.account for one in callers},
        **by_cursor(visit, [one.last_status_id for one in found], page),
    )


@pages.get("/conversations/{id}", who="member")
async def open_conversation(visit: Visit) -> Response:
    """On to the thread at its last message; from then on it is read."""
    one = await _find(visit, id_of(visit))
    if one.last_status is None:
        raise NotFound
    if one.is_unread and is_reading(visit):
        await visit.db.run(conversations.mark, visit.viewer_id, one.id, is_unread=False)
    return visit.redirect(f"/@{one.last_status.author.acct}/{one.last_status.status.id}")


@pages.post("/conversations/{id}", who="member")
async def change_conversation(visit: Visit) -> Response:
    said = await visit.form(ConversationForm)
    id_ = id_of(visit)
    if said.do == "remove":
        await visit.db.run(conversations.remove, visit.viewer_id, id_)
        return visit.done("nothing_fragment.html", back="/conversations")
    if said.do not in {"read", "unread"}:
        raise Invalid("do", "There is no such act")
    is_unread = said.do == "unread"
    await visit.db.run(conversations.mark, visit.viewer_id, id_, is_unread=is_unread)
    return visit.done("conversations/conversation.html", one=await _find(visit, id_))


async def _find(visit: Visit, id_: int) -> ShownConversation:
    found = await conversations.find_conversations(visit.db, [id_])
    if not found or found[0].account_id != visit.viewer_id:
        raise NotFound
    return found[0]
