-- What was last done to each claim, and in which transaction, so that a node that keeps the claims in memory reads only what is new: everything from the
-- oldest transaction that still ran at its last look. A trigger, so that no way of writing a claim can be forgotten.
create table slot_change (
    tenant      text        not null,
    visit       text        not null,
    staff       text        not null,
    period      tstzrange   not null,
    expires_at  timestamptz null,
    gone        boolean     not null,
    change      xid8        not null,
    primary key (tenant, visit)
);
create index slot_change_recent on slot_change (tenant, change);

create function slot_claim_changed() returns trigger language plpgsql as $$
declare
    claim slot_claim := coalesce(new, old);
begin
    insert into slot_change (tenant, visit, staff, period, expires_at, gone, change)
    values (claim.tenant, claim.visit, claim.staff, claim.period, claim.expires_at, tg_op = 'DELETE', pg_current_xact_id())
    on conflict (tenant, visit) do update
    set staff = excluded.staff, period = excluded.period, expires_at = excluded.expires_at, gone = excluded.gone, change = excluded.change;
    return null;
end $$;
create trigger slot_claim_changed after insert or update or delete on slot_claim
    for each row execute function slot_claim_changed();

insert into slot_change (tenant, visit, staff, period, expires_at, gone, change)
select tenant, visit, staff, period, expires_at, false, pg_current_xact_id() from slot_claim;
