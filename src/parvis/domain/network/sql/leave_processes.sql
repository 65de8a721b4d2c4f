-- A process ends in order.
delete from processes where id = $1
