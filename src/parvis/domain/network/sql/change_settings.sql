-- Keep these settings, given as one object.
insert into network_settings (key, value)
select key, value from jsonb_each($1::jsonb)
on conflict (key) do update set value = excluded.value, updated_at = now()
