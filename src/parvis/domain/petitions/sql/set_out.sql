-- Somebody goes to an issuer, to sign when they are back.
insert into petition_journeys (state, petition_id, account_id, version, name, shown, place)
values ($1, $2, $3, $4, $5, $6, $7)
