-- Networks that somebody here knows somebody of.
select distinct domain from accounts where domain is not null order by 1
