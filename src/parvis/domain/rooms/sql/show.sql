-- Who is in a room, what was asked, the most wanted first, and how people reacted.
select (
    select coalesce(json_agg(json_build_object('account_id', p.account_id, 'role', p.role, 'muted', p.muted, 'gain_db', p.gain_db)
      order by p.since, p.account_id), '[]')
    from room_people p where p.room_id = $1
  ) as people, (
    select coalesce(json_agg(json_build_object('id', q.id, 'account_id', q.account_id, 'text', q.text, 'votes', q.votes,
      'answered_at', q.answered_at, 'is_taken', q.taken_at is not null and q.answered_at is null, 'is_mine', exists (
        select from room_question_votes v where v.question_id = q.id and v.account_id = $2)) order by q.taken_at is null or q.answered_at is not null, q.answered_at desc nulls first, q.votes desc, q.id), '[]')
    from (
      select * from room_questions q where q.room_id = $1 and q.removed_at is null
      order by q.taken_at is null or q.answered_at is not null, q.votes desc, q.id limit $3
    ) q
  ) as questions, (
    select coalesce(json_object_agg(c.name, c.count), '{}') from room_reactions c where c.room_id = $1
  ) as reactions, (
    select coalesce(json_agg(c order by c.from_ms, c.id), '[]')
    from (select id, from_ms, to_ms, text from room_captions where room_id = $1 order by from_ms desc, id desc limit 3) c
  ) as captions
