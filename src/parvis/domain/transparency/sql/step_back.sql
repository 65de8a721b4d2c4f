-- The files of a log are behind it: they are written again from this size on.
update logs set published_size = least(published_size, $2) where id = $1
