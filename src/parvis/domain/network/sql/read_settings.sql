-- All settings of the network that were ever changed, as one object.
select coalesce(json_object_agg(key, value), '{}') from network_settings
