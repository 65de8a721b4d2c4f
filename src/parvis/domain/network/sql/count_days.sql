-- Count the days from $1 until today. $2 is the smallest id of that time; who was active on a day that is
-- over is known from when it was today, so a larger count stays.
with day as (
  select d::date as day from generate_series($1::date, current_date, interval '1 day') d
), written as (
  select s.created_at::date as day,
    count(*) filter (where s.reblog_of_id is null) as statuses,
    count(*) filter (where s.reblog_of_id is not null or s.in_reply_to_id is not null) as answers
  from statuses s where s.id >= $2::bigint and s.is_local and s.deleted_at is null group by 1
), marked as (
  select to_timestamp((f.id >> 16) / 1000.0)::date as day, count(*) as n
  from favourites f where f.id >= $2 group by 1
), joined as (
  select u.created_at::date as day, count(*) as n from users u where u.id >= $2 or u.created_at >= $1 group by 1
), seen as (
  select u.last_seen_on as day, count(*) as n from users u where u.last_seen_on >= $1 group by 1
), recent as (
  select count(*) filter (where last_seen_on > current_date - 7) as week, count(*) as month
  from users where last_seen_on > current_date - 30
), size as (
  select coalesce(sum(m.bytes), 0)::bigint as media_bytes, pg_database_size(current_database()) as database_bytes
  from media_attachments m
), member as (
  select count(*) as n from users u join accounts a on a.id = u.account_id
  where a.deleted_at is null and a.suspended_at is null and u.approved_at is not null and u.confirmed_at is not null
)
insert into day_figures (day, active, active_week, active_month, joined, statuses, interactions, members, media_bytes,
                         database_bytes)
select d.day, coalesce(seen.n, 0), recent.week, recent.month, coalesce(j.n, 0), coalesce(w.statuses, 0),
       coalesce(w.answers, 0) + coalesce(m.n, 0), member.n, size.media_bytes, size.database_bytes
from day d left join written w using (day) left join marked m using (day) left join joined j using (day)
left join seen using (day), recent, size, member
on conflict (day) do update set
  counted_at = now(),
  active = greatest(day_figures.active, excluded.active), joined = excluded.joined, statuses = excluded.statuses,
  interactions = excluded.interactions,
  active_week = case when day_figures.day = current_date then excluded.active_week else day_figures.active_week end,
  active_month = case when day_figures.day = current_date then excluded.active_month else day_figures.active_month end,
  members = case when day_figures.day = current_date then excluded.members else day_figures.members end,
  media_bytes = case when day_figures.day = current_date then excluded.media_bytes else day_figures.media_bytes end,
  database_bytes = case when day_figures.day = current_date then excluded.database_bytes else day_figures.database_bytes end
