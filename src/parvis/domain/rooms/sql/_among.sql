-- Whether a room is no call, or :viewer is one of its people: its host, or invited and not removed. :row is the room's row.
(
  not :row.is_call or :row.account_id = :viewer or exists (
    select from room_people among
    where among.room_id = :row.id and among.account_id = :viewer and among.role <> 'removed')
)
