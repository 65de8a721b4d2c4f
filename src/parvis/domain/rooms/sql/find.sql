-- A room as somebody sees it, if they may see the message that announces it.
select r.id, r.account_id, r.status_id, r.is_call, r.title, r.language, r.access, r.records, r.state, r.starts_at, r.epoch_ms,
       r.opened_at, r.started_at, r.ended_at, r.finished_at, r.recording_bytes, r.listeners, r.listeners_most, r.host_gain_db,
       case when r.account_id = $1 then 'host' else coalesce(p.role, '') end as role,
       coalesce(p.muted, false) as is_muted
from rooms r join statuses s on s.id = r.status_id
left join room_people p on p.room_id = r.id and p.account_id = $1
where r.id = $2::bigint and r.state <> 'deleted' and {{visible(s, $1::bigint)}} and {{among(r, $1::bigint)}}
