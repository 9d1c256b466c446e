/** The shapes that travel between the door and the client. Instants are ISO 8601 UTC strings. */

export interface Theme { primary: string; accent: string; mark: string; radius: number; headings: string }
export interface Choice { code: string; label: string }
export interface ProductText { name: string; summary: string; toBring: string[]; whatHappens: string[] }
export interface ProductView {
  id: string; name: string; summary: string; toBring: string[]; whatHappens: string[]; durationMinutes: number; recordingOffered: boolean;
  identityMeans: string[]; steps: string[]; outcomes: Choice[]; reportSections: Choice[]; translations: Record<string, ProductText>;
}
export interface TenantView { code: string; name: string; theme: Theme; phone: string; email: string; address: string; products: ProductView[] }

export interface Slot { start: string; end: string; localTime: string }
export interface SlotDay { date: string; slots: Slot[] }
export interface SlotOffer { days: SlotDay[]; nextDay: string | null; lastDay: string }
export interface HoldView { hold: string; product: string; start: string; end: string; expiresAt: string }
export type ParticipantRole = 'citizen' | 'helper' | 'lawyer' | 'interpreter' | 'officer';
export interface Companion { role: ParticipantRole; name: string; email: string }
export interface BookingDetails {
  name: string; email: string; language: string; postalCode: string; companion: Companion | null; question: string;
}
export interface BookingReceipt { visit: string; start: string; end: string; product: string; email: string }
export type VisitStatus = 'booked' | 'cancelled' | 'inProgress' | 'closed';
export interface ParticipantView { id: string; role: ParticipantRole; name: string; email: string | null }
export interface AppointmentView {
  version: number; visit: string; product: string; start: string; end: string; status: VisitStatus; staff: string; staffName: string;
  participants: ParticipantView[]; language: string; doorsOpen: string; doorsClose: string; question: string | null; outcome: string | null;
  outcomeNote: string | null; rated: boolean;
}
export interface Invitation { participant: string; link: string }
export interface LinkExchange { participant: string; role: ParticipantRole; name: string; session: string }

export type SeatStatus = 'absent' | 'waiting' | 'admitted';
export interface SeatView {
  participant: string; role: ParticipantRole; name: string; status: SeatStatus; connected: boolean; microphone: boolean; camera: boolean;
  identifying: boolean; waitingSince: string | null; session: string | null; otherSessions: string[];
}
export interface CallView {
  version: number; status: 'notStarted' | 'running' | 'ended'; seats: SeatView[]; startedAt: string | null; endedAt: string | null;
  recording: boolean; mediaLost: boolean; endReason: string | null;
}
export type MediaKind = 'microphone' | 'camera' | 'screen';
export interface MediaLine { mid: string; kind: MediaKind; participant?: string | null; active?: boolean }
export interface MediaOffer { number: number; sdp: string; lines: MediaLine[] }
export interface MediaPublication { sdp: string; lines: MediaLine[]; continues: boolean }
export interface MediaAnswer { number: number; sdp: string }
export interface IceCandidate { candidate: string; sdpMid: string | null; sdpMLineIndex: number | null }
export interface MediaSignal { offer: MediaOffer | null; publishAgain: boolean }

export interface QueueEntry {
  visit: string; product: string; start: string; end: string; citizenName: string; staff: string; staffName: string; status: VisitStatus;
  waitingSince: string | null; waitingCount: number; inCall: boolean;
}
export interface QueueView { date: string; entries: QueueEntry[] }

export type IdentityStatus = 'notAsked' | 'asked' | 'loggingIn' | 'proven' | 'confirmed' | 'rejected';
export interface IdentityCheckView {
  participant: string; status: IdentityStatus; provenName: string | null; nameDiffers: boolean; maskedNumber: string | null; means: string | null;
  level: string | null; provenAt: string | null; decidedBy: string | null; decisionReason: string | null; lastFailure: string | null; checkList: string[];
}
export interface IdentityView { version: number; checks: IdentityCheckView[] }

export interface DocumentView {
  id: string; fileName: string; kind: 'upload' | 'report' | 'signed'; pages: number; size: number; addedAt: string; addedBy: string;
  addedByName: string; sha256: string; signed: boolean;
}
export interface SharedPage { document: string; page: number; by: string }
export interface ReportSectionView {
  section: string; heading: string; text: string; version: number; callSecond: number | null; savedAt: string | null;
}
export interface ReportView { locked: boolean; sections: ReportSectionView[] }
export interface DossierView { version: number; documents: DocumentView[]; shared: SharedPage | null; report: ReportView | null }

export type CeremonyStatus = 'notStarted' | 'preparing' | 'signing' | 'completed' | 'declined' | 'failed';
export interface SignerView { participant: string; name: string; role: string; signedAt: string | null; means: string | null }
export interface SigningView {
  version: number; status: CeremonyStatus; signers: SignerView[]; document: string | null; sha256: string | null; pages: number;
  next: string | null; reason: string | null;
}
export interface Signature { sha256: string; means: 'drawn' | 'typed'; typedName: string | null; strokes: number[][]; statementVersion: string }

export type ConsentAnswer = 'none' | 'yes' | 'no' | 'withdrawn';
export interface ConsentView { participant: string; name: string; answer: ConsentAnswer; at: string | null }
export interface SegmentView { id: string; startedAt: string; endedAt: string | null; reason: string | null; stored: boolean; marked: boolean }
export interface RecordingView {
  version: number; offered: boolean; asked: boolean; textVersion: string; consents: ConsentView[]; segmentOpen: boolean; segments: SegmentView[];
  export: 'none' | 'waiting' | 'composing' | 'ready' | 'failed'; exportPercent: number; pausedBecause: string | null;
}
export interface SegmentPlace { segment: string; offset: number; duration: number }
export interface TimelineMoment { at: string; second: number | null; what: string; text: string }
export interface RecordingLook { at: string; by: string; purpose: string }
export interface RecordingTimeline { duration: number; segments: SegmentPlace[]; moments: TimelineMoment[]; looks: RecordingLook[] }

export interface Me { id: string; isStaff: boolean; role: ParticipantRole; name: string; session: string | null }
export interface VisitRooms {
  appointment: AppointmentView; call: CallView; identity: IdentityView; dossier: DossierView; signing: SigningView; recording: RecordingView;
}
export type RoomName = keyof VisitRooms;
export type VisitSnapshot = VisitRooms & { me: Me; serverTime: string };

export interface StaffMe { id: string; name: string; roles: string[]; tenant: string }
export interface ImpactFigure { code: string; label: string; value: number | null; unit: string; formula: string; source: string }
export interface ImpactRow {
  month: string; visits: number; doneInOneGo: number; turnaroundMinutes: number | null; kilometres: number; kilogramsCo2: number; satisfaction: number | null;
}
export interface ImpactView { from: string; to: string; figures: ImpactFigure[]; months: ImpactRow[] }

export interface FieldError { code: string; message: string; field: string | null }
