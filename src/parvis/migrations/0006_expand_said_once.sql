-- A report that is sent twice is kept once, also when both arrive in the same instant.

alter table reports add column said_sha256 bytea unique; -- of all it says; null: closed, so that it may be said again
