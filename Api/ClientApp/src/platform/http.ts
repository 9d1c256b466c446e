import type { FieldError } from './shapes';

/** A refusal of the door, or the network's. <see code="status" /> 0 = no answer came. */
export class ApiError extends Error {
  constructor(
    readonly status: number,
    readonly errors: FieldError[],
    readonly traceId: string | null = null,
    readonly retryAfter: number | null = null,
  ) {
    super(errors[0]?.message ?? `HTTP ${status}`);
  }

  get code(): string {
    return this.errors[0]?.code ?? (this.status === 0 ? 'network' : `http.${this.status}`);
  }

  field(name: string): FieldError | undefined {
    return this.errors.find((e) => e.field === name);
  }
}

export interface CallOptions {
  /** Which visit cookie is meant; staff calls leave it out. */
  participant?: string | null;
  signal?: AbortSignal;
  /** Gives up after this many tries; reading pages try once, commands until they are answered. */
  tries?: number;
  onTrouble?: (again: number) => void;
}

export const newCommandId = (): string => crypto.randomUUID();

const pause = (ms: number, signal?: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const stop = () => {
      clearTimeout(timer);
      reject(signal!.reason);
    };
    const timer = setTimeout(() => {
      // A signal may outlive many waits.
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    signal?.addEventListener('abort', stop, { once: true });
  });

/** Waits between tries: short at first, never longer than <paramref name="most" />. */
export const backoff = (attempt: number, most = 5000): number => Math.min(most, 300 * 2 ** attempt);

async function refusal(response: Response): Promise<ApiError> {
  const retryAfter = Number(response.headers.get('Retry-After')) || null;
  const text = await response.text();
  try {
    const problem = JSON.parse(text) as { errors?: FieldError[] | Record<string, string[]>; traceId?: string; title?: string };
    const errors = Array.isArray(problem.errors)
      ? problem.errors
      : [{ code: `http.${response.status}`, message: problem.title ?? '', field: null }];
    return new ApiError(response.status, errors, problem.traceId ?? null, retryAfter);
  } catch {
    return new ApiError(response.status, [], null, retryAfter);
  }
}

async function once(path: string, init: RequestInit): Promise<Response> {
  try {
    return await fetch(path, { credentials: 'same-origin', cache: 'no-store', ...init });
  } catch (cause) {
    if (init.signal?.aborted) throw cause;
    throw new ApiError(0, []);
  }
}

async function answer<T>(response: Response): Promise<T> {
  if (!response.ok) throw await refusal(response);
  if (response.status === 204 || response.headers.get('Content-Length') === '0') return undefined as T;
  const text = await response.text();
  return (text ? JSON.parse(text) : undefined) as T;
}

/** No answer, or one that another moment may better. */
export const passes = (error: unknown): error is ApiError => error instanceof ApiError && (error.status === 0 || error.status === 502 || error.status === 503);

/** Passes, or will for who does not ask again at once: the door was asked too often. */
export const passesLater = (error: unknown): error is ApiError => passes(error) || (error instanceof ApiError && error.status === 429);

async function repeat<T>(attempt: () => Promise<T>, tries: number, options: CallOptions): Promise<T> {
  for (let n = 0; ; n++) {
    try {
      return await attempt();
    } catch (error) {
      if (!passes(error) || n + 1 >= tries) throw error;
      options.onTrouble?.(n + 1);
      await pause(error.retryAfter ? Math.min(error.retryAfter * 1000, 10_000) : backoff(n), options.signal);
    }
  }
}

const who = (options: CallOptions): Record<string, string> => (options.participant ? { 'Balie-Participant': options.participant } : {});

export function get<T>(path: string, options: CallOptions = {}): Promise<T> {
  const init = { headers: { Accept: 'application/json', ...who(options) }, signal: options.signal };
  return repeat(async () => answer<T>(await once(path, init)), options.tries ?? 2, options);
}

/** Sends a command. Repeats it with the same id when no answer came, so that it happens once. */
export function send<T = void>(method: 'POST' | 'PUT' | 'DELETE', path: string, body: unknown, options: CallOptions = {}): Promise<T> {
  const headers: Record<string, string> = { 'Balie-Command-Id': newCommandId(), 'Balie-Request': '1', Accept: 'application/json', ...who(options) };
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const init = { method, headers, signal: options.signal, body: body === undefined ? undefined : JSON.stringify(body) };
  return repeat(async () => answer<T>(await once(path, init)), options.tries ?? 6, options);
}

/** Uploads one file with progress (0 to 1). The browser's fetch cannot tell progress, so this is XMLHttpRequest. */
export function upload<T>(path: string, file: File, onProgress: (part: number) => void, options: CallOptions = {}): Promise<T> {
  const commandId = newCommandId();
  const attempt = () =>
    new Promise<T>((resolve, reject) => {
      const request = new XMLHttpRequest();
      request.open('POST', path);
      for (const [name, value] of Object.entries({ 'Balie-Command-Id': commandId, 'Balie-Request': '1', ...who(options) })) request.setRequestHeader(name, value);
      request.upload.onprogress = (e) => e.lengthComputable && onProgress(e.loaded / e.total);
      request.onerror = () => reject(new ApiError(0, []));
      request.onload = () =>
        answer<T>(new Response(request.status === 204 ? null : request.responseText, { status: request.status || 503 })).then(resolve, reject);
      options.signal?.addEventListener('abort', () => request.abort());
      const form = new FormData();
      form.append('file', file);
      request.send(form);
    });
  return repeat(attempt, options.tries ?? 4, options);
}
