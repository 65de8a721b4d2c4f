-- What an account kept for itself: bookmarks, pins, tags, muted conversations, keys of requests.
with bookmarked as (
  delete from bookmarks where account_id = $1
), pinned as (
  delete from status_pins where account_id = $1
), followed as (
  delete from tag_follows where account_id = $1
), featured as (
  delete from featured_tags where account_id = $1
), muted as (
  delete from conversation_mutes where account_id = $1
)
delete from idempotency_keys where account_id = $1
