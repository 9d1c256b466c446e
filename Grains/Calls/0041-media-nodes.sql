-- The media nodes of the cluster: how rooms of other silos reach them. The address holds secrets and is sealed under a key that follows from the master key.
create table media_node (
    name         text        not null primary key,
    incarnation  text,
    address      text,
    leaving      boolean     not null default false,
    at           timestamptz not null
);
