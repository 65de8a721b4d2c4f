-- What a draft refers to: a status its key already published, its parent if the author may see it,
-- accounts it mentions, media that are the author's and free, emoji it names.
select {{standing($1::bigint)}} as standing, json_build_object(
  'already', (select k.status_id from idempotency_keys k where k.account_id = $1 and k.key = $2::text),
  'parent', (
    select json_build_object('id', s.id, 'account_id', s.account_id, 'conversation_id', s.conversation_id)
    from statuses s
    where s.id = (select coalesce(p.reblog_of_id, p.id) from statuses p where p.id = $3::bigint)
      and {{visible(s, $1)}}
  ),
  'mentioned', (
    select coalesce(json_agg(json_build_object(
      'id', a.id, 'username', a.username, 'domain', a.domain, 'url', a.url)), '[]')
    from unnest($4::text[], $5::text[]) as m (username, domain)
    join accounts a on lower(a.username) = m.username and coalesce(a.domain, '') = m.domain
    where a.suspended_at is null and a.deleted_at is null
  ),
  'media', (
    select coalesce(json_agg(json_build_object('id', m.id, 'kind', m.kind, 'state', m.state)), '[]')
    from media_attachments m
    where m.id = any($6::bigint[]) and m.account_id = $1 and m.status_id is null
  ),
  'emojis', (
    select coalesce(json_agg(json_build_object(
      'shortcode', e.shortcode, 'url', e.url, 'static_url', e.static_url,
      'visible_in_picker', e.is_visible, 'category', e.category)), '[]')
    from custom_emojis e
    where e.shortcode = any($7::text[]) and e.domain is null and e.disabled_at is null
  )
) as found
