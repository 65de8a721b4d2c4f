-- A status of one's own as it is, held until the edit is done (its poll too: no vote comes in between), and
-- what the new words refer to.
with status as (
  select s.* from statuses s
  where s.id = $2::bigint and s.account_id = $1::bigint and s.deleted_at is null and s.reblog_of_id is null
  for update
), poll as (
  select p.* from polls p where p.status_id = $2 and exists (select from status) for update of p
)
select {{standing($1)}} as standing, json_build_object(
  'before', (
    select json_build_object(
      'text', s.text, 'spoiler_text', s.spoiler_text, 'is_sensitive', s.is_sensitive, 'language', s.language,
      'media_ids', s.media_ids, 'visibility', s.visibility,
      'poll', (
        select json_build_object('id', p.id, 'options', p.options, 'is_multiple', p.is_multiple,
                                 'hides_totals', p.hides_totals, 'expires_at', p.expires_at, 'log_id', p.log_id,
                                 'is_ranked', p.is_ranked, 'is_secret', p.is_secret, 'is_changeable', p.is_changeable,
                                 'rules', p.rules,
                                 'eligible', p.eligible)
        from poll p
      ),
      'mentioned_ids', (select coalesce(json_agg(m.account_id), '[]') from mentions m where m.status_id = s.id)
    )
    from status s
  ),
  'mentioned', (
    select coalesce(json_agg(json_build_object(
      'id', a.id, 'username', a.username, 'domain', a.domain, 'url', a.url)), '[]')
    from unnest($3::text[], $4::text[]) as m (username, domain)
    join accounts a on lower(a.username) = m.username and coalesce(a.domain, '') = m.domain
    where a.suspended_at is null and a.deleted_at is null
  ),
  'media', (
    select coalesce(json_agg({{attachment_json(m)}}), '[]')
    from media_attachments m
    where m.id = any($5::bigint[]) and m.account_id = $1 and (m.status_id is null or m.status_id = $2)
  ),
  'emojis', (
    select coalesce(json_agg(json_build_object(
      'shortcode', e.shortcode, 'url', e.url, 'static_url', e.static_url,
      'visible_in_picker', e.is_visible, 'category', e.category)), '[]')
    from custom_emojis e
    where e.shortcode = any($6::text[]) and e.domain is null and e.disabled_at is null
  )
) as found
