import { useEffect, useRef, useState } from 'react';
import type { SeatView } from '../platform/shapes';
import { useText } from '../platform/i18n';
import { Button } from '../platform/ui';

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
