-- A list of who may sign.
insert into petition_rolls (id, name, asks, salt, people) values ($1, $2, $3, $4, $5)
