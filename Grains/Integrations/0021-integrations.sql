-- Addresses of back offices that answered 410: nothing goes there any more, until the settings name another address.
create table webhook_silent (
    tenant    text        not null,
    endpoint  text        not null,
    url       text        not null,
    since     timestamptz not null,
    primary key (tenant, endpoint)
);
