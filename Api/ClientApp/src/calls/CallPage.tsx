import { useEffect, useState } from 'react';
import { DocumentsPanel } from '../documents/DocumentsPanel';
import { IdentityStep } from '../identity/IdentityStep';
import { announce } from '../platform/announce';
import { duration } from '../platform/dates';
import type { Dictionary } from '../platform/i18n/nl';
import { useText } from '../platform/i18n';
import { usePage } from '../platform/router';
import { Alert, Button, Dialog } from '../platform/ui';
import { useNow } from '../platform/useNow';
import { ConsentQuestion, RecordingState } from '../recording/Consent';
import { SigningStep } from '../signing/SigningStep';
import { Shell } from '../tenancy/Shell';
import { useTenant } from '../tenancy/Tenant';
import type { Chosen } from './DeviceCheck';
import type { Expectation } from './expectation';
import { expectationOf } from './expectation';
import type { MediaSession, MediaState } from './MediaSession';
import { usePresence } from './presence';
import { audioContext, maySound, watchLevel } from './sound';
import { Icon, ScreenButton, ScreenTile, Tile, Voices } from './Tile';
import { mySeat, useVisit, useWakeLock } from './Visit';
import { ConnectionNote } from './WaitingRoom';

interface CallPageProps {
  media: MediaSession | null;
  mediaState: MediaState | null;
  onLeave: () => void;
  onDevices: (devices: Chosen) => void;
}

/** The call as a citizen or a companion sees it. */
export function CallPage({ media, mediaState, onLeave, onDevices }: CallPageProps) {
  const { snapshot } = useVisit();
  const t = useText();
  const tenant = useTenant();
  const [documentsOpen, setDocumentsOpen] = useState(false);
  const [signingDone, setSigningDone] = useState(false);
  useWakeLock(true);
  usePage(`${t.visit.title} - ${tenant.name}`, 'call');
  usePresence(mediaState, onDevices);

  const expectation = expectationOf(snapshot);
  const shared = snapshot.dossier.shared !== null;
  useEffect(() => {
    if (shared) setDocumentsOpen(true);
  }, [shared]);
  useEffect(() => {
    // On a phone the documents come below what is asked: whoever opens them, they are in the window.
    if (documentsOpen) void document.querySelector('.call__side > .panel')?.scrollIntoView({ block: 'nearest' });
  }, [documentsOpen]);
  const sentence = nowLine(expectation, t);
  useEffect(() => announce(`${t.call.now} ${sentence}`), [t, sentence]);

  const mine = snapshot.signing.signers.find((s) => s.participant === snapshot.me.id);
  const signs = expectation.what === 'sign' || (mine?.signedAt != null && !signingDone && (snapshot.signing.status === 'signing' || snapshot.signing.status === 'completed'));
  return (
    <Shell wide aside={<CallState />}>
      <div className={`call${signs ? ' call--signing' : ''}${documentsOpen ? ' call--documents' : ''}`}>
        <h1 className="visually-hidden">{t.visit.title}</h1>
        <div className="call__stage">
          <People mediaState={mediaState} />
        </div>
        <div className="call__side">
          <ConnectionNote />
          {signs ? (
            <SigningStep onDone={() => setSigningDone(true)} />
          ) : (
            <>
              <p className="now" data-testid="now">
                <strong>{t.call.now}</strong> {sentence}
              </p>
              <Trouble mediaState={mediaState} media={media} />
              {expectation.what === 'consent' && <ConsentQuestion />}
              <IdentityStep />
              {snapshot.signing.status === 'declined' && <Alert kind="warning" live><p>{t.signing.declined}</p></Alert>}
              <RecordingState />
              {documentsOpen && <DocumentsPanel />}
            </>
          )}
        </div>
        <Controls media={media} mediaState={mediaState} documentsOpen={documentsOpen} onDocuments={() => setDocumentsOpen((o) => !o)} onLeave={onLeave} />
      </div>
    </Shell>
  );
}

export function nowLine(e: Expectation, { call }: Dictionary): string {
  switch (e.what) {
    case 'sign': return call.nowSign;
    case 'identity': return call.nowIdentity;
    case 'identityWait': return call.nowIdentityWait;
    case 'consent': return call.nowConsent;
    case 'prepare': return call.nowPrepare;
    case 'otherSigns': return call.nowOtherSigns(e.name);
    case 'look': return call.nowLook(e.file);
    case 'talk': return call.nowTalk(e.name);
    case 'alone': return call.nowAlone;
  }
}

/** In the header: the red dot while it records, and the time in the call. */
function CallState() {
  const { snapshot, state } = useVisit();
  const t = useText();
  const now = useNow() + state.clockOffset;
  const { startedAt, recording } = snapshot.call;
  return (
    <div className="call-state">
      {recording && (
        <span className="rec" role="status">
          <span className="rec__dot" aria-hidden="true" /> {t.call.recording}
        </span>
      )}
      {startedAt && (
        <span className="call-state__time" aria-label={t.call.time}>
          {duration((now - Date.parse(startedAt)) / 1000)}
        </span>
      )}
    </div>
  );
}

