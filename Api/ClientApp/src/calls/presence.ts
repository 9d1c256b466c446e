import { useEffect } from 'react';
import type { Chosen } from './DeviceCheck';
import type { MediaState } from './MediaSession';
import { mySeat, useVisit } from './Visit';

/** Tells the others what is on; a login window counts as "identifying". Remembers the choice for a reload through <paramref name="onDevices" />. */
export function usePresence(mediaState: MediaState | null, onDevices?: (devices: Chosen) => void): void {
  const { store, snapshot } = useVisit();
  const identifying = snapshot.identity.checks.some((c) => c.participant === snapshot.me.id && c.status === 'loggingIn');
  const microphone = mediaState?.microphoneOn;
  const camera = mediaState?.cameraOn;
  const seat = mySeat(snapshot);
  const differs = seat?.status === 'admitted' && (seat.microphone !== microphone || seat.camera !== camera || seat.identifying !== identifying);
  const started = mediaState !== null && (mediaState.camera !== null || mediaState.microphone !== null || mediaState.deviceError !== null);
  useEffect(() => {
    if (!started || microphone === undefined || camera === undefined) return;
    onDevices?.({ microphone: mediaState?.microphone !== null, camera });
    if (!differs) return;
    // When it does not arrive, the next change or snapshot says it again.
    store.post('call/presence', { microphone, camera, identifying }).catch(() => undefined);
    // The other values follow these.
  }, [store, started, microphone, camera, identifying, differs]);
}
