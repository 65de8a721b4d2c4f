-- Logs that wait for a decision, and what they last published.
select id, path, origin, kind, is_public, published_size, published, halted from logs
where halted is not null and closed_at is null order by kind <> 'server', id
