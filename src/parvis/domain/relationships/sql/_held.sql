-- Holds a pair of accounts (:row and :viewer are their ids) until the transaction's end: the next statement
-- sees every follow, request and block that was being made between the two.
pg_advisory_xact_lock(hashtextextended(least(:row, :viewer) || '-' || greatest(:row, :viewer), 0))
