/** Soft sounds, made here: nothing to load, nothing to wait for. */
let context: AudioContext | null = null;

export function audioContext(): AudioContext {
  context ??= new AudioContext();
  if (context.state === 'suspended') void context.resume();
  return context;
}

/** Browsers make no sound before somebody touched the page, and complain when asked. */
export const maySound = (): boolean => navigator.userActivation?.hasBeenActive ?? true;

function tone(frequency: number, at: number, length: number, loudness: number): void {
  if (!maySound()) return;
  const audio = audioContext();
  const start = audio.currentTime + at;
  const oscillator = audio.createOscillator();
  const gain = audio.createGain();
  oscillator.frequency.value = frequency;
  gain.gain.setValueAtTime(0, start);
  gain.gain.linearRampToValueAtTime(loudness, start + 0.03);
  gain.gain.exponentialRampToValueAtTime(0.001, start + length);
  oscillator.connect(gain).connect(audio.destination);
  oscillator.start(start);
  oscillator.stop(start + length);
}

/** Two friendly notes: you may come in. */
export function chime(): void {
  tone(523, 0, 0.5, 0.25);
  tone(784, 0.18, 0.8, 0.25);
}

/** One soft note: somebody waits. */
export function knock(): void {
  tone(440, 0, 0.35, 0.12);
}

/** The test of the speaker. */
export function testTone(): void {
  [392, 494, 587, 784].forEach((note, i) => tone(note, i * 0.22, 0.5, 0.25));
}

/** Loudness of a stream, 0 to 1, a few times a second; stops with the returned function. */
export function watchLevel(stream: MediaStream, onLevel: (level: number) => void): () => void {
  const audio = audioContext();
  const source = audio.createMediaStreamSource(stream);
  const analyser = audio.createAnalyser();
  analyser.fftSize = 512;
  source.connect(analyser);
  const samples = new Uint8Array(analyser.fftSize);
  const timer = setInterval(() => {
    analyser.getByteTimeDomainData(samples);
    let sum = 0;
    for (const sample of samples) sum += ((sample - 128) / 128) ** 2;
    onLevel(Math.min(1, Math.sqrt(sum / samples.length) * 5));
  }, 100);
  return () => {
    clearInterval(timer);
    source.disconnect();
  };
}
