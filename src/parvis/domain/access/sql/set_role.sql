-- Give a person another role.
update users set role = $2::role where id = $1
