-- Who was here today is written once a day for everybody. While no index holds the day and a page has room,
-- that changes nothing but the row's own page; it was the dearest write of a vote before.
drop index users_seen;
alter table users set (fillfactor = 85);

alter table day_figures
  add column active_week int not null default 0,
  add column active_month int not null default 0;
