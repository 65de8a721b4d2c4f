-- How much louder or softer a host has made who speaks, in decibels; the host's own stands with the room.
alter table room_people add column gain_db smallint not null default 0 check (gain_db between -12 and 12);
alter table rooms add column host_gain_db smallint not null default 0 check (host_gain_db between -12 and 12);
