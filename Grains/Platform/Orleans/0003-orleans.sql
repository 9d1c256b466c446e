-- Tables and statements that Orleans' AdoNet providers look up by key in OrleansQuery: grain state, membership, reminders.
create table OrleansQuery (
    QueryKey   text not null primary key,
    QueryText  text not null
);

-- Grain state: settings and stream subscriptions.
create table OrleansStorage (
    ServiceId               text   not null,
    GrainTypeString         text   not null,
    GrainIdN0               bigint not null,
    GrainIdN1               bigint not null,
    GrainIdExtensionString  text   not null default '',
    PayloadBinary           bytea,
    Version                 int    not null,
    primary key (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString)
);

-- No row may come back as "nothing changed": the provider recognises a stale write by an empty new version.
insert into OrleansQuery values
('ReadFromStorageKey', '
select PayloadBinary, Version from OrleansStorage
where ServiceId = @ServiceId and GrainTypeString = @GrainTypeString and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
  and GrainIdExtensionString = coalesce(@GrainIdExtensionString::text, '''')'),
('WriteToStorageKey', '
with changed as (
    update OrleansStorage set PayloadBinary = @PayloadBinary, Version = Version + 1
    where ServiceId = @ServiceId and GrainTypeString = @GrainTypeString and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
      and GrainIdExtensionString = coalesce(@GrainIdExtensionString::text, '''') and Version = @GrainStateVersion::int
    returning Version),
added as (
    insert into OrleansStorage (ServiceId, GrainTypeString, GrainIdN0, GrainIdN1, GrainIdExtensionString, PayloadBinary, Version)
    select @ServiceId, @GrainTypeString, @GrainIdN0, @GrainIdN1, coalesce(@GrainIdExtensionString::text, ''''), @PayloadBinary, 1
    where @GrainStateVersion::int is null
    on conflict do nothing
    returning Version)
select max(Version)::int as NewGrainStateVersion from (select Version from changed union all select Version from added) written'),
('ClearStorageKey', '
with cleared as (
    update OrleansStorage set PayloadBinary = null, Version = Version + 1
    where ServiceId = @ServiceId and GrainTypeString = @GrainTypeString and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
      and GrainIdExtensionString = coalesce(@GrainIdExtensionString::text, '''') and Version = @GrainStateVersion::int
    returning Version)
select max(Version)::int as NewGrainStateVersion from cleared'),
('DeleteStorageKey', '
with deleted as (
    delete from OrleansStorage
    where ServiceId = @ServiceId and GrainTypeString = @GrainTypeString and GrainIdN0 = @GrainIdN0 and GrainIdN1 = @GrainIdN1
      and GrainIdExtensionString = coalesce(@GrainIdExtensionString::text, '''') and Version = @GrainStateVersion::int
    returning Version)
select max(Version + 1)::int as NewGrainStateVersion from deleted');

-- Membership of the cluster. The version row orders every change: who is late reads again.
create table OrleansMembershipVersionTable (
    DeploymentId  text not null primary key,
    Version       int  not null default 0
);
create table OrleansMembershipTable (
    DeploymentId  text        not null references OrleansMembershipVersionTable (DeploymentId),
    Address       text        not null,
    Port          int         not null,
    Generation    int         not null,
    SiloName      text        not null,
    HostName      text        not null,
    Status        int         not null,
    ProxyPort     int,
    SuspectTimes  text,
    StartTime     timestamptz not null,
    IAmAliveTime  timestamptz not null,
    primary key (DeploymentId, Address, Port, Generation)
);

insert into OrleansQuery values
('InsertMembershipVersionKey', '
with added as (insert into OrleansMembershipVersionTable (DeploymentId) values (@DeploymentId) on conflict do nothing returning 1)
select count(*)::int from added'),
('InsertMembershipKey', '
with turn as (
    update OrleansMembershipVersionTable set Version = Version + 1
    where DeploymentId = @DeploymentId and Version = @Version and not exists (
        select 1 from OrleansMembershipTable
        where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation)
    returning 1),
added as (
    insert into OrleansMembershipTable (DeploymentId, Address, Port, Generation, SiloName, HostName, Status, ProxyPort, StartTime, IAmAliveTime)
    select @DeploymentId, @Address, @Port, @Generation, @SiloName, @HostName, @Status, @ProxyPort, @StartTime, @IAmAliveTime from turn
    on conflict do nothing
    returning 1)
select count(*)::int from added'),
('UpdateMembershipKey', '
with turn as (
    update OrleansMembershipVersionTable set Version = Version + 1 where DeploymentId = @DeploymentId and Version = @Version returning 1),
changed as (
    update OrleansMembershipTable set Status = @Status, SuspectTimes = @SuspectTimes, IAmAliveTime = @IAmAliveTime
    where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation and exists (select 1 from turn)
    returning 1)
select count(*)::int from changed'),
('UpdateIAmAlivetimeKey', '
update OrleansMembershipTable set IAmAliveTime = @IAmAliveTime
where DeploymentId = @DeploymentId and Address = @Address and Port = @Port and Generation = @Generation'),
('MembershipReadRowKey', '
select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
from OrleansMembershipVersionTable v left join OrleansMembershipTable m
    on m.DeploymentId = v.DeploymentId and m.Address = @Address and m.Port = @Port and m.Generation = @Generation
where v.DeploymentId = @DeploymentId'),
('MembershipReadAllKey', '
select v.DeploymentId, m.Address, m.Port, m.Generation, m.SiloName, m.HostName, m.Status, m.ProxyPort, m.SuspectTimes, m.StartTime, m.IAmAliveTime, v.Version
from OrleansMembershipVersionTable v left join OrleansMembershipTable m on m.DeploymentId = v.DeploymentId
where v.DeploymentId = @DeploymentId'),
('DeleteMembershipTableEntriesKey', '
with silos as (delete from OrleansMembershipTable where DeploymentId = @DeploymentId)
update OrleansMembershipVersionTable set Version = 0 where DeploymentId = @DeploymentId'),
('GatewaysQueryKey', '
select Address, ProxyPort, Generation from OrleansMembershipTable
where DeploymentId = @DeploymentId and Status = @Status and ProxyPort > 0'),
-- 3 is "active": a silo that is silent but not yet declared dead stays.
('CleanupDefunctSiloEntriesKey', '
delete from OrleansMembershipTable where DeploymentId = @DeploymentId and IAmAliveTime < @IAmAliveTime and Status <> 3');

-- Reminders wake a grain up; what is due the grain computes from its own state.
create table OrleansRemindersTable (
    ServiceId     text        not null,
    GrainId       text        not null,
    ReminderName  text        not null,
    StartTime     timestamptz not null,
    Period        bigint      not null,
    GrainHash     int         not null,
    Version       int         not null default 0,
    primary key (ServiceId, GrainId, ReminderName)
);
create index OrleansRemindersTable_hash on OrleansRemindersTable (ServiceId, GrainHash);

insert into OrleansQuery values
('UpsertReminderRowKey', '
insert into OrleansRemindersTable as r (ServiceId, GrainId, ReminderName, StartTime, Period, GrainHash)
values (@ServiceId, @GrainId, @ReminderName, @StartTime, @Period, @GrainHash)
on conflict (ServiceId, GrainId, ReminderName) do update
    set StartTime = excluded.StartTime, Period = excluded.Period, GrainHash = excluded.GrainHash, Version = r.Version + 1
returning Version'),
('ReadReminderRowsKey', '
select GrainId, ReminderName, StartTime, Period, Version from OrleansRemindersTable where ServiceId = @ServiceId and GrainId = @GrainId'),
('ReadReminderRowKey', '
select GrainId, ReminderName, StartTime, Period, Version from OrleansRemindersTable
where ServiceId = @ServiceId and GrainId = @GrainId and ReminderName = @ReminderName'),
('ReadRangeRows1Key', '
select GrainId, ReminderName, StartTime, Period, Version from OrleansRemindersTable
where ServiceId = @ServiceId and GrainHash > @BeginHash and GrainHash <= @EndHash'),
('ReadRangeRows2Key', '
select GrainId, ReminderName, StartTime, Period, Version from OrleansRemindersTable
where ServiceId = @ServiceId and (GrainHash > @BeginHash or GrainHash <= @EndHash)'),
('DeleteReminderRowKey', '
with deleted as (
    delete from OrleansRemindersTable
    where ServiceId = @ServiceId and GrainId = @GrainId and ReminderName = @ReminderName and Version = @Version
    returning 1)
select count(*)::int from deleted'),
('DeleteReminderRowsKey', 'delete from OrleansRemindersTable where ServiceId = @ServiceId');
