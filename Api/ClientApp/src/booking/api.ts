import type { BookingDetails, BookingReceipt, HoldView, LinkExchange, SlotOffer } from '../platform/shapes';
import type { CallOptions } from '../platform/http';
import { get, send } from '../platform/http';

const at = (tenant: string) => `/api/${encodeURIComponent(tenant)}`;
const part = encodeURIComponent;

export const findSlots = (tenant: string, product: string, from: string, days: number, signal: AbortSignal) =>
  get<SlotOffer>(`${at(tenant)}/products/${part(product)}/slots?from=${from}&days=${days}`, { signal });

export const holdSlot = (tenant: string, product: string, start: string, options: CallOptions) => send<HoldView>('POST', `${at(tenant)}/holds`, { product, start }, options);

export const getHold = (tenant: string, hold: string, signal: AbortSignal) => get<HoldView>(`${at(tenant)}/holds/${part(hold)}`, { signal });

export const releaseHold = (tenant: string, hold: string) => send('DELETE', `${at(tenant)}/holds/${part(hold)}`, undefined, { tries: 2 });

export const confirmHold = (tenant: string, hold: string, details: BookingDetails, options: CallOptions) =>
  send<BookingReceipt>('POST', `${at(tenant)}/holds/${part(hold)}/confirm`, details, options);

export const exchangeLink = (tenant: string, visit: string, token: string) =>
  send<LinkExchange>('POST', `${at(tenant)}/visits/${part(visit)}/exchange`, { token });
