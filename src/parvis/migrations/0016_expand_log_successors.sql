-- Each log knows the server log under which it began: when another took that one's place, after an older backup
-- was restored, nothing is placed in it any more, and a successor goes on.

alter table logs add column server_id bigint; -- no key: logs stay; null: begun under the first
