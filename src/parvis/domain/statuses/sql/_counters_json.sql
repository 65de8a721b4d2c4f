-- What moves of a status, as processes keep it (statuses.types.StatusCounters). :row is a row of statuses; beside it
-- are joined, if they are there, its status_counters as c and its poll as p. Votes are those that the worker has
-- added up, and those it has not.
json_build_object(
  'status_id', :row.id, 'replies', coalesce(c.replies, 0), 'reblogs', coalesce(c.reblogs, 0),
  'favourites', coalesce(c.favourites, 0),
  'voters', p.voters + coalesce((select sum(i.voters) from poll_increments i where i.poll_id = p.id), 0),
  'tallies', (
    select array_agg(p.tallies[o] + coalesce((
      select sum(i.tallies[o]) from poll_increments i where i.poll_id = p.id
    ), 0) order by o)
    from generate_subscripts(p.tallies, 1) o
  )
)
