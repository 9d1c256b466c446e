-- What each process says of itself every ten seconds. A row whose process left on purpose is gone; one that was killed grows old.
create table node_report (
    node        text        not null primary key,
    roles       text        not null,
    started_at  timestamptz not null,
    at          timestamptz not null,
    figures     jsonb       not null
);
