-- A new invitation.
insert into invitations (account_id, code, comment, uses_most, expires_at, is_followed)
values ($1, $2, $3, $4, $5, $6)
returning id
