-- Change what a report is about; null leaves it. Without effect when a rule is unknown.
update reports set
  category = coalesce($2::text, category), rule_ids = coalesce($3::bigint[], rule_ids), updated_at = now()
where id = $1
  and ($3::bigint[] is null or (select count(*) from rules where rules.id = any($3::bigint[])) = cardinality($3::bigint[]))
returning id
