-- Polls where ballots of an account are not counted yet.
select b.poll_id, p.status_id from ballots b join polls p on p.id = b.poll_id
where b.account_id = $1 and not b.is_sequenced
