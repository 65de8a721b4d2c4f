-- Whether a row of drafts is still one: neither discarded, nor kept again by a saving that came after its
-- publishing (idempotency keys outlive the hour in which such a row is swept).
(
  :row.deleted_at is null
  and not exists (select from idempotency_keys uk where uk.account_id = :row.account_id and uk.key = :row.key)
)
