-- When somebody showed that a user's e-mail address is theirs, by a letter sent to it; null: nobody did. Where
-- newcomers need confirm nothing (network.confirm_email), confirmed_at says only that they may act.
alter table users add column email_proven_at timestamptz;
-- Whoever needed no letter was confirmed in the moment they registered.
update users set email_proven_at = confirmed_at where confirmed_at > created_at + interval '1 second';
