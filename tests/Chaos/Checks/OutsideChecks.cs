using Balie.Chaos.Clients;
using Balie.Chaos.Play;
using Npgsql;

namespace Balie.Chaos.Checks;

/// <summary>What left Balie: the outbox empties without dead letters, each mail arrived under its key, and no moment is taken twice.</summary>
public static class OutsideChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    public static async Task<IReadOnlyList<Check>> RunAsync(NpgsqlConnection database, Mailbox mailbox, IReadOnlyList<VisitPlay> visits) =>
        [await OutboxAsync(database), await MailsAsync(database, mailbox, visits), await SlotsAsync(database, visits)];

    private static async Task<Check> OutboxAsync(NpgsqlConnection database)
    {
        // A message that failed often enough waits for minutes: what is due within the patience must go.
        const string Open = "select count(*) from outbox where done_at is null and dead_at is null and (attempts > 0 or not_before <= now())";
        var until = DateTimeOffset.UtcNow + Patience;
        using var look = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        while (await database.CountAsync(Open) > 0 && DateTimeOffset.UtcNow < until) await look.WaitForNextTickAsync();
        var wrong = new List<string>();
        await foreach (var row in database.RowsAsync("""
            select id, stream, kind, attempts, coalesce(last_error, ''), dead_at is not null from outbox
            where dead_at is not null or (done_at is null and (attempts > 0 or not_before <= now())) order by id
            """))
            wrong.Add($"{row.GetInt64(0)} {row.GetString(1)} {row.GetString(2)} {(row.GetBoolean(5) ? "is dead" : "waits")} after {row.GetInt32(3)} attempts: {row.GetString(4)}");
        return Check.Of("the outbox is empty, without dead letters", await database.CountAsync("select count(*) from outbox"), wrong);
    }

    private static async Task<Check> MailsAsync(NpgsqlConnection database, Mailbox mailbox, IReadOnlyList<VisitPlay> visits)
    {
        var keys = new List<string>();
        await foreach (var row in database.RowsAsync("select idempotency_key from outbox where kind = 'mail' and done_at is not null")) keys.Add(row.GetString(0));
        var mails = await mailbox.AllAsync();
        var arrived = mails.ToLookup(m => m.MessageId[..m.MessageId.LastIndexOf('@')]);
        var wrong = keys.GroupBy(k => k).Where(g => g.Count() > 1).Select(g => $"{g.Key} stands in the outbox {g.Count()} times").ToList();
        wrong.AddRange(keys.Where(k => !arrived.Contains(k)).Select(k => $"{k} was sent and did not arrive"));
        wrong.AddRange(arrived.Where(a => !keys.Contains(a.Key)).Select(a => $"{a.Key} arrived and is not in the outbox"));
        wrong.AddRange(arrived.Where(a => a.Select(m => m.To).Distinct().Count() > 1).Select(a => $"{a.Key} went to several people"));
        foreach (var address in visits.Where(v => v.Visit.Length > 0).SelectMany(v => new[] { v.Email, v.HelperEmail }.OfType<string>()))
        {
            var ids = mails.Where(m => m.To == address && m.VisitLink is not null).Select(m => m.MessageId).Distinct().Count();
            if (ids != 1) wrong.Add($"{address} got {ids} different mails with a link");
        }

        return Check.Of($"each mail arrived under its key ({mails.Count - arrived.Count} came more than once)", keys.Count, wrong);
    }

    private static async Task<Check> SlotsAsync(NpgsqlConnection database, IReadOnlyList<VisitPlay> visits)
    {
        var wrong = new List<string>();
        await foreach (var row in database.RowsAsync("""
            select a.visit, b.visit from slot_claim a join slot_claim b on a.tenant = b.tenant and a.staff = b.staff and a.visit < b.visit and a.period && b.period
            union all
            select a.visit, b.visit from appointment a join appointment b on a.tenant = b.tenant and a.staff = b.staff and a.visit < b.visit
              and tstzrange(a.start_at, a.end_at) && tstzrange(b.start_at, b.end_at) where a.status <> 'Cancelled' and b.status <> 'Cancelled'
            """))
            wrong.Add($"{row.GetString(0)} and {row.GetString(1)} have the same time");
        var claimed = new HashSet<string>();
        await foreach (var row in database.RowsAsync("select visit from slot_claim where kind = 'appointment'")) claimed.Add(row.GetString(0));
        wrong.AddRange(visits.Where(v => v.Visit.Length > 0 && !claimed.Contains(v.Visit)).Select(v => $"{v.Visit} has no time in the agenda"));
        return Check.Of("no moment is taken twice, each visit has its own", claimed.Count, wrong);
    }
}
