import type { BookingReceipt, HoldView, ParticipantRole } from '../platform/shapes';

/** What somebody filled in while booking. Kept in this tab only, so that Back, a reload and an expired hold lose nothing. */
export interface Draft {
  name: string; email: string; language: string; postalCode: string; companion: 'no' | 'yes'; companionRole: ParticipantRole; companionName: string;
  companionEmail: string; question: string;
}

const empty: Draft = {
  name: '', email: '', language: 'nl', postalCode: '', companion: 'no', companionRole: 'helper', companionName: '', companionEmail: '', question: '',
};

function read<T>(key: string): T | null {
  const text = sessionStorage.getItem(key);
  return text ? (JSON.parse(text) as T) : null;
}
const write = (key: string, value: unknown) => sessionStorage.setItem(key, JSON.stringify(value));

export const drafts = {
  load: (tenant: string, language: string): Draft => ({ ...empty, language, ...read<Partial<Draft>>(`balie.draft.${tenant}`) }),
  save: (tenant: string, draft: Draft) => write(`balie.draft.${tenant}`, draft),
  clear: (tenant: string) => sessionStorage.removeItem(`balie.draft.${tenant}`),
};

export const holds = {
  load: (tenant: string): HoldView | null => read(`balie.hold.${tenant}`),
  save: (tenant: string, hold: HoldView) => write(`balie.hold.${tenant}`, hold),
  clear: (tenant: string) => sessionStorage.removeItem(`balie.hold.${tenant}`),
};

export const receipts = {
  load: (tenant: string): BookingReceipt | null => read(`balie.receipt.${tenant}`),
  save: (tenant: string, receipt: BookingReceipt) => write(`balie.receipt.${tenant}`, receipt),
};

const address = /^[^\s@]+@[^\s@]+\.[^\s@]+$/;

/** Names of the fields that cannot be right, in the order of the form. The door decides; this only saves a round trip. */
export function missing(draft: Draft): string[] {
  const wrong: string[] = [];
  if (!draft.name.trim()) wrong.push('name');
  if (!address.test(draft.email.trim())) wrong.push('email');
  if (!/^[1-9]\d{3}$/.test(draft.postalCode.trim())) wrong.push('postalCode');
  if (draft.companion === 'yes') {
    if (!draft.companionName.trim()) wrong.push('companion.name');
    if (draft.companionEmail.trim() && !address.test(draft.companionEmail.trim())) wrong.push('companion.email');
  }
  return wrong;
}
