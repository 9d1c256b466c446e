-- Keys of ASP.NET DataProtection (cookies), shared by all web nodes; the content is wrapped by the master key.
create table cookie_key (
    name     text        not null primary key,
    xml      text        not null,
    at       timestamptz not null
);
