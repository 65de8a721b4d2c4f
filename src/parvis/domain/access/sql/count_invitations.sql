-- How many invitations of somebody let people in now.
select count(*) from invitations i where i.account_id = $1 and {{works(i)}}
