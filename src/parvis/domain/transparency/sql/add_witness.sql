-- Ask another witness from now on, or the same one at another address.
insert into log_witnesses (name, key, address) values ($1, $2, $3)
on conflict (name) do update set key = excluded.key, address = excluded.address, failure = null,
  size = case when log_witnesses.key = excluded.key then log_witnesses.size else 0 end