/** The officer large, others beside, oneself in the corner. */
function People({ mediaState }: { mediaState: MediaState | null }) {
  const { snapshot } = useVisit();
  const t = useText();
  const others = snapshot.call.seats.filter((s) => s.participant !== snapshot.me.id && s.status === 'admitted');
  const main = others.find((s) => s.role === 'officer') ?? others[0];
  const citizen = snapshot.appointment.participants.find((p) => p.role === 'citizen')?.name ?? '';
  const remote = mediaState?.remote ?? {};
  const voices = others.flatMap((s) => (remote[s.participant]?.microphone ? [{ id: s.participant, stream: remote[s.participant]!.microphone! }] : []));
  const role = (seat: (typeof others)[number]) =>
    seat.role === 'officer' || seat.role === 'citizen' ? t.roles[seat.role] : t.helperOf(t.roles[seat.role], citizen);
  const own = mySeat(snapshot);
  const shown = others.find((s) => remote[s.participant]?.screen);
  return (
    <>
      {shown ? (
        <ScreenTile name={shown.name} stream={remote[shown.participant]!.screen!} />
      ) : main ? (
        <Tile large name={main.name} role={role(main)} seat={main} stream={main.camera ? remote[main.participant]?.camera : null} />
      ) : (
        <div className="tile tile--large tile--empty">
          <p>{t.call.nowAlone}</p>
        </div>
      )}
      <div className="strip">
        {others
          .filter((s) => shown || s !== main)
          .map((s) => (
            <Tile key={s.participant} name={s.name} role={role(s)} seat={s} stream={s.camera ? remote[s.participant]?.camera : null} />
          ))}
        <Tile own name={snapshot.me.name} seat={own} stream={mediaState?.camera} />
      </div>
      <Voices streams={voices} />
      {(snapshot.call.mediaLost || mediaState?.troubled) && (
        <div className="banner" role="status">
          <span className="spinner" aria-hidden="true" /> {t.call.mediaLost}
        </div>
      )}
    </>
  );
}

function Trouble({ mediaState, media }: { mediaState: MediaState | null; media: MediaSession | null }) {
  const t = useText();
  const silent = useSilence(mediaState);
  const error = mediaState?.deviceError;
  if (!media || (!error && !silent)) return null;
  const words = { denied: t.device.deniedText, missing: t.device.missingText, busy: t.device.busyText, insecure: t.device.insecure };
  return (
    <Alert kind="warning" title={error ? t.call.noDevice : t.call.silent} live>
      <p>{error ? words[error] : t.call.silentText}</p>
      <Button kind="secondary" onClick={() => void media.reopenMicrophone()}>
        {t.common.retry}
      </Button>
    </Alert>
  );
}

const nothingFor = 8000;

/** True when an open microphone gives no sound at all for a while: even a quiet room gives some. */
function useSilence(mediaState: MediaState | null): boolean {
  const stream = mediaState?.microphoneOn ? mediaState.microphone : null;
  const [silent, setSilent] = useState(false);
  useEffect(() => {
    setSilent(false);
    if (!stream || !maySound()) return;
    let heard = Date.now();
    return watchLevel(stream, (level) => {
      if (level > 0 || audioContext().state !== 'running') heard = Date.now();
      setSilent(Date.now() - heard > nothingFor);
    });
  }, [stream]);
  return silent;
}

interface ControlsProps { media: MediaSession | null; mediaState: MediaState | null; documentsOpen: boolean; onDocuments: () => void; onLeave: () => void }

function Controls({ media, mediaState, documentsOpen, onDocuments, onLeave }: ControlsProps) {
  const { snapshot } = useVisit();
  const t = useText();
  const [leaving, setLeaving] = useState(false);
  const microphone = mediaState?.microphoneOn ?? false;
  const camera = mediaState?.cameraOn ?? false;
  const count = snapshot.dossier.documents.length;
  return (
    <div className="controls" role="toolbar" aria-label={t.call.controls}>
      <button type="button" className="control" aria-pressed={microphone} onClick={() => void media?.setMicrophone(!microphone)} disabled={!media}>
        <Icon name={microphone ? 'mic' : 'mic-off'} />
        <span>{microphone ? t.call.microphoneOn : t.call.microphoneOff}</span>
      </button>
      <button type="button" className="control" aria-pressed={camera} onClick={() => void media?.setCamera(!camera)} disabled={!media}>
        <Icon name={camera ? 'cam' : 'cam-off'} />
        <span>{camera ? t.call.cameraOn : t.call.cameraOff}</span>
      </button>
      <ScreenButton media={media} on={mediaState?.screenOn ?? false} />
      <button type="button" className="control" aria-expanded={documentsOpen} onClick={onDocuments}>
        <Icon name="doc" />
        <span>
          {t.call.documents}
          {count > 0 && ` (${count})`}
        </span>
      </button>
      <button type="button" className="control control--leave" onClick={() => setLeaving(true)}>
        <Icon name="leave" />
        <span>{t.call.leave}</span>
      </button>
      {leaving && (
        <Dialog
          title={t.call.leaveTitle}
          onClose={() => setLeaving(false)}
          actions={
            <>
              <Button danger onClick={onLeave}>
                {t.call.leaveYes}
              </Button>
              <Button kind="secondary" onClick={() => setLeaving(false)}>
                {t.common.cancel}
              </Button>
            </>
          }
        >
          <p>{t.call.leaveText}</p>
        </Dialog>
      )}
    </div>
  );
}
