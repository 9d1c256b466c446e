import type { MediaKind } from '../platform/shapes';

/** The browser's parts, so that tests run without one. */
export interface MediaParts {
  connection(iceServers: RTCIceServer[]): RTCPeerConnection;
  stream(track: MediaStreamTrack): MediaStream;
  open(kind: MediaKind): Promise<MediaStreamTrack>;
}

export const browserParts: MediaParts = {
  connection: (iceServers) => new RTCPeerConnection({ iceServers }),
  stream: (track) => new MediaStream([track]),
  open: async (kind) => {
    if (kind === 'screen') return (await navigator.mediaDevices.getDisplayMedia({ video: screenWish, audio: false })).getVideoTracks()[0]!;
    const wanted = kind === 'camera' ? { video: cameraWish } : { audio: microphoneWish };
    const stream = await navigator.mediaDevices.getUserMedia(wanted);
    return stream.getTracks()[0]!;
  },
};

export const cameraWish: MediaTrackConstraints = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 24 } };
/** A page that stands still needs sharpness more than movement. */
const screenWish: MediaTrackConstraints = { width: { max: 1920 }, height: { max: 1080 }, frameRate: { max: 10 } };
export const microphoneWish: MediaTrackConstraints = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

export type DeviceTrouble = 'denied' | 'missing' | 'busy' | 'insecure';

/** "Permission denied" is another problem than "no device" and than "in use": each has its own next step. */
export function deviceTrouble(error: unknown): DeviceTrouble {
  const name = error instanceof Error || error instanceof DOMException ? error.name : '';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  if (name === 'NotReadableError' || name === 'AbortError') return 'busy';
  if (name === 'TypeError') return 'insecure';
  return 'missing';
}
