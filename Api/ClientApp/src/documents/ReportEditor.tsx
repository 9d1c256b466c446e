import { useEffect, useRef, useState } from 'react';
import { serverNow, useVisit } from '../calls/Visit';
import type { ReportSectionView } from '../platform/shapes';
import { duration } from '../platform/dates';
import { ApiError } from '../platform/http';
import { s } from '../platform/i18n/staff';
import { Alert, Button } from '../platform/ui';
import type { SectionDraft } from './sectionDraft';
import { arrived, draftOf, keepMine, mustSave, refused, savedAs, sending, typed } from './sectionDraft';

/** The report in its sections; saves itself at every pause. */
export function ReportEditor() {
  const { snapshot } = useVisit();
  const report = snapshot.dossier.report;
  if (!report) return null;
  return (
    <div className="report">
      {report.locked && <Alert><p>{s.report.locked}</p></Alert>}
      {report.sections.map((section) => (
        <Section key={section.section} section={section} locked={report.locked} />
      ))}
    </div>
  );
}

const pause = 900;
const retryAfter = 5000;

function Section({ section, locked }: { section: ReportSectionView; locked: boolean }) {
  const { store, snapshot, state } = useVisit();
  const [draft, setDraft] = useState(() => draftOf(section));
  const current = useRef(draft);
  const update = (change: (draft: SectionDraft) => SectionDraft) => {
    current.current = change(current.current);
    setDraft(current.current);
  };
  const newest = useRef(section);
  newest.current = section;
  useEffect(() => update((d) => arrived(d, section)), [section]);

  const save = async () => {
    if (!mustSave(current.current, locked)) return;
    const { text, basedOn, callSecond } = current.current;
    update(sending);
    try {
      const saved = await store.put(`report/${section.section}`, { text, basedOn, callSecond });
      update((d) => savedAs(d, saved.version));
    } catch (cause) {
      if (!(cause instanceof ApiError)) throw cause;
      update((d) => refused(d, cause.code === 'report.stale'));
    }
  };
  useEffect(() => {
    if (!mustSave(draft, locked)) return;
    const timer = setTimeout(() => void save(), draft.failed ? retryAfter : pause);
    return () => clearTimeout(timer);
  }, [draft, locked]);
  useEffect(() => {
    // What was typed must not be lost by closing the window: the browser asks first.
    const ask = (e: BeforeUnloadEvent) => current.current.dirty && e.preventDefault();
    addEventListener('beforeunload', ask);
    return () => removeEventListener('beforeunload', ask);
  }, []);

  const startedAt = snapshot.call.status === 'running' ? snapshot.call.startedAt : null;
  const second = () => (startedAt ? Math.max(0, Math.floor((serverNow(state) - Date.parse(startedAt)) / 1000)) : null);
  const id = `report-${section.section}`;
  const status = draft.conflict ? '' : draft.failed ? s.report.failed : draft.sent !== null ? s.report.saving : draft.dirty ? s.report.unsaved : section.version > 0 ? `${s.report.saved}, ${s.report.version(section.version)}` : '';
  return (
    <div className="report__section">
      <div className="report__head">
        <label htmlFor={id}>{section.heading}</label>
        <span className="small muted">{section.callSecond !== null && s.report.at(duration(section.callSecond))}</span>
      </div>
      <textarea
        id={id}
        className="utrecht-textarea utrecht-textarea--html-textarea"
        rows={4}
        value={draft.text}
        readOnly={locked}
        onChange={(e) => update((d) => typed(d, e.target.value, second()))}
        onBlur={() => void save()}
        aria-describedby={`${id}-status`}
      />
      <p id={`${id}-status`} className={`small ${draft.failed ? 'error-line' : 'muted'}`} role="status">{status}</p>
      {draft.conflict && (
        <Alert kind="warning" live>
          <p>{s.report.conflict}</p>
          <blockquote className="quote">{section.text}</blockquote>
          <div className="actions">
            <Button kind="secondary" onClick={() => update(() => draftOf(newest.current))}>{s.report.theirs}</Button>
            <Button kind="secondary" onClick={() => update((d) => keepMine(d, newest.current.version))}>{s.report.mine}</Button>
          </div>
        </Alert>
      )}
    </div>
  );
}
