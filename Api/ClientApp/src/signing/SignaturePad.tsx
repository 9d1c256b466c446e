import type { PointGroup } from 'signature_pad';
import SignaturePadLibrary from 'signature_pad';
import { useEffect, useRef } from 'react';
import { useText } from '../platform/i18n';
import { Button } from '../platform/ui';

const most = 5000;

/** Polylines as x0,y0,x1,y1,... in 0..1 of the box; thinned when there are more numbers than the room takes. */
export function toStrokes(groups: Pick<PointGroup, 'points'>[], width: number, height: number): number[][] {
  const count = groups.reduce((sum, g) => sum + g.points.length * 2, 0);
  const every = Math.max(1, Math.ceil(count / most));
  const within = (v: number) => Math.round(Math.min(1, Math.max(0, v)) * 10_000) / 10_000;
  return groups
    .map((g) => g.points.filter((_, i) => i % every === 0 || i === g.points.length - 1).flatMap((p) => [within(p.x / width), within(p.y / height)]))
    .filter((line) => line.length >= 4);
}

/** A box to draw in with mouse, finger or pen. */
export function SignaturePad({ onChange }: { onChange: (strokes: number[][]) => void }) {
  const t = useText();
  const canvas = useRef<HTMLCanvasElement>(null);
  const pad = useRef<SignaturePadLibrary | null>(null);
  const changed = useRef(onChange);
  changed.current = onChange;
  useEffect(() => {
    const element = canvas.current!;
    const box = element.getBoundingClientRect();
    const sharp = Math.max(devicePixelRatio || 1, 1);
    element.width = box.width * sharp;
    element.height = box.height * sharp;
    element.getContext('2d')!.scale(sharp, sharp);
    const made = new SignaturePadLibrary(element, { minWidth: 0.8, maxWidth: 2.4, penColor: '#10243e' });
    made.addEventListener('endStroke', () => changed.current(toStrokes(made.toData(), box.width, box.height)));
    pad.current = made;
    return () => made.off();
  }, []);
  return (
    <div className="pad">
      <canvas ref={canvas} className="pad__box" aria-label={t.signing.drawHere} role="img" data-testid="signature-box" />
      <Button kind="secondary" onClick={() => { pad.current?.clear(); onChange([]); }}>{t.signing.clear}</Button>
    </div>
  );
}
