-- What is asked for, once: a text query of what must and of what must not be there, and the authors named.
asked as materialized (
  select
    (select every_query(words_query(w)) from unnest($2::text[]) w)
      && (select every_query(phrase_query(w)) from unnest($3::text[]) w) as wanted,
    (select any_query(words_query(w)) from unnest($4::text[]) w)
      || (select any_query(phrase_query(w)) from unnest($5::text[]) w) as unwanted,
    array(
      select a.id from unnest($6::text[], $7::text[]) as n (username, domain)
      join accounts a on lower(a.username) = n.username and coalesce(a.domain, '') = n.domain
    ) as author_ids,
    array(
      select a.id from unnest($8::text[], $9::text[]) as n (username, domain)
      join accounts a on lower(a.username) = n.username and coalesce(a.domain, '') = n.domain
    ) as other_ids
)
