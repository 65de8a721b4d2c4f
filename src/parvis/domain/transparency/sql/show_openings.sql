-- Texts of a log that were held back are shown from now on; answers how many.
with shown as (
  update log_openings set shown_from = now() where log_id = $1 and shown_from is null returning 1
)
select count(*) from shown
