-- Forget drafts that were discarded a day ago, or published and then kept once more by a late saving.
delete from drafts d
where d.deleted_at < now() - interval '1 day'
   or exists (select from idempotency_keys k where k.account_id = d.account_id and k.key = d.key)
