-- A new announcement, published or a draft.
insert into announcements (text, starts_at, ends_at, is_all_day, published_at)
values ($1, $2, $3, $4, case when $5::boolean then now() end)
returning id
