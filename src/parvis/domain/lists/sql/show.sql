-- Lists of $1: all, or the one whose id is $2, or those that account $3 is on.
select l.id, l.title, l.replies_policy, l.is_exclusive from lists l
where l.account_id = $1::bigint and ($2::bigint is null or l.id = $2)
  and ($3::bigint is null
       or exists (select from list_accounts m where m.list_id = l.id and m.account_id = $3 and {{member(m, $1)}}))
order by l.id
