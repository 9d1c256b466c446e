import { describe, expect, it } from 'vitest';
import type { ReportSectionView } from '../platform/shapes';
import { arrived, draftOf, keepMine, mustSave, refused, savedAs, sending, typed } from './sectionDraft';

const section = (text: string, version: number): ReportSectionView => ({ section: 'facts', heading: 'Feiten', text, version, callSecond: null, savedAt: null });

describe('a section of the report', () => {
  it('takes a colleague\'s version over when nothing was typed', () => expect(arrived(draftOf(section('a', 1)), section('b', 2))).toMatchObject({ text: 'b', basedOn: 2, dirty: false }));
  it('lets the writer choose when both wrote', () => {
    const draft = arrived(typed(draftOf(section('a', 1)), 'mine', 3), section('theirs', 2));
    expect(draft).toMatchObject({ text: 'mine', conflict: true });
    expect(mustSave(draft, false)).toBe(false);
    expect(keepMine(draft, 2)).toMatchObject({ text: 'mine', basedOn: 2, conflict: false, dirty: true });
  });
  it('knows its own save when it comes back by the live feed first', () => {
    const draft = arrived(sending(typed(draftOf(section('', 0)), 'mine', 3)), section('mine', 1));
    expect(draft).toMatchObject({ conflict: false, basedOn: 1 });
    expect(savedAs(draft, 1)).toMatchObject({ dirty: false, basedOn: 1 });
  });
  it('saves again what was typed while a save was under way', () => {
    const draft = savedAs(typed(sending(typed(draftOf(section('', 0)), 'one', 3)), 'one two', 9), 1);
    expect(draft).toMatchObject({ dirty: true, basedOn: 1, text: 'one two' });
  });
  it('remembers the moment in the call of the first key after a save', () => {
    const draft = typed(typed(draftOf(section('', 0)), 'a', 12), 'ab', 20);
    expect(draft.callSecond).toBe(12);
    expect(typed(savedAs(sending(draft), 1), 'abc', 40).callSecond).toBe(40);
  });
  it('does not save while the report is locked', () => expect(mustSave(typed(draftOf(section('', 0)), 'a', 1), true)).toBe(false));
  it('keeps the text when saving fails, and tries again', () => {
    const draft = refused(sending(typed(draftOf(section('', 0)), 'a', 1)), false);
    expect(draft).toMatchObject({ text: 'a', failed: true, conflict: false });
    expect(mustSave(draft, false)).toBe(true);
  });
});
