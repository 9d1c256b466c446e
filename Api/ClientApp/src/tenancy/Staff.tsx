import type { ReactNode } from 'react';
import { createContext, useContext, useEffect, useState } from 'react';
import { LiveRegion } from '../platform/announce';
import type { StaffMe } from '../platform/shapes';
import { get, send } from '../platform/http';
import { useText } from '../platform/i18n';
import { s } from '../platform/i18n/staff';
import { Link, usePage } from '../platform/router';
import { Alert, Refused, Spinner } from '../platform/ui';
import { useLoad } from '../platform/useLoad';
import { useTenant } from './Tenant';

const Context = createContext<StaffMe | null>(null);

export function useStaff(): StaffMe {
  const me = useContext(Context);
  if (!me) throw new Error('useStaff outside StaffGate');
  return me;
}

/** Lets staff of this municipality in; others get the way to log in. */
export function StaffGate({ children }: { children: ReactNode }) {
  const tenant = useTenant();
  const { data, error, again, reload } = useLoad((signal) => get<StaffMe>(`/api/${tenant.code}/staff/me`, { signal }), tenant.code);
  if (error?.status === 401 || error?.status === 403) return <Login forbidden={error.status === 403} />;
  if (error) return <main className="desk-page"><h1 className="utrecht-heading-1">{tenant.name}</h1><Refused error={error} onRetry={reload} busy={again} /></main>;
  if (!data) return <main className="desk-page"><Spinner /></main>;
  return <Context value={data}>{children}</Context>;
}

function Login({ forbidden }: { forbidden: boolean }) {
  const tenant = useTenant();
  usePage(`${s.login.title} - ${tenant.name}`);
  const back = `${location.pathname}${location.search}`;
  return (
    <main className="desk-page desk-page--login">
      <p className="kicker">{tenant.name}</p>
      <h1 className="utrecht-heading-1">{s.login.title}</h1>
      {forbidden ? <Alert kind="warning"><p>{s.login.forbidden}</p></Alert> : <p>{s.login.text(tenant.name)}</p>}
      <a className="utrecht-button utrecht-button--primary-action" href={`/${tenant.code}/aanmelden/medewerker?${new URLSearchParams({ terug: back })}`}>
        {s.login.button}
      </a>
    </main>
  );
}

type Scheme = 'auto' | 'light' | 'dark';
const stored = 'balie.scheme';

export function applyScheme(scheme: Scheme = (localStorage.getItem(stored) as Scheme | null) ?? 'auto'): Scheme {
  document.documentElement.dataset['scheme'] = scheme;
  return scheme;
}

/** Header and main of every staff page. <paramref name="fill" /> pages take the window and do not scroll. */
export function StaffShell({ children, fill, tools }: { children: ReactNode; fill?: boolean; tools?: ReactNode }) {
  const t = useText();
  const tenant = useTenant();
  const me = useStaff();
  const [scheme, setScheme] = useState<Scheme>(() => applyScheme());
  useEffect(() => {
    localStorage.setItem(stored, applyScheme(scheme));
  }, [scheme]);
  const logout = async () => {
    const { redirect } = await send<{ redirect: string }>('POST', `/api/${tenant.code}/staff/logout`, {});
    location.assign(redirect);
  };
  return (
    <div className={fill ? 'desk desk--fill' : 'desk'}>
      <a className="utrecht-skip-link utrecht-skip-link--visible-on-focus" href="#inhoud">{t.common.skip}</a>
      <header className="desk__header">
        <span className="header__mark" aria-hidden="true">{tenant.theme.mark}</span>
        <strong>{tenant.name}</strong>
        <nav aria-label="Balie">
          <Link to={`/${tenant.code}/balie`} className="desk__link">{s.nav.desk}</Link>
          <Link to={`/${tenant.code}/balie/impact`} className="desk__link">{s.nav.impact}</Link>
        </nav>
        <span className="desk__gap" />
        {tools}
        <label className="desk__scheme">
          <span className="visually-hidden">{s.nav.scheme}</span>
          <select value={scheme} onChange={(e) => setScheme(e.target.value as Scheme)}>
            <option value="auto">{s.nav.auto}</option>
            <option value="light">{s.nav.light}</option>
            <option value="dark">{s.nav.dark}</option>
          </select>
        </label>
        <span>{me.name}</span>
        <button type="button" className="desk__link" onClick={() => void logout()}>{s.nav.logout}</button>
      </header>
      <main id="inhoud" className={fill ? 'desk__fill' : 'desk-page'} tabIndex={-1}>{children}</main>
      <LiveRegion />
    </div>
  );
}
