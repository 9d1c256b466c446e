import { useEffect, useRef, useState } from 'react';
import type { SeatView } from '../platform/shapes';
import { useText } from '../platform/i18n';
import { Button } from '../platform/ui';
import type { MediaSession } from './MediaSession';

/** A video element that follows its stream. */
export function Video({ stream, mirrored, label }: { stream: MediaStream; mirrored?: boolean; label: string }) {
  const ref = useRef<HTMLVideoElement>(null);
  useEffect(() => {
    const element = ref.current!;
    if (element.srcObject !== stream) element.srcObject = stream;
    element.play().catch(() => undefined); // Muted video may always play; a stream that is replaced meanwhile rejects and is played anew.
  }, [stream]);
  return <video ref={ref} className={mirrored ? 'tile__video tile__video--mirrored' : 'tile__video'} autoPlay playsInline muted aria-label={label} />;
}

/** Plays somebody's voice. When the browser wants a click first, it says so. */
export function Voice({ stream, onBlocked }: { stream: MediaStream; onBlocked: (play: () => void) => void }) {
  const ref = useRef<HTMLAudioElement>(null);
  useEffect(() => {
    const element = ref.current!;
    if (element.srcObject !== stream) element.srcObject = stream;
    element.play().catch((error: unknown) => {
      if (error instanceof DOMException && error.name === 'NotAllowedError') onBlocked(() => void element.play());
    });
  }, [stream, onBlocked]);
  return <audio ref={ref} autoPlay data-testid="voice" />;
}

interface TileProps {
  name: string;
  role?: string;
  seat?: SeatView;
  stream?: MediaStream | null;
  own?: boolean;
  large?: boolean;
}

/** One person: the picture, or the initials when there is none; the name, what they are, and what is off. */
export function Tile({ name, role, seat, stream, own, large }: TileProps) {
  const t = useText();
  const away = !own && seat && !seat.connected;
  const notes = [
    seat?.identifying && t.call.identifying,
    away && !seat?.identifying && t.call.away,
    !own && seat && seat.connected && !seat.microphone && t.call.muted,
  ].filter(Boolean);
  return (
    <figure className={`tile${large ? ' tile--large' : ''}${own ? ' tile--own' : ''}`} data-testid={own ? 'own-tile' : 'tile'} data-participant={seat?.participant}>
      {stream && !away ? (
        <Video stream={stream} mirrored={own} label={own ? t.device.selfView : name} />
      ) : (
        <div className="tile__blank" aria-hidden="true">
          {initials(name)}
        </div>
      )}
      <figcaption className="tile__caption">
        <strong>{own ? t.call.you : name}</strong>
        {role && <span className="tile__role">{role}</span>}
        {notes.map((note) => (
          <span key={String(note)} className="tile__note">
            {note}
          </span>
        ))}
      </figcaption>
    </figure>
  );
}

/** Somebody's screen: large, and never cropped. */
export function ScreenTile({ name, stream }: { name: string; stream: MediaStream }) {
  const t = useText();
  return (
    <figure className="tile tile--large" data-testid="screen-tile">
      <Video stream={stream} label={t.call.screenOf(name)} />
      <figcaption className="tile__caption"><strong>{t.call.screenOf(name)}</strong></figcaption>
    </figure>
  );
}

/** Sharing one's screen; not where the browser cannot. */
export function ScreenButton({ media, on }: { media: MediaSession | null; on: boolean }) {
  const t = useText();
  if (!('getDisplayMedia' in (navigator.mediaDevices ?? {}))) return null;
  return (
    <button type="button" className="control control--screen" aria-pressed={on} disabled={!media} onClick={() => void media?.setScreen(!on)}>
      <Icon name="screen" />
      <span>{on ? t.call.screenStop : t.call.screenShare}</span>
    </button>
  );
}

const paths: Record<string, string> = {
  mic: 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11v1a6 6 0 0 0 12 0v-1M12 18v3',
  'mic-off': 'M12 3a3 3 0 0 0-3 3v6a3 3 0 0 0 6 0V6a3 3 0 0 0-3-3ZM6 11v1a6 6 0 0 0 12 0v-1M12 18v3M4 4l16 16',
  cam: 'M3 7h11v10H3zM14 11l6-3v8l-6-3',
  'cam-off': 'M3 7h11v10H3zM14 11l6-3v8l-6-3M3 3l18 18',
  screen: 'M3 5h18v12H3zM8 21h8M12 17v4',
  doc: 'M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6',
  leave: 'M3 15c5-5 13-5 18 0l-3 3-3-2v-3M3 15l3 3 3-2v-3',
};

export function Icon({ name }: { name: string }) {
  return (
    <svg className="icon" viewBox="0 0 24 24" aria-hidden="true">
      <path d={paths[name]} fill="none" stroke="currentColor" strokeWidth="2" strokeLinecap="round" strokeLinejoin="round" />
    </svg>
  );
}

const initials = (name: string): string =>
  name.split(/\s+/).filter(Boolean).map((word) => word[0]!.toUpperCase()).filter((_, i, all) => i === 0 || i === all.length - 1).join('');

/** All voices, and the button for browsers that hold the sound back. */
export function Voices({ streams }: { streams: { id: string; stream: MediaStream }[] }) {
  const t = useText();
  const [blocked, setBlocked] = useState<(() => void)[]>([]);
  const [onBlocked] = useState(() => (play: () => void) => setBlocked((all) => [...all, play]));
  return (
    <>
      {streams.map(({ id, stream }) => (
        <Voice key={id} stream={stream} onBlocked={onBlocked} />
      ))}
      {blocked.length > 0 && (
        <div className="banner" role="alert">
          <span>{t.call.soundBlocked}</span>
          <Button
            onClick={() => {
              blocked.forEach((play) => play());
              setBlocked([]);
            }}
          >
            {t.call.soundOn}
          </Button>
        </div>
      )}
    </>
  );
}
