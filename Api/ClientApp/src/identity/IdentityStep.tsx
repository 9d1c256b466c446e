import { useState } from 'react';
import { useText } from '../platform/i18n';
import type { IdentityCheckView } from '../platform/shapes';
import { Alert, Button } from '../platform/ui';
import { useIntoView } from '../platform/useIntoView';
import { useTenant } from '../tenancy/Tenant';
import { useVisit } from '../calls/Visit';

/** Proving who you are, beside the call: the login has its own window, the outcome comes by the live feed. */
export function IdentityStep() {
  const { snapshot } = useVisit();
  const t = useText();
  const check = snapshot.identity.checks.find((c) => c.participant === snapshot.me.id);
  if (!check || check.status === 'notAsked') return null;
  if (check.status === 'proven')
    return (
      <Alert kind="ok" live>
        <p>{t.identity.proven(check.provenName ?? '')}</p>
        <p>{t.identity.officerChecks}</p>
      </Alert>
    );
  if (check.status === 'confirmed') return <p className="ok-line">{t.identity.confirmed}</p>;
  if (check.status === 'rejected') return <Alert kind="warning" live><p>{t.identity.rejected}</p></Alert>;

  return <LogIn check={check} />;
}

function LogIn({ check }: { check: IdentityCheckView }) {
  const { store, snapshot } = useVisit();
  const t = useText();
  const tenant = useTenant();
  const [blocked, setBlocked] = useState<string | null>(null);
  const asked = useIntoView<HTMLElement>();
  const product = tenant.products.find((p) => p.id === snapshot.appointment.product);
  const address = (means: string) =>
    `/${tenant.code}/aanmelden/burger?${new URLSearchParams({ visit: store.place.visit, as: store.place.participant ?? '', means })}`;
  const open = (means: string) => {
    const opened = window.open(address(means), 'balie-login', 'popup,width=520,height=760');
    setBlocked(opened ? null : address(means));
  };
  return (
    <section ref={asked} className="step" aria-labelledby="identity-title">
      <h2 id="identity-title" className="utrecht-heading-3">{t.identity.title}</h2>
      {check.lastFailure && <Alert kind="warning" live><p>{t.identity.failures[check.lastFailure] ?? t.identity.failures['provider']}</p></Alert>}
      <p>{check.status === 'loggingIn' ? t.identity.waiting : t.identity.why}</p>
      <div className="actions actions--stack">
        {(product?.identityMeans ?? ['itsme', 'eid']).map((means, i) => (
          <Button key={means} kind={i === 0 && check.status !== 'loggingIn' ? 'primary' : 'secondary'} onClick={() => open(means)}>
            {means === 'itsme' ? t.identity.itsme : t.identity.eid}
          </Button>
        ))}
      </div>
      {blocked && (
        <p>
          {t.identity.blocked}{' '}
          <a className="utrecht-link utrecht-link--html-a" href={blocked} target="_blank" rel="noopener">
            {t.identity.openHere}
          </a>
        </p>
      )}
    </section>
  );
}
