import type { QueueView } from '../platform/shapes';
import { backoff } from '../platform/http';
import { connectHub } from './hub';
import type { HubLink } from './VisitStore';

export interface DeskState { queue: QueueView | null; connected: boolean; lost: boolean }

/** Agenda and waiting of one day, live. A null date is today, as the municipality counts it. */
export class DeskStore {
  private state: DeskState = { queue: null, connected: false, lost: false };
  private readonly listeners = new Set<() => void>();
  private hub: HubLink | null = null;
  private timer: ReturnType<typeof setTimeout> | null = null;
  private attempt = 0;
  private stopped = false;
  private date: string | null = null;
  private asked = 0;

  constructor(
    private readonly tenant: string,
    private readonly connect: (tenant: string) => HubLink = (t) => connectHub('/hubs/desk', { tenant: t }),
  ) {}

  readonly subscribe = (listener: () => void): (() => void) => {
    this.listeners.add(listener);
    return () => this.listeners.delete(listener);
  };

  readonly getState = (): DeskState => this.state;

  start(): void {
    void this.open();
  }

  stop(): void {
    this.stopped = true;
    if (this.timer) clearTimeout(this.timer);
    void this.hub?.stop().catch(() => undefined);
  }

  show(date: string | null): void {
    this.date = date;
    void this.refresh();
  }

  private async open(): Promise<void> {
    if (this.stopped) return;
    const hub = this.connect(this.tenant);
    this.hub = hub;
    hub.on('QueueChanged', () => void this.refresh());
    hub.onclose(() => hub === this.hub && this.again());
    try {
      await hub.start();
      this.set({ connected: true, lost: false });
      this.attempt = 0;
      await this.refresh();
    } catch {
      // A closed door and a lost network look the same from here; both are tried again, slower and slower.
      if (hub === this.hub) this.again();
    }
  }

  private again(): void {
    if (this.stopped) return;
    this.set({ connected: false, lost: true });
    if (this.timer) clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.open(), backoff(this.attempt++));
  }

  private async refresh(): Promise<void> {
    if (!this.state.connected || !this.hub) return;
    const mine = ++this.asked;
    const queue = await this.hub.invoke<QueueView>('Enter', this.date).catch(() => null);
    // An answer to an older question must not replace a newer one; without an answer the connection's end asks again.
    if (queue && mine === this.asked) this.set({ queue });
  }

  private set(part: Partial<DeskState>): void {
    this.state = { ...this.state, ...part };
    this.listeners.forEach((l) => l());
  }
}
