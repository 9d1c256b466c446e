import { useEffect, useState, useSyncExternalStore } from 'react';
import type { PlaybackView } from '../platform/shapes';
import type { Playing } from './player';
import { Player } from './player';

const nothing: PlaybackView = { duration: 0, stretches: [], tracks: [], film: null };
const lookEvery = 100;

/** One player for the life of the page; it goes on where it is when the recording grows. */
export function usePlayer(playback: PlaybackView | null): { player: Player; now: Playing } {
  const [player] = useState(() => new Player(nothing, () => performance.now() / 1000));
  useEffect(() => player.load(playback ?? nothing), [player, playback]);
  useEffect(() => {
    const timer = setInterval(() => player.tick(), lookEvery);
    return () => {
      clearInterval(timer);
      player.pause();
    };
  }, [player]);
  return { player, now: useSyncExternalStore(player.subscribe, () => player.snapshot) };
}
