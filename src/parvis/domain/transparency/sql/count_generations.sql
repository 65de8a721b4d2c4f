-- How many logs there were of this path and its successors.
select count(*) from logs where path = $1 or path like $1 || '/next/%'
