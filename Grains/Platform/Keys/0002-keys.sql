-- Data keys, each wrapped by the key above it: scope 'tenant' under the master key, scope 'dossier/{id}' under the tenant's.
-- An empty wrapping marks a key that was destroyed for good: it is never made again.
create table data_key (
    tenant     text        not null,
    scope      text        not null,
    wrapped    bytea       not null,
    created_at timestamptz not null,
    primary key (tenant, scope)
);
