-- A question that is being answered: where its answer begins in the recording.

alter table room_questions add column taken_at timestamptz;
