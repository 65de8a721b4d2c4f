-- Whether a draw has nothing left to wait for: no drawing to come, nobody who has not answered.
select not exists (select from drawings g where g.draw_id = $1 and g.state not in ('drawn', 'void'))
   and not exists (select from draw_winners w where w.draw_id = $1 and w.state = 'asked')
