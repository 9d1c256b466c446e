using System.Text.Json;
using Balie.Grains.Calls.Media;
using Balie.Grains.Interfaces.Calls;
using Microsoft.Playwright;

namespace Balie.Grains.Tests.Media;

/// <summary>One participant: a Chromium page and the lines between it and the room that a hub would carry.</summary>
public sealed class CallPage
{
    const string Script = """
        const state = { sub: null, tracks: [], offers: 0 };
        window.call = state;
        async function publish() {
          state.media ??= await navigator.mediaDevices.getUserMedia({ audio: true, video: { width: 320, height: 240, frameRate: 15 } });
          state.pub?.close();
          const pub = state.pub = new RTCPeerConnection();
          for (const track of state.media.getTracks()) pub.addTrack(track, state.media);
          await renegotiate('publish');
          state.sub?.close();
          state.sub = null; state.tracks = [];
          document.querySelectorAll('audio, video').forEach(e => e.remove());
          const first = await window.room_subscribe();
          if (first) await receive(JSON.parse(first));
        }
        async function renegotiate(how, kinds) {
          const pub = state.pub, early = [];
          let send = c => early.push(c);
          pub.onicecandidate = e => send(e.candidate);
          await pub.setLocalDescription(await pub.createOffer({ iceRestart: how === 'restart' }));
          const answer = await window.room_offer(how, pub.localDescription.sdp, JSON.stringify(kinds ?? null));
          await pub.setRemoteDescription({ type: 'answer', sdp: answer });
          send = c => window.room_trickle('Publisher', JSON.stringify(c));
          for (const c of early) await send(c);
        }
        async function share() {
          const canvas = document.createElement('canvas'); canvas.width = 640; canvas.height = 360;
          const paint = canvas.getContext('2d'); let n = 0;
          setInterval(() => { paint.fillStyle = n++ % 2 ? '#084' : '#048'; paint.fillRect(0, 0, 640, 360); }, 100);
          state.screen = state.pub.addTransceiver(canvas.captureStream(10).getVideoTracks()[0], { direction: 'sendonly' });
          await renegotiate('configure');
        }
        async function unshare() {
          state.screen.stop();
          await renegotiate('configure');
        }
        async function receive(offer) {
          if (!state.sub) {
            state.sub = new RTCPeerConnection();
            state.sub.onicecandidate = e => window.room_trickle('Subscriber', JSON.stringify(e.candidate));
          }
          state.offers++;
          await state.sub.setRemoteDescription({ type: 'offer', sdp: offer.Sdp });
          await state.sub.setLocalDescription(await state.sub.createAnswer());
          await window.room_answer(offer.Number, state.sub.localDescription.sdp);
          state.tracks = offer.Tracks.filter(t => t.Active);
          for (const t of state.sub.getTransceivers()) {
            const told = state.tracks.find(x => x.Mid === t.mid), id = 'media-' + t.mid;
            let element = document.getElementById(id);
            if (!told) { element?.remove(); continue; }
            if (!element) {
              element = document.createElement(told.Kind === 0 ? 'audio' : 'video');
              element.id = id; element.autoplay = true; document.body.append(element);
              element.srcObject = new MediaStream([t.receiver.track]);
            }
            element.dataset.who = told.ParticipantId; element.dataset.kind = told.Kind;
          }
        }
        /* What has truly been received of one person: frames decoded, sound energy, width of the picture shown. */
        async function received(who, kind) {
          const told = state.tracks.find(t => t.ParticipantId === who && t.Kind === kind);
          const line = told && state.sub.getTransceivers().find(t => t.mid === told.Mid);
          if (!line) return null;
          for (const s of (await line.receiver.getStats()).values())
            if (s.type === 'inbound-rtp') return { frames: s.framesDecoded ?? 0, energy: s.totalAudioEnergy ?? 0, width: document.getElementById('media-' + told.Mid)?.videoWidth ?? 0 };
          return null;
        }
        async function until(condition, values) {
          for (const end = Date.now() + 20000; Date.now() < end; await new Promise(r => setTimeout(r, 100)))
            if (await condition(values)) return;
          throw new Error('never came true: ' + condition + ' ' + JSON.stringify([values, state.tracks, state.offers]));
        }
        """;

    readonly Func<MediaRoom> room;
    readonly IPage page;

    CallPage(string name, Func<MediaRoom> room, IPage page) => (Name, this.room, this.page) = (name, room, page);

