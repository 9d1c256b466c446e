namespace Balie.Bench;

/// <summary>The floor's page: the least that two people need to see and hear each other.</summary>
internal static class BarePage
{
    public const string Html = """
        <!doctype html>
        <html lang="nl">
        <meta charset="utf-8">
        <title>Kaal</title>
        <button id="admit">Laat binnen</button>
        <p id="state"></p>
        <video id="own" autoplay playsinline muted></video>
        <video id="other" autoplay playsinline muted></video>
        <audio id="voice" autoplay></audio>
        <script>
        const element = (id) => document.getElementById(id);
        const line = new WebSocket(`ws://${location.host}/line${location.search}`);
        const say = (message) => line.send(JSON.stringify(message));
        let own, publisher, subscriber;
        const connection = (to) => {
          const made = new RTCPeerConnection();
          made.onicecandidate = ({ candidate }) => say({ do: 'trickle', to, candidate: candidate?.candidate ? candidate.toJSON() : null });
          return made;
        };
        const enter = async () => {
          publisher?.close();
          subscriber?.close();
          say({ do: 'enter' });
          publisher = connection('publisher');
          own.getTracks().forEach((track) => publisher.addTransceiver(track, { direction: 'sendonly' }));
          await publisher.setLocalDescription();
          say({ do: 'publish', sdp: publisher.localDescription.sdp });
        };
        const receive = async (sdp) => {
          subscriber = connection('subscriber');
          await subscriber.setRemoteDescription({ type: 'offer', sdp });
          const tracks = subscriber.getReceivers().map((receiver) => receiver.track);
          element('other').srcObject = new MediaStream(tracks.filter((track) => track.kind === 'video'));
          element('voice').srcObject = new MediaStream(tracks.filter((track) => track.kind === 'audio'));
          await subscriber.setLocalDescription();
          say({ do: 'start', sdp: subscriber.localDescription.sdp });
        };
        line.onmessage = ({ data }) => {
          const message = JSON.parse(data);
          switch (message.is) {
            case 'admitted': case 'again': return void enter();
            case 'answer': return void publisher.setRemoteDescription({ type: 'answer', sdp: message.sdp });
            case 'offer': return void receive(message.sdp);
          }
        };
        line.onopen = async () => {
          own = await navigator.mediaDevices.getUserMedia({
            video: { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24 } },
            audio: { echoCancellation: true, noiseSuppression: true, autoGainControl: true },
          });
          element('own').srcObject = own;
          element('state').textContent = 'open';
          if (location.search.includes('as=officer')) void enter();
        };
        element('admit').onclick = () => say({ do: 'admit' });
        </script>
        """;
}
