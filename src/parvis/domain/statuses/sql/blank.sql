-- Empty some deleted statuses of an account: what they said, before and after edits, to whom, under which tags.
with emptied as materialized (
  select id from statuses
  where account_id = $1 and deleted_at is not null
    and (text <> '' or content <> '' or spoiler_text <> '' or app_id is not null or language is not null
         or media_ids <> '{}' or emojis <> '[]')
  order by id limit $2 for update
), edits as (
  delete from status_edits e using emptied where e.status_id = emptied.id
), named as (
  delete from mentions m using emptied where m.status_id = emptied.id
), tagged as (
  delete from status_tags t using emptied where t.status_id = emptied.id
), blanked as (
  update statuses s
  set text = '', content = '', spoiler_text = '', app_id = null, language = null, media_ids = '{}', emojis = '[]'
  from emptied where s.id = emptied.id
)
select count(*) from emptied
