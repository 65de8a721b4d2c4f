-- What an account held against others and kept about them, and they about it.
with blocked as (
  delete from blocks where account_id = $1 or target_id = $1
), muted as (
  delete from mutes where account_id = $1 or target_id = $1
), domains as (
  delete from account_domain_blocks where account_id = $1
), noted as (
  delete from account_notes where account_id = $1 or target_id = $1
), endorsed as (
  delete from endorsements where account_id = $1 or target_id = $1
)
delete from suggestion_dismissals where account_id = $1 or target_id = $1
