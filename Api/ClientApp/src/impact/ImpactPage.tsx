import { useState } from 'react';
import type { ImpactFigure, ImpactRow, ImpactView } from '../platform/shapes';
import { isoDate, number } from '../platform/dates';
import { get } from '../platform/http';
import { s } from '../platform/i18n/staff';
import { usePage } from '../platform/router';
import { Field, Refused, Spinner } from '../platform/ui';
import { useLoad } from '../platform/useLoad';
import { StaffShell } from '../tenancy/Staff';
import { useTenant } from '../tenancy/Tenant';

/** What the counter saved: one figure large, its formula a click away, a table beneath. */
export function ImpactPage() {
  const tenant = useTenant();
  const today = isoDate(new Date());
  const [from, setFrom] = useState(`${today.slice(0, 4)}-01-01`);
  const [to, setTo] = useState(today);
  const query = `from=${from}&to=${to}`;
  const { data, error, again, reload } = useLoad((signal) => get<ImpactView>(`/api/${tenant.code}/impact?${query}`, { signal }), query);
  usePage(`${s.impact.title} - ${tenant.name}`);
  return (
    <StaffShell>
      <h1 className="utrecht-heading-1">{s.impact.title}</h1>
      <div className="desk-bar">
        <Field name="from" type="date" label={s.impact.from} value={from} onChange={setFrom} />
        <Field name="to" type="date" label={s.impact.to} value={to} onChange={setTo} />
        <span className="desk__gap" />
        <a className="utrecht-button utrecht-button--secondary-action" href={`/api/${tenant.code}/impact.csv?${query}`} download>{s.impact.csv}</a>
      </div>
      {error && <Refused error={error} onRetry={reload} busy={again} />}
      {!data && !error && <Spinner />}
      {data && (
        <>
          <ul className="figures">{data.figures.map((f) => <Figure key={f.code} figure={f} />)}</ul>
          <h2 className="utrecht-heading-3" id="months">{s.impact.months}</h2>
          <Months rows={data.months} />
        </>
      )}
    </StaffShell>
  );
}

function Figure({ figure }: { figure: ImpactFigure }) {
  return (
    <li className="figure">
      <h2 className="figure__label">{figure.label}</h2>
      <p className="figure__value">
        {figure.value === null ? <span className="figure__none">{s.impact.nothing}</span> : <>{number(figure.value, 'nl')} <span className="figure__unit">{figure.unit}</span></>}
      </p>
      <details>
        <summary>{s.impact.formula}</summary>
        <p>{figure.formula}</p>
        <p className="small muted">{s.impact.source}: {figure.source}</p>
      </details>
    </li>
  );
}

function Months({ rows }: { rows: ImpactRow[] }) {
  const value = (v: number | null) => (v === null ? '–' : number(v, 'nl'));
  return (
    <div className="table-frame">
      <table className="utrecht-table utrecht-table--html-table table" aria-labelledby="months">
        <thead>
          <tr>{[s.impact.month, s.impact.visits, s.impact.oneGo, s.impact.turnaround, s.impact.kilometres, s.impact.co2, s.impact.satisfaction].map((h) => <th key={h} scope="col">{h}</th>)}</tr>
        </thead>
        <tbody>
          {rows.length === 0 && <tr><td colSpan={7} className="muted">{s.impact.noMonths}</td></tr>}
          {rows.map((r) => (
            <tr key={r.month}>
              <th scope="row">{r.month}</th>
              {[r.visits, r.doneInOneGo, r.turnaroundMinutes, r.kilometres, r.kilogramsCo2, r.satisfaction].map((v, i) => <td key={i} className="number">{value(v)}</td>)}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
