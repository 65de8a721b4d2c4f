-- Logs of many millions: entries found by their hashes in parts of 2^18, so that new ones are written beside one
-- another. In an index over all hashes each went to a page of its own, and each page to the disk after each
-- checkpoint: 80 MB for 10,000 entries. The release before finds receipts slowly until it is gone.
create index log_entries_placed on log_entries (log_id, (position >> 18), substr(leaf, 1, 8));
drop index log_entries_leaf;

create table ballot_token_counts (       -- tokens that secret ballots gave, for their pages: the sum over shards
  poll_id bigint not null references polls on delete cascade,
  shard smallint not null,               -- those who give at once do not wait for one another
  tokens bigint not null,                -- shard 0 at closing: what makes the sum right, whoever counted
  primary key (poll_id, shard)
);
insert into ballot_token_counts select poll_id, 0, count(*) from ballot_tokens group by 1;
