-- Keep these settings, given as one object, where nothing else was chosen.
insert into network_settings (key, value)
select key, value from jsonb_each($1::jsonb)
on conflict (key) do nothing
