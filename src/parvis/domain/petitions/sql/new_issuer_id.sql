-- An id for an issuer, under which its secret is sealed before it is written.
select next_id()
