-- Whether a line is on a list: its hash in the one page where it would stand.
select exists (
  select from (
    select hashes from petition_roll_pages where roll_id = $1 and first <= $2 order by first desc limit 1
  ) page, generate_series(0, octet_length(page.hashes) / 16 - 1) as place
  where substring(page.hashes from place * 16 + 1 for 16) = $2
)
