-- Why a signature was removed, as the log says it, for those who read the petition's page.
alter table petition_signatures add column removed_for text;
alter table petition_signatures add column removed_why text;
create index petition_signatures_removed on petition_signatures (petition_id, id) where state = 'removed';
