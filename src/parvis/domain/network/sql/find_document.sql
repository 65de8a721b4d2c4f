-- A long text of the network and when it was last changed.
select value #>> '{}' as text, updated_at from network_settings where key = $1 and value #>> '{}' <> ''
