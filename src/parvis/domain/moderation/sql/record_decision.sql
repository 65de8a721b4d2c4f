-- Write a decision down and resolve what it answers: its report, or ($6) all open ones on the account.
with resolved as (
  update reports set resolved_at = now(), resolved_by_id = $2, updated_at = now(), said_sha256 = null
  where resolved_at is null and target_id = $1 and (id = $3::bigint or $6::boolean)
)
insert into decisions (target_id, moderator_id, report_id, kind, reason)
values ($1, $2::bigint, $3, $4, $5)
returning id
