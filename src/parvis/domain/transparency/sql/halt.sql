-- Sign nothing of a log any more, and say why.
update logs set halted = $2 where id = $1 and halted is null
