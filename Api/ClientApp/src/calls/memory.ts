import type { Chosen } from './DeviceCheck';
import type { Joined } from './stage';

export interface Remembered { visit: string; participant: string }

/** Which visit this tab is in, so that a reload comes back to the same place; the newest one for a tab that does not know. */
export const visitMemory = {
  load(tenant: string): Remembered | null {
    const text = sessionStorage.getItem(`balie.visit.${tenant}`) ?? localStorage.getItem(`balie.visit.${tenant}`);
    return text ? (JSON.parse(text) as Remembered) : null;
  },
  save(tenant: string, visit: Remembered): void {
    const text = JSON.stringify(visit);
    sessionStorage.setItem(`balie.visit.${tenant}`, text);
    localStorage.setItem(`balie.visit.${tenant}`, text);
  },
};

export interface JoinMemory { joined: Joined; devices: Chosen }

export const joinMemory = {
  load(participant: string): JoinMemory {
    const text = sessionStorage.getItem(`balie.joined.${participant}`);
    return text ? (JSON.parse(text) as JoinMemory) : { joined: 'no', devices: { camera: true, microphone: true } };
  },
  save: (participant: string, memory: JoinMemory): void => sessionStorage.setItem(`balie.joined.${participant}`, JSON.stringify(memory)),
};

/** "#visit.token" of the link in a mail. */
export function readFragment(hash: string): { visit: string; token: string } | null {
  const text = decodeURIComponent(hash.replace(/^#/, ''));
  const dot = text.lastIndexOf('.');
  return dot > 0 && dot < text.length - 1 ? { visit: text.slice(0, dot), token: text.slice(dot + 1) } : null;
}
