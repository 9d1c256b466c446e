-- The journal: what happened, in streams, each event chained to the one before it in its stream.
create table journal_event (
    tenant      text        not null,
    stream      text        not null,
    version     bigint      not null check (version > 0),
    position    bigint      not null generated always as identity,
    name        text        not null,
    at          timestamptz not null,
    actor       text        not null,
    command_id  uuid        not null,
    payload     text        not null,
    prev_hash   bytea       not null,
    hash        bytea       not null,
    primary key (tenant, stream, version)
);
create unique index journal_event_position on journal_event (position);
create index journal_event_recent on journal_event (tenant, at);

-- Append only: a correction is a new event, an erasure destroys a key.
create function journal_event_stays() returns trigger language plpgsql as $$
begin
    raise exception 'journal_event is append-only';
end $$;
create trigger journal_event_stays before update or delete on journal_event
    for each row execute function journal_event_stays();
create trigger journal_event_stays_whole before truncate on journal_event
    for each statement execute function journal_event_stays();

-- First results: the same command again is answered from here.
create table command (
    tenant        text        not null,
    command_id    uuid        not null,
    actor         text        not null,
    payload_hash  bytea       not null,
    result        text,
    at            timestamptz not null,
    primary key (tenant, command_id)
);

-- Side effects on their way out, in order per stream.
create table outbox (
    id               bigint      not null generated always as identity primary key,
    tenant           text        not null,
    stream           text        not null,
    kind             text        not null,
    payload          text        not null,
    idempotency_key  text        not null,
    created_at       timestamptz not null,
    not_before       timestamptz not null,
    attempts         int         not null default 0,
    last_error       text,
    done_at          timestamptz,
    dead_at          timestamptz
);
create index outbox_open on outbox (tenant, stream, id) where done_at is null and dead_at is null;
create index outbox_due on outbox (not_before) where done_at is null and dead_at is null;
create index outbox_dead on outbox (tenant, dead_at) where dead_at is not null;

-- Checkpoints chain the heads of a tenant's streams; each says where the streams that grew since the last one stood.
create table audit_checkpoint (
    tenant     text        not null,
    number     bigint      not null check (number > 0),
    at         timestamptz not null,
    prev_hash  bytea       not null,
    hash       bytea       not null,
    primary key (tenant, number)
);
create table audit_head (
    tenant   text   not null,
    stream   text   not null,
    version  bigint not null,
    number   bigint not null,
    hash     bytea  not null,
    primary key (tenant, stream, version),
    foreign key (tenant, number) references audit_checkpoint (tenant, number)
);
create index audit_head_of_checkpoint on audit_head (tenant, number);
