using System.Net;
using System.Net.Http.Json;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Balie.System.Tests.Sandbox;

[Collection(SandboxCollection.Name)]
public sealed class HookFacts(SandboxProcess sandbox)
{
    private readonly byte[] key = RandomNumberGenerator.GetBytes(32);
    private readonly string hook = $"proef-{Guid.NewGuid():N}";

    private static CancellationToken Ct => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_signed_delivery_is_kept_as_it_came()
    {
        await Configure(new { secret = $"whsec_{Convert.ToBase64String(key)}" });

        (await Deliver("""{"type":"be.balie.appointment.booked.v1"}""", key)).ShouldBe(HttpStatusCode.NoContent);

        var delivery = (await List()).Single();
        delivery.GetProperty("body").GetString().ShouldBe("""{"type":"be.balie.appointment.booked.v1"}""");
        delivery.GetProperty("signature").GetProperty("outcome").GetString().ShouldBe("valid");
        delivery.GetProperty("headers").GetProperty("webhook-id").GetString()!.ShouldStartWith("msg_");
    }

    [Fact]
    public async Task A_delivery_with_another_key_or_an_old_time_is_refused_and_says_why()
    {
        await Configure(new { secret = $"whsec_{Convert.ToBase64String(key)}" });

        (await Deliver("{}", RandomNumberGenerator.GetBytes(32))).ShouldBe(HttpStatusCode.Unauthorized);
        (await Deliver("{}", key, DateTimeOffset.UtcNow.AddMinutes(-6))).ShouldBe(HttpStatusCode.Unauthorized);

        var reasons = (await List()).Select(one => one.GetProperty("signature").GetProperty("reason").GetString()).ToArray();
        reasons.ShouldBe(["no webhook-signature matches", "webhook-timestamp is more than five minutes off"]);
    }

    [Fact]
    public async Task Either_signature_of_a_rotation_is_good()
    {
        await Configure(new { secret = $"whsec_{Convert.ToBase64String(key)}" });

        (await Deliver("{}", key, prefix: "v1,AAAA ")).ShouldBe(HttpStatusCode.NoContent);
    }

    [Fact]
    public async Task A_receiver_can_fail_as_often_as_told()
    {
        await Configure(new { status = 503, times = 2 });

        HttpStatusCode[] answers = [await Deliver("{}", key, id: "msg_1"), await Deliver("{}", key, id: "msg_1"), await Deliver("{}", key, id: "msg_1")];

        answers.ShouldBe([HttpStatusCode.ServiceUnavailable, HttpStatusCode.ServiceUnavailable, HttpStatusCode.NoContent]);
        (await List()).Select(one => one.GetProperty("repeat").GetBoolean()).ShouldBe([false, true, true]);
    }

    private async Task Configure(object setting)
    {
        using var answer = await sandbox.Http.PutAsJsonAsync($"hooks/api/{hook}", setting, Ct);
        answer.EnsureSuccessStatusCode();
    }

    private async Task<HttpStatusCode> Deliver(string body, byte[] with, DateTimeOffset? at = null, string prefix = "", string? id = null)
    {
        id ??= $"msg_{Guid.NewGuid():N}";
        var seconds = (at ?? DateTimeOffset.UtcNow).ToUnixTimeSeconds();
        byte[] signed = Encoding.UTF8.GetBytes($"{id}.{seconds}.{body}");
        using var request = new HttpRequestMessage(HttpMethod.Post, $"hooks/{hook}") { Content = new StringContent(body, Encoding.UTF8, "application/json") };
        request.Headers.Add("webhook-id", id);
        request.Headers.Add("webhook-timestamp", $"{seconds}");
        request.Headers.Add("webhook-signature", $"{prefix}v1,{Convert.ToBase64String(HMACSHA256.HashData(with, signed))}");
        using var response = await sandbox.Http.SendAsync(request, Ct);
        return response.StatusCode;
    }

    private async Task<JsonElement[]> List() =>
        [.. JsonElement.Parse(await sandbox.Http.GetStringAsync($"hooks/api/{hook}?wait=5", Ct)).EnumerateArray()];
}
