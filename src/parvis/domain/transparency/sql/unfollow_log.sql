-- Witness a log no more; answers its origin, or null.
delete from witnessed_logs where origin = $1 returning origin
