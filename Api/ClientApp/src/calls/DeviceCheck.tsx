import { useEffect, useRef, useState } from 'react';
import { useText } from '../platform/i18n';
import { Alert, Button } from '../platform/ui';
import type { DeviceTrouble } from './devices';
import { cameraWish, deviceTrouble, microphoneWish } from './devices';
import { testTone, watchLevel } from './sound';
import { Video } from './Tile';

export interface Chosen { camera: boolean; microphone: boolean }

interface Devices { stream: MediaStream | null; camera: DeviceTrouble | null; microphone: DeviceTrouble | null }

/** Opens both, and when that fails each alone, so that a missing camera does not cost the microphone. */
async function openDevices(): Promise<Devices> {
  const media = navigator.mediaDevices;
  if (!media) return { stream: null, camera: 'insecure', microphone: 'insecure' };
  try {
    return { stream: await media.getUserMedia({ video: cameraWish, audio: microphoneWish }), camera: null, microphone: null };
  } catch (both) {
    const alone = async (wish: MediaStreamConstraints) => media.getUserMedia(wish).then((s) => s, (e: unknown) => deviceTrouble(e));
    if (deviceTrouble(both) === 'denied') {
      const sound = await alone({ audio: microphoneWish });
      if (!(sound instanceof MediaStream)) return { stream: null, camera: 'denied', microphone: 'denied' };
      return { stream: sound, camera: 'denied', microphone: null };
    }
    const sound = await alone({ audio: microphoneWish });
    const picture = await alone({ video: cameraWish });
    const tracks = [sound, picture].flatMap((s) => (s instanceof MediaStream ? s.getTracks() : []));
    return {
      stream: tracks.length ? new MediaStream(tracks) : null,
      camera: picture instanceof MediaStream ? null : picture,
      microphone: sound instanceof MediaStream ? null : sound,
    };
  }
}

const close = (stream: MediaStream | null) => stream?.getTracks().forEach((track) => track.stop());

/** Camera, microphone and speaker, one look each; each trouble has its own words and its own way on. */
export function DeviceCheck({ onReady, onlyTest }: { onReady?: (chosen: Chosen) => void; onlyTest?: boolean }) {
  const t = useText();
  const [devices, setDevices] = useState<Devices | null>(null);
  const [opening, setOpening] = useState(false);
  const opened = useRef<MediaStream | null>(null);
  const start = async () => {
    setOpening(true);
    close(opened.current);
    const found = await openDevices();
    opened.current = found.stream;
    setDevices(found);
    setOpening(false);
  };
  useEffect(() => () => close(opened.current), []);
  const camera = devices?.stream?.getVideoTracks()[0];
  const microphone = devices?.stream?.getAudioTracks()[0];
  const trouble = devices && (devices.microphone ?? devices.camera);
  const go = () => onReady?.({ camera: camera !== undefined, microphone: microphone !== undefined });

  if (!devices)
    return (
      <div className="devices">
        <p className="utrecht-paragraph">{t.device.intro}</p>
        <div className="actions">
          <Button busy={opening} onClick={() => void start()}>
            {t.device.start}
          </Button>
        </div>
      </div>
    );
  return (
    <div className="devices">
      {trouble && <Trouble trouble={trouble} />}
      <div className="devices__grid">
        <section className="devices__part" aria-labelledby="device-camera">
          <h2 id="device-camera" className="utrecht-heading-4">{t.device.camera}</h2>
          {camera ? (
            <>
              <div className="devices__picture"><Video stream={devices.stream!} mirrored label={t.device.selfView} /></div>
              <p className="ok-line">{t.device.cameraOk}</p>
            </>
          ) : (
            <p className="muted">{t.call.cameraOff}</p>
          )}
        </section>
        <section className="devices__part" aria-labelledby="device-microphone">
          <h2 id="device-microphone" className="utrecht-heading-4">{t.device.microphone}</h2>
          {microphone ? <Level stream={devices.stream!} /> : <p>{t.device.noMicrophone}</p>}
          <h2 className="utrecht-heading-4">{t.device.speaker}</h2>
          <Button kind="secondary" onClick={testTone}>
            {t.device.play}
          </Button>
          <p className="small muted">{t.device.played}</p>
        </section>
      </div>
      <div className="actions">
        {!onlyTest && <Button onClick={go}>{camera ? t.device.ready : t.device.noCamera}</Button>}
        {trouble && (
          <Button kind="secondary" busy={opening} onClick={() => void start()}>
            {t.common.retry}
          </Button>
        )}
      </div>
    </div>
  );
}

function Trouble({ trouble }: { trouble: DeviceTrouble }) {
  const { device } = useText();
  const words: Record<DeviceTrouble, [string, string]> = {
    denied: [device.denied, device.deniedText],
    missing: [device.missing, device.missingText],
    busy: [device.busy, device.busyText],
    insecure: [device.missing, device.insecure],
  };
  const [title, text] = words[trouble];
  return (
    <Alert kind="warning" title={title} live>
      <p>{text}</p>
    </Alert>
  );
}

function Level({ stream }: { stream: MediaStream }) {
  const t = useText();
  const [level, setLevel] = useState(0);
  const [heard, setHeard] = useState(false);
  const [silent, setSilent] = useState(false);
  useEffect(() => {
    const stop = watchLevel(stream, (l) => {
      setLevel(l);
      if (l > 0.08) setHeard(true);
    });
    const late = setTimeout(() => setSilent(true), 6000);
    return () => {
      stop();
      clearTimeout(late);
    };
  }, [stream]);
  return (
    <>
      <meter className="level" min={0} max={1} low={0.04} value={level} aria-label={t.device.level} />
      <p className={heard ? 'ok-line' : 'small'} role="status">
        {heard ? t.device.heard : silent ? t.device.silent : t.device.speak}
      </p>
    </>
  );
}
