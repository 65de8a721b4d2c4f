-- Everything a page of statuses lacks, in one round trip: verdicts and marks of the viewer, status rows,
-- counters, accounts, accounts' counters. Each array asks only for what the process does not hold.
select
  (
    select coalesce(json_agg({{verdict(s, $1::bigint)}}), '[]')
    from statuses s where s.id = any($2::bigint[])
  ) as verdicts,
  (
    select coalesce(json_agg(json_build_object(
      'id', s.id, 'account_id', s.account_id, 'uri', s.uri, 'url', s.url, 'text', s.text, 'content', s.content,
      'spoiler_text', s.spoiler_text, 'is_sensitive', s.is_sensitive, 'visibility', s.visibility,
      'is_local', s.is_local, 'language', s.language, 'in_reply_to_id', s.in_reply_to_id,
      'in_reply_to_account_id', s.in_reply_to_account_id, 'reblog_of_id', s.reblog_of_id,
      'conversation_id', s.conversation_id, 'created_at', s.created_at, 'edited_at', s.edited_at,
      'is_deleted', s.deleted_at is not null, 'emojis', s.emojis,
      'app', (select json_build_object('name', a.name, 'website', a.website) from apps a where a.id = s.app_id),
      'mentions', (
        select coalesce(json_agg(json_build_object(
          'id', a.id, 'username', a.username, 'domain', a.domain, 'url', a.url) order by a.id), '[]')
        from mentions m join accounts a on a.id = m.account_id
        where m.status_id = s.id and not m.is_silent
      ),
      'tags', (
        select coalesce(json_agg(t.name order by t.id), '[]')
        from status_tags st join tags t on t.id = st.tag_id where st.status_id = s.id
      ),
      'media', (
        select coalesce(json_agg({{attachment_json(m)}} order by array_position(s.media_ids, m.id)), '[]')
        from media_attachments m where m.status_id = s.id and m.id = any(s.media_ids)
      ),
      'poll', (
        select json_build_object('id', p.id, 'options', p.options, 'is_multiple', p.is_multiple,
                                 'hides_totals', p.hides_totals, 'expires_at', p.expires_at,
                                 'is_ranked', p.is_ranked, 'is_secret', p.is_secret, 'is_changeable', p.is_changeable,
                                 'rules', p.rules,
                                 'eligible', p.eligible, 'log_path', l.path, 'outcome', p.outcome)
        from polls p left join logs l on l.id = p.log_id where p.status_id = s.id
      ),
      'petition', (
        select json_build_object('id', p.id, 'title', v.title, 'text', left(v.text, 500), 'addressee', p.addressee,
                                 'goal', p.goal, 'closes_at', p.closes_at, 'closed_at', p.closed_at,
                                 'answered_at', p.answered_at, 'signatures', (
                                   select coalesce(sum(t.signatures), 0) from petition_tallies t
                                   where t.petition_id = p.id and t.version = p.version and t.what = 'day'
                                 ))
        from petitions p join petition_versions v on v.petition_id = p.id and v.version = p.version
        where p.status_id = s.id and v.title <> ''
      ),
      'draw', (
        select json_build_object('id', d.id, 'title', d.title, 'method', d.method, 'state', g.state,
                                 'frozen_at', g.frozen_at, 'cancelled_at', d.cancelled_at)
        from draws d join drawings g on g.draw_id = d.id and g.number = least(d.stage, d.drawings)
        where d.status_id = s.id and d.title <> '' limit 1
      ),
      'room', (
        select json_build_object('id', r.id, 'title', r.title, 'state', r.state, 'starts_at', r.starts_at)
        from rooms r where r.status_id = s.id and r.state <> 'deleted' limit 1
      )
    )), '[]')
    from statuses s where s.id = any($3::bigint[])
  ) as rows,
  (
    select coalesce(json_agg({{counters_json(s)}}), '[]')
    from statuses s
    left join status_counters c on c.status_id = s.id
    left join polls p on p.status_id = s.id
    where s.id = any($4::bigint[])
  ) as counters,
  (
    select coalesce(json_agg({{account_json(a)}}), '[]')
    from accounts a
    where a.id = any($5::bigint[])
       or a.id in (select account_id from statuses where id = any($3::bigint[]))
  ) as accounts,
  (
    select coalesce(json_agg({{account_counters_json(a)}}), '[]')
    from accounts a left join account_counters c on c.account_id = a.id
    where a.id = any($6::bigint[])
       or a.id in (select account_id from statuses where id = any($3::bigint[]))
  ) as account_counters
