import type { SeatView } from '../platform/shapes';
import { duration } from '../platform/dates';
import { useText } from '../platform/i18n';
import { s } from '../platform/i18n/staff';
import { Button } from '../platform/ui';
import { useNow } from '../platform/useNow';
import type { MediaSession, MediaState } from './MediaSession';
import { Asked } from './Asked';
import { atDoor, firstAtDoor, isGone, isPresent } from './door';
import { usePresence } from './presence';
import { Icon, ScreenButton, ScreenTile, Tile, Voices } from './Tile';
import { mySeat, useVisit } from './Visit';
import { ConnectionNote } from './WaitingRoom';

type Run = (command: () => Promise<unknown>) => Promise<boolean>;

/** The middle of the cockpit: who waits at the door, the people in the call, one's own buttons. */
export function OfficerCall({ now, inCall, media, mediaState, run }: { now: number; inCall: boolean; media: MediaSession | null; mediaState: MediaState | null; run: Run }) {
  usePresence(mediaState);
  return (
    <div className="officer-call">
      <ConnectionNote />
      <Door now={now} run={run} inCall={inCall} />
      <Stage mediaState={mediaState} inCall={inCall} />
      {inCall && <Buttons media={media} mediaState={mediaState} run={run} />}
    </div>
  );
}

/** Everybody at the door, second browsers too. */
function Door({ now, run, inCall }: { now: number; run: Run; inCall: boolean }) {
  const { store, snapshot } = useVisit();
  const { appointment, call } = snapshot;
  const citizen = appointment.participants.find((p) => p.role === 'citizen')?.id;
  // While the citizen is not in, the large button of the script lets the first one in.
  const first = isPresent(call.seats.find((x) => x.participant === citizen), now) ? undefined : firstAtDoor(call, now);
  const here = atDoor(call, now).filter((x) => x.session !== first?.session);
  if (!inCall || !here.length) return null;
  return (
    <ul className="door">
      {here.map(({ seat, session, other }) => {
        const replaces = other && !isGone(seat, now);
        return (
          <li key={session}>
            <Button kind={replaces ? 'secondary' : 'primary'} onClick={() => void run(() => store.post('call/admit', { participant: seat.participant, session }))}>
              {(other ? s.cockpit.admitOther : s.cockpit.admit)(seat.name)}
            </Button>
            {other && <span className="small muted">{replaces ? s.cockpit.otherNote : s.cockpit.otherGone}</span>}
          </li>
        );
      })}
    </ul>
  );
}

function Stage({ mediaState, inCall }: { mediaState: MediaState | null; inCall: boolean }) {
  const { snapshot, state } = useVisit();
  const t = useText();
  const now = useNow() + state.clockOffset;
  const { call, me, appointment } = snapshot;
  const citizen = appointment.participants.find((p) => p.role === 'citizen')?.name ?? '';
  const others = call.seats.filter((x) => x.participant !== me.id && x.status === 'admitted');
  const main = others.find((x) => x.role === 'citizen') ?? others[0];
  const remote = mediaState?.remote ?? {};
  const role = (seat: SeatView) => (seat.role === 'officer' || seat.role === 'citizen' ? t.roles[seat.role] : t.helperOf(t.roles[seat.role], citizen));
  const shown = others.find((x) => remote[x.participant]?.screen);
  const voices = others.flatMap((x) => (remote[x.participant]?.microphone ? [{ id: x.participant, stream: remote[x.participant]!.microphone! }] : []));
  return (
    <div className="officer-stage">
      <div className="officer-stage__state">
        {call.recording && <span className="rec" role="status"><span className="rec__dot" aria-hidden="true" /> {t.call.recording}</span>}
        {call.startedAt && call.status === 'running' && <span className="clock" aria-label={t.call.time}>{duration((now - Date.parse(call.startedAt)) / 1000)}</span>}
      </div>
      {shown ? (
        <ScreenTile name={shown.name} stream={remote[shown.participant]!.screen!} />
      ) : main ? (
        <Tile large name={main.name} role={role(main)} seat={main} stream={main.camera ? remote[main.participant]?.camera : null} />
      ) : (
        <div className="tile tile--large tile--empty">
          <p>{call.status === 'ended' ? s.cockpit.ended : s.cockpit.nobody}</p>
          {/* The booking page promises that it is read before the talk. */}
          {call.status !== 'ended' && <Asked />}
        </div>
      )}
      <div className="strip">
        {others.filter((x) => shown || x !== main).map((x) => (
          <Tile key={x.participant} name={x.name} role={role(x)} seat={x} stream={x.camera ? remote[x.participant]?.camera : null} />
        ))}
        {inCall && <Tile own name={me.name} seat={mySeat(snapshot)} stream={mediaState?.camera} />}
      </div>
      <Voices streams={voices} />
      {(call.mediaLost || mediaState?.troubled) && <div className="banner" role="status"><span className="spinner" aria-hidden="true" /> {t.call.mediaLost}</div>}
    </div>
  );
}

function Buttons({ media, mediaState, run }: { media: MediaSession | null; mediaState: MediaState | null; run: Run }) {
  const { store } = useVisit();
  const t = useText();
  const microphone = mediaState?.microphoneOn ?? false;
  const camera = mediaState?.cameraOn ?? false;
  return (
    <div className="controls controls--officer" role="toolbar" aria-label={t.call.controls}>
      <button type="button" className="control" aria-pressed={microphone} disabled={!media} onClick={() => void media?.setMicrophone(!microphone)}>
        <Icon name={microphone ? 'mic' : 'mic-off'} /><span>{microphone ? t.call.microphoneOn : t.call.microphoneOff}</span>
      </button>
      <button type="button" className="control" aria-pressed={camera} disabled={!media} onClick={() => void media?.setCamera(!camera)}>
        <Icon name={camera ? 'cam' : 'cam-off'} /><span>{camera ? t.call.cameraOn : t.call.cameraOff}</span>
      </button>
      <ScreenButton media={media} on={mediaState?.screenOn ?? false} />
      <button type="button" className="control" onClick={() => void run(() => store.post('call/leave', {}))}>
        <Icon name="leave" /><span>{s.cockpit.leave}</span>
      </button>
      {mediaState?.deviceError && <span className="error-line" role="alert">{t.call.noDevice}</span>}
    </div>
  );
}
