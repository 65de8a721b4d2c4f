-- The invitation of this code, if it lets somebody in now.
select i.id, i.code, i.account_id, i.is_followed from invitations i where i.code = $1 and {{works(i)}}
