-- Change the language of a user's letters and pages.
update users set locale = $2 where id = $1
