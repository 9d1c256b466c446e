import type { KeyboardEvent } from 'react';
import { useEffect, useId, useRef } from 'react';
import type { PlaybackFile, PlaybackView, RecordedStretch } from '../platform/shapes';
import { clock, duration } from '../platform/dates';
import { s } from '../platform/i18n/staff';
import { Alert, Button } from '../platform/ui';
import type { Gap, Player, Playing, Reel } from './player';
import { isDue, stretchAt } from './player';

const jump = 10;
const speeds = [1, 1.5, 2];

interface Props { playback: PlaybackView; player: Player; now: Playing; marks: number[] }

/** One player for all tracks: pictures side by side with the name under each, all voices together, and one clock for them. */
export function RecordingPlayer({ playback, player, now, marks }: Props) {
  const keys = (e: KeyboardEvent) => {
    const target = e.target as HTMLElement;
    if (target.closest('select') || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === ' ' && !target.closest('button')) toggle();
    else if (e.key === 'j') player.seek(now.second - jump);
    else if (e.key === 'l') player.seek(now.second + jump);
    else return;
    e.preventDefault();
  };
  const toggle = () => (now.playing ? player.pause() : player.play());
  return (
    <section className="player" aria-label={s.playback.video} onKeyDown={keys} data-testid="player" data-second={now.second.toFixed(1)}>
      <Pictures playback={playback} player={player} second={now.second} gaps={now.gaps} />
      <p className="player__state" role="status">{now.playing && now.loading ? s.playback.loading : ''}</p>
      <Gaps tracks={playback.tracks} gaps={now.gaps} />
      <TimeBar playback={playback} player={player} second={now.second} marks={marks} />
      <div className="player__controls">
        <Button onClick={toggle}>{now.playing ? s.playback.pause : s.playback.play}</Button>
        <Button kind="secondary" onClick={() => player.seek(now.second - jump)}>{s.playback.back10}</Button>
        <Button kind="secondary" onClick={() => player.seek(now.second + jump)}>{s.playback.on10}</Button>
        <Speed player={player} />
        <span className="player__time number">{duration(now.second)} / {duration(playback.duration)}</span>
      </div>
      <Stretches stretches={playback.stretches} second={now.second} onSeek={(second) => player.seek(second)} />
    </section>
  );
}

/** What this browser cannot play of the recording: whoever watches must know that it is there. */
function Gaps({ tracks, gaps }: { tracks: PlaybackFile[]; gaps: readonly Gap[] }) {
  const sentences = gaps.flatMap((gap) => {
    const track = tracks.find((t) => t.id === gap.track);
    return track ? [(track.kind === 'microphone' ? s.playback.unheard : s.playback.unseen)(track.name, duration(gap.from), duration(gap.to))] : [];
  });
  return sentences.length === 0 ? null : <Alert live>{sentences.map((sentence) => <p key={sentence}>{sentence}</p>)}</Alert>;
}

function Speed({ player }: { player: Player }) {
  const id = useId();
  return (
    <span className="player__speed">
      <label htmlFor={id}>{s.playback.speed}</label>
      <select id={id} defaultValue="1" onChange={(e) => player.setSpeed(Number(e.target.value))}>
        {speeds.map((speed) => <option key={speed} value={speed}>{s.playback.times(speed)}</option>)}
      </select>
    </span>
  );
}

/** A person's camera or their screen, and every track of it. */
interface Owner { key: string; name: string; tracks: PlaybackFile[] }

function ownersOf(tracks: PlaybackFile[]): Owner[] {
  const owners = new Map<string, Owner>();
  for (const screen of [false, true]) {
    for (const track of tracks.filter((t) => (t.kind === 'screen') === screen)) {
      const key = `${track.participant} ${screen}`;
      const owner = owners.get(key) ?? { key, name: screen ? s.playback.screenOf(track.name) : track.name, tracks: [] };
      if (track.kind !== 'microphone') owner.tracks.push(track);
      owners.set(key, owner);
    }
  }
  return [...owners.values()];
}

