-- Hold a draw against whoever enters, answers or moves it on.
select id from draws where id = $1 for update
