-- Time of staff that is taken. This constraint, not careful code, makes double booking impossible.
create extension if not exists btree_gist;

create table slot_claim (
    tenant      text        not null,
    staff       text        not null,
    visit       text        not null,
    kind        text        not null check (kind in ('hold', 'appointment')),
    period      tstzrange   not null check (not isempty(period)),
    expires_at  timestamptz null,
    primary key (tenant, visit),
    check ((kind = 'hold') = (expires_at is not null)),
    constraint slot_claim_once exclude using gist (tenant with =, staff with =, period with &&)
);

-- The agenda as lists show it. citizen_name is personal: erasing a dossier empties it.
create table appointment (
    tenant        text        not null,
    visit         text        not null,
    staff         text        not null,
    staff_name    text        not null,
    product       text        not null,
    start_at      timestamptz not null,
    end_at        timestamptz not null,
    status        text        not null,
    citizen_name  text        not null,
    primary key (tenant, visit)
);
create index appointment_day on appointment (tenant, start_at);
