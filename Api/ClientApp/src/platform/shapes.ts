import type { components, operations, paths } from './contract';

/** Short names for the shapes of the contract, and the types that tie a path to its body and answer. Instants are ISO 8601 UTC strings. */

type Shape = components['schemas'];

export type AppointmentView = Shape['AppointmentView'];
export type BookingDetails = Shape['BookingBody'];
export type BookingReceipt = Shape['BookingReceipt'];
export type CallView = Shape['CallView'];
export type Choice = Shape['Choice'];
export type Companion = Shape['Companion'];
export type DocumentView = Shape['DocumentView'];
export type DossierView = Shape['DossierView'];
export type HoldView = Shape['HoldView'];
export type IceCandidate = Shape['IceCandidate'];
export type IdentityCheckView = Shape['IdentityCheckView'];
export type ImpactFigure = Shape['ImpactFigure'];
export type ImpactRow = Shape['ImpactRow'];
export type ImpactView = Shape['ImpactView'];
export type LinkExchange = Shape['Seat'];
export type Me = Shape['Me'];
export type MediaAnswer = Shape['MediaAnswer'];
export type ParticipantRole = Shape['ParticipantRole'];
export type ParticipantView = Shape['ParticipantView'];
export type PlaybackFile = Shape['PlaybackFile'];
export type PlaybackView = Shape['PlaybackView'];
export type ProductText = Shape['ProductText'];
export type ProductView = Shape['ProductView'];
export type QueueEntry = Shape['QueueEntry'];
export type QueueView = Shape['QueueView'];
export type RecordedStretch = Shape['RecordedStretch'];
export type RecordingTimeline = Shape['RecordingTimeline'];
export type ReportSectionView = Shape['ReportSectionView'];
export type SeatView = Shape['SeatView'];
export type SignaturesView = Shape['SignaturesView'];
export type Slot = Shape['Slot'];
export type SlotDay = Shape['SlotDay'];
export type SlotOffer = Shape['SlotOffer'];
export type StaffMe = Shape['StaffMe'];
export type TenantView = Shape['TenantView'];
export type VisitSnapshot = Shape['VisitSnapshot'];

export type FieldError = Shape['Problem']['errors'][number];

export type RoomName = 'appointment' | 'call' | 'identity' | 'dossier' | 'signing' | 'recording';

/** What an m-line carries. */
export type MediaKind = 'microphone' | 'camera' | 'screen';
export interface MediaLine { mid: string; kind: MediaKind; participant?: string | null; active?: boolean }
export interface MediaOffer {
  number: number;
  sdp: string;
  lines: MediaLine[];
  /** It begins a receiving connection; else it changes the one that exists. */
  first: boolean;
  /** With a first offer: the relay of this counter, if it has one. */
  relay?: RelayServer | null;
}
export interface RelayServer { urls: string[]; username: string; credential: string; expiresAt: string }
export interface MediaPublication { sdp: string; lines: MediaLine[]; continues: boolean }
export interface MediaSignal { offer: MediaOffer | null; publishAgain: boolean; subscribeAgain?: boolean }

type Method = 'get' | 'post' | 'put';
type VisitRoot = '/api/{tenant}/visits/{visit}/';
type Filled<Path extends string> = Path extends `${infer Before}{${string}}${infer After}` ? `${Before}${string}${Filled<After>}` : Path;
type Json<T> = T extends { content: { 'application/json': infer Body } } ? Body : void;
type Ok<T> = T extends { responses: infer R } ? Json<R extends { 200: infer A } ? A : R extends { 201: infer B } ? B : never> : void;
type Operation<P extends keyof paths, M extends Method> = paths[P] extends Record<M, infer O> ? O : never;
type VisitPaths<M extends Method> = { [P in keyof paths]: P extends `${VisitRoot}${string}` ? (paths[P] extends Record<M, operations[keyof operations]> ? P : never) : never }[keyof paths];
type Rest<P> = P extends `${VisitRoot}${infer R}` ? R : never;

/** A path within a visit that takes this method, as in "call/admit" or "report/facts". */
export type VisitPath<M extends Method> = Filled<Rest<VisitPaths<M>>>;
type Matching<M extends Method, Path extends string> = { [P in VisitPaths<M>]: Path extends Filled<Rest<P>> ? P : never }[VisitPaths<M>];
export type VisitBody<M extends Method, Path extends string> = Operation<Matching<M, Path>, M> extends { requestBody: infer B } ? Json<B> : Record<string, never>;
export type VisitAnswer<M extends Method, Path extends string> = Ok<Operation<Matching<M, Path>, M>>;
