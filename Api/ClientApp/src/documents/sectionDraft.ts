import type { ReportSectionView } from '../platform/shapes';

/** What one editor has of one section. <see cref="sent" /> is the text of a save that is under way. */
export interface SectionDraft { text: string; basedOn: number; dirty: boolean; sent: string | null; conflict: boolean; failed: boolean; callSecond: number | null }

export const draftOf = (section: ReportSectionView): SectionDraft => ({
  text: section.text, basedOn: section.version, dirty: false, sent: null, conflict: false, failed: false, callSecond: null,
});

/** Typing; the first key after a save keeps the moment in the call. */
export const typed = (draft: SectionDraft, text: string, callSecond: number | null): SectionDraft => ({
  ...draft, text, dirty: true, callSecond: draft.dirty ? draft.callSecond : callSecond,
});

/** A newer version arrived: taken over when nothing is lost by it, else the writer chooses. */
export function arrived(draft: SectionDraft, section: ReportSectionView): SectionDraft {
  if (section.version <= draft.basedOn) return draft;
  if (!draft.dirty) return draftOf(section);
  if (section.text === draft.text || section.text === draft.sent) return { ...draft, basedOn: section.version, dirty: section.text !== draft.text };
  return draft.sent !== null ? draft : { ...draft, conflict: true };
}

export const sending = (draft: SectionDraft): SectionDraft => ({ ...draft, sent: draft.text, failed: false });

export const savedAs = (draft: SectionDraft, version: number): SectionDraft => ({
  ...draft, basedOn: Math.max(version, draft.basedOn), dirty: draft.text !== draft.sent, sent: null, conflict: false, failed: false,
});

export const refused = (draft: SectionDraft, stale: boolean): SectionDraft => ({ ...draft, sent: null, conflict: stale, failed: !stale });

/** "Keep mine": the next save is based on what the other one wrote. */
export const keepMine = (draft: SectionDraft, newest: number): SectionDraft => ({ ...draft, basedOn: newest, conflict: false, dirty: true });

export const mustSave = (draft: SectionDraft, locked: boolean): boolean => draft.dirty && draft.sent === null && !draft.conflict && !locked;
