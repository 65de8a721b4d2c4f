-- Whether an invitation lets somebody in now. :row is of invitations.
(:row.revoked_at is null and (:row.expires_at is null or :row.expires_at > now())
 and (:row.uses_most is null or :row.uses < :row.uses_most)
 and exists (
   select from accounts inviter
   where inviter.id = :row.account_id and inviter.suspended_at is null and inviter.deleted_at is null
 ))
