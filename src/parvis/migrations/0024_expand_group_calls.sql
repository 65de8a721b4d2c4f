-- Calls of a few people, who are mixed by a room's process that nobody else hears and that keeps nothing.
alter table rooms add column is_call boolean not null default false check (not (is_call and records));
alter table rooms add column empty_since timestamptz; -- of a call: nobody is in it; null: somebody is
