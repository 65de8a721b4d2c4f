-- Take a rule back. Reports that name it stay.
delete from rules where id = $1 returning id
