-- A dead letter may be sent again; how often is kept with it.
alter table outbox add column requeued int not null default 0;
create index outbox_requeued on outbox (requeued) where requeued > 0;

-- What the sweep looks for.
create index outbox_done on outbox (done_at) where done_at is not null;
create index command_at on command (at);
