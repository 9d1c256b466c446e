-- What each visit that took place saved. One row a visit; nothing about whom.
create table impact_visit (
    tenant                    text        not null,
    visit                     text        not null,
    product                   text        not null,
    booked_at                 timestamptz not null,
    closed_at                 timestamptz not null,
    done_in_one_go            boolean     not null,
    kilometres_one_way        numeric     not null,
    grams_co2_per_kilometre   numeric     not null,
    score                     int         null check (score between 1 and 5),
    primary key (tenant, visit)
);
create index impact_visit_closed on impact_visit (tenant, closed_at);
