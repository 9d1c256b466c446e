-- Who waits, by visit: what a queue shows beside the agenda. Derived from the call room's stream, written with it.
create table call_waiting (
    tenant        text not null,
    visit         text not null,
    waiting_since timestamptz null,
    waiting_count integer not null,
    in_call       boolean not null,
    primary key (tenant, visit)
);
