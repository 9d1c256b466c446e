import { s } from '../platform/i18n/staff';
import { useVisit } from './Visit';

/** What the citizen wanted to say beforehand, when there is something. */
export function Asked() {
  const { question } = useVisit().snapshot.appointment;
  if (!question) return null;
  return (
    <div className="asked">
      <h3 className="utrecht-heading-4">{s.cockpit.question}</h3>
      <p className="quote">{question}</p>
    </div>
  );
}
