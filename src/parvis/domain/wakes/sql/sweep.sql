-- Forget wakes that every stream has had; the newest stays, so that numbers go on from it.
delete from wakes
where created_at < now() - interval '10 minutes' and seq < (select max(seq) from wakes)
