-- A user wants another e-mail address; it waits to be confirmed, and links sent to the one before end.
-- Answers nothing when it is theirs already, and a letter has shown it.
with ended as (
  update one_time_links set expires_at = now()
  where user_id = $1 and purpose = 'email' and used_at is null and expires_at > now()
)
update users set new_email = $2 where id = $1 and (lower(email) <> lower($2) or email_proven_at is null) returning id
