-- A host takes a question, which ends the one before, marks it as answered or not, or removes it; who asked may remove it.
with held as (
  select q.id, r.account_id = $1 or exists (
           select from room_people p where p.room_id = r.id and p.account_id = $1 and p.role = 'cohost')
         or q.account_id = $1 and $4 = 'remove_question' as may
  from rooms r join statuses s on s.id = r.status_id join room_questions q on q.room_id = r.id
  where r.id = $2 and q.id = $3 and q.removed_at is null and r.state <> 'deleted' and not r.is_call and {{visible(s, $1::bigint)}}
), done as (
  update room_questions q set
    taken_at = case $4 when 'take' then now() when 'unanswered' then null else q.taken_at end,
    answered_at = case $4 when 'answered' then now() when 'take' then null when 'unanswered' then null else q.answered_at end,
    removed_at = case $4 when 'remove_question' then now() end
  from held where q.id = held.id and held.may returning q.id
), ended as (
  update room_questions q set answered_at = now() from held
  where $4 = 'take' and held.may and q.room_id = $2 and q.id <> $3 and q.taken_at is not null and q.answered_at is null
)
select held.may, exists (select from done) as is_done from held
