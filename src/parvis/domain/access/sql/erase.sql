-- What let a person in, when they have left, and whom they would let in: sessions, tokens, links, invitations.
with invited as (
  delete from invitations where account_id = (select account_id from users where id = $1)
), sessions as (
  delete from sessions where user_id = $1
), tokens as (
  delete from access_tokens where user_id = $1
), codes as (
  delete from authorization_codes where user_id = $1
), links as (
  delete from one_time_links where user_id = $1
)
delete from log_in_steps where user_id = $1
