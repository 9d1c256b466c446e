-- Which municipalities this counter serves; their settings are grain state.
create table municipality (
    code  text not null primary key,
    name  text not null
);