/** Elements exist for the stretch that plays and the next one, so that the step from one to the other is not heard. */
function Pictures({ playback, player, second, gaps }: { playback: PlaybackView; player: Player; second: number; gaps: readonly Gap[] }) {
  const here = stretchAt(playback.stretches, second);
  const near = playback.stretches.filter((x) => here && x.offset >= here.offset).slice(0, 2).map((x) => x.segment);
  const isNear = (t: PlaybackFile) => near.includes(t.segment);
  if (here && here.state !== 'ready') return <p className="player__away">{s.playback.away[here.state] ?? s.playback.away.pending}</p>;
  return (
    <div className="player__pictures">
      {ownersOf(playback.tracks).map((owner) => (
        <figure key={owner.key} className="player__tile">
          <div className="player__frame">
            {owner.tracks.filter(isNear).map((t) => <Track key={t.id} track={t} player={player} shown={isDue(t, second, gaps)} />)}
            {!owner.tracks.some((t) => isDue(t, second, gaps)) && <span className="player__blank">{s.playback.noPicture}</span>}
          </div>
          <figcaption>{owner.name}</figcaption>
        </figure>
      ))}
      {playback.tracks.filter((t) => t.kind === 'microphone' && isNear(t)).map((t) => <Track key={t.id} track={t} player={player} shown={false} />)}
    </div>
  );
}

function Track({ track, player, shown }: { track: PlaybackFile; player: Player; shown: boolean }) {
  const ref = useRef<HTMLVideoElement & HTMLAudioElement>(null);
  useEffect(() => {
    player.attach(track.id, ref.current as Reel | null);
    return () => player.attach(track.id, null);
  }, [player, track.id]);
  return track.kind === 'microphone'
    ? <audio ref={ref} data-track={track.id} src={track.url} preload="auto" />
    : <video ref={ref} data-track={track.id} src={track.url} preload="auto" muted playsInline hidden={!shown} aria-label={s.playback.pictureOf(track.name)} />;
}

function TimeBar({ playback, player, second, marks }: Omit<Props, 'now'> & { second: number }) {
  const part = (seconds: number) => `${(100 * seconds) / Math.max(playback.duration, 0.1)}%`;
  return (
    <div className="player__bar">
      <div className="player__stretchbar" aria-hidden="true">
        {playback.stretches.map((x) => <span key={x.segment} className={`player__stretch player__stretch--${x.state}`} style={{ insetInlineStart: part(x.offset), inlineSize: part(x.duration) }} />)}
        {marks.map((mark) => <span key={mark} className="player__mark" style={{ insetInlineStart: part(mark) }} />)}
      </div>
      <input
        type="range" min={0} max={Math.max(playback.duration, 0.1)} step={1} value={second} aria-label={s.playback.place}
        aria-valuetext={s.playback.placeOf(duration(second), duration(playback.duration))} onChange={(e) => player.seek(Number(e.target.value))}
      />
    </div>
  );
}

const minutesBetween = (before: RecordedStretch, after: RecordedStretch): string =>
  duration((Date.parse(after.startedAt) - Date.parse(before.startedAt)) / 1000 - before.duration);

/** The stretches by name, with what lies between them. Nothing to say when there is one. */
function Stretches({ stretches, second, onSeek }: { stretches: RecordedStretch[]; second: number; onSeek: (second: number) => void }) {
  if (stretches.length === 1 && stretches[0]!.state === 'ready') return null;
  const here = stretchAt(stretches, second);
  return (
    <ol className="player__stretches" aria-label={s.playback.stretches}>
      {stretches.map((x, i) => (
        <li key={x.segment}>
          {i > 0 && <span className="muted small">{s.playback.between(minutesBetween(stretches[i - 1]!, x))}</span>}
          <button type="button" className="linkish" aria-current={x === here ? 'true' : undefined} onClick={() => onSeek(x.offset)}>{s.playback.stretch(i + 1, clock(x.startedAt), duration(x.duration))}</button>
          {x.state !== 'ready' && <span className="player__pending">{s.playback.state[x.state] ?? x.state}</span>}
          {x.marked && <span className="player__pending">{s.recording.marked}</span>}
        </li>
      ))}
    </ol>
  );
}