    public string Name { get; }

    public static async Task<CallPage> OpenAsync(MediaStage stage, Func<MediaRoom> room, string name)
    {
        var self = new CallPage(name, room, await stage.OpenPageAsync());
        await self.page.ExposeFunctionAsync<string, string, string, Task<string>>("room_offer", self.OfferAsync);
        await self.page.ExposeFunctionAsync<Task<string?>>("room_subscribe", async () =>
            await room().SubscribeAsync(name, name) is { } offer ? JsonSerializer.Serialize(offer) : null);
        await self.page.ExposeFunctionAsync<int, string, Task<string>>("room_answer", async (number, sdp) => { await room().AnswerAsync(name, number, sdp); return ""; });
        await self.page.ExposeFunctionAsync<string, string, Task<string>>("room_trickle", async (connection, candidate) =>
        {
            var told = JsonSerializer.Deserialize<IceCandidate?>(candidate, JsonSerializerOptions.Web);
            await room().TrickleAsync(name, Enum.Parse<PeerConnectionKind>(connection), told);
            return "";
        });
        await self.page.AddScriptTagAsync(new() { Content = Script });
        return self;
    }

    Task<string> OfferAsync(string how, string sdp, string kinds) => how == "publish"
        ? room().PublishAsync(Name, Name, sdp)
        : room().RenegotiateAsync(Name, sdp, JsonSerializer.Deserialize<Dictionary<string, TrackKind>?>(kinds));

    public Task PublishAsync() => page.EvaluateAsync("publish()");

    public Task ReceiveAsync(SubscriberOffer offer) => page.EvaluateAsync("o => receive(JSON.parse(o))", JsonSerializer.Serialize(offer));

    public Task ShareScreenAsync() => page.EvaluateAsync("share()");

    public Task StopSharingAsync() => page.EvaluateAsync("unshare()");

    public Task RestartPublisherAsync() => page.EvaluateAsync("renegotiate('restart')");

    /// <summary>What it answered to the last offer.</summary>
    public Task<string> AnswerAsync() => page.EvaluateAsync<string>("call.sub.localDescription.sdp");

    public Task<int> OffersAsync() => page.EvaluateAsync<int>("call.offers");

    /// <summary>Waits until new frames of the other's picture are decoded and shown.</summary>
    public Task SeesAsync(CallPage other, TrackKind kind = TrackKind.Camera) => ShowsMoreAsync(other, 5, kind);

    /// <summary>Waits until that many more frames are decoded and shown; the picture's own clock.</summary>
    public async Task ShowsMoreAsync(CallPage other, int frames, TrackKind kind = TrackKind.Camera)
    {
        var before = await page.EvaluateAsync<int>("async ([w, k]) => (await received(w, k))?.frames ?? 0", new object[] { other.Name, (int)kind });
        await WaitAsync("async ([w, k, n]) => { const r = await received(w, k); return r && r.frames > n && r.width > 0; }", other.Name, (int)kind, before + frames);
    }

    /// <summary>Waits until new sound of the other arrives.</summary>
    public async Task HearsAsync(CallPage other)
    {
        var before = await EnergyAsync(other);
        await WaitAsync("async ([w, n]) => { const r = await received(w, 0); return r && r.energy > n; }", other.Name, before);
    }

    Task<double> EnergyAsync(CallPage other) => page.EvaluateAsync<double>("async w => (await received(w, 0))?.energy ?? 0", other.Name);

    public Task NoLongerHasAsync(CallPage other, TrackKind kind) =>
        WaitAsync("([w, k]) => !call.tracks.some(t => t.ParticipantId === w && t.Kind === k)", other.Name, (int)kind);

    /// <summary>True when no picture of the other arrived while a third was shown that many of theirs.</summary>
    public async Task<bool> SeesNothingAsync(CallPage other, CallPage third, int frames)
    {
        // What was on its way is here by then.
        await third.ShowsMoreAsync(other, 5);
        var before = await FramesAsync(other);
        await third.ShowsMoreAsync(other, frames);
        return before > 0 && await FramesAsync(other) == before;
    }

    Task<int> FramesAsync(CallPage other) => page.EvaluateAsync<int>("async w => (await received(w, 1))?.frames ?? 0", other.Name);

    Task WaitAsync(string condition, params object[] values) =>
        page.EvaluateAsync($"v => until({condition}, v)", values);

    public Task CloseAsync() => page.CloseAsync();
}
