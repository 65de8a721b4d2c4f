-- Write down what statuses are found by. Warning, tags, descriptions of media and answers of polls weigh more.
insert into status_search (status_id, account_id, document)
select
  s.id, s.account_id,
  setweight(stems(concat_ws(' ',
    s.spoiler_text,
    (select string_agg(t.name || ' ' || coalesce(t.display_name, ''), ' ')
     from status_tags st join tags t on t.id = st.tag_id where st.status_id = s.id),
    (select string_agg(m.description, ' ') from media_attachments m where m.status_id = s.id),
    (select array_to_string(p.options, ' ') from polls p where p.status_id = s.id)
  )), 'A')
  || stems(case when s.is_local then s.text else regexp_replace(s.content, '<[^>]*>', ' ', 'g') end)
from statuses s
where s.id = any($1::bigint[]) and s.deleted_at is null and s.reblog_of_id is null
on conflict (status_id) do update set document = excluded.document
