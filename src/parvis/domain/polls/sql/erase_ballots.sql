-- Who voted what: the tallies have counted it already, and stay; of rankings how often each was given is kept
-- as long as the poll is open, since the rounds are counted at its end.
with erased as (
  delete from ballots where account_id = $1 and is_sequenced
  returning poll_id, choices
)
insert into erased_rankings (poll_id, choices, ballots)
select e.poll_id, e.choices, 1 from erased e join polls p on p.id = e.poll_id
where p.is_ranked and p.closed_at is null
on conflict (poll_id, choices) do update set ballots = erased_rankings.ballots + 1
