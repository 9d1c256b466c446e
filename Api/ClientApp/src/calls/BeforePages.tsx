import { useState } from 'react';
import { moment, time } from '../platform/dates';
import { useText, useWords } from '../platform/i18n';
import { navigate, usePage } from '../platform/router';
import { Alert, Button, Countdown } from '../platform/ui';
import { Reach } from '../tenancy/Reach';
import { Shell } from '../tenancy/Shell';
import { useProductText, useTenant } from '../tenancy/Tenant';
import { Appointment, CancelVisit } from './Appointment';
import type { Chosen } from './DeviceCheck';
import { DeviceCheck } from './DeviceCheck';
import { useVisit } from './Visit';

/** The pages of a visit outside the call: the device check, too early, too late, cancelled, left. */

export function DevicesPage({ onReady }: { onReady: (chosen: Chosen) => void }) {
  const t = useText();
  usePage(`${t.device.title} - ${useTenant().name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.device.title}</h1>
      <Appointment />
      <DeviceCheck onReady={onReady} />
      <CancelVisit />
    </Shell>
  );
}

export function EarlyPage() {
  const { snapshot, state } = useVisit();
  const { t, language } = useWords();
  const tenant = useTenant();
  const words = useProductText();
  const [testing, setTesting] = useState(false);
  usePage(`${t.visit.earlyTitle} - ${tenant.name}`);
  const product = tenant.products.find((p) => p.id === snapshot.appointment.product);
  const opens = snapshot.appointment.doorsOpen;
  const soon = Date.parse(opens) - Date.now() - state.clockOffset < 3_600_000;
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.visit.earlyTitle}</h1>
      <Appointment />
      <Alert>
        <p>{t.visit.early(sameDay(opens, snapshot.serverTime) ? time(opens, language) : moment(opens, language))}</p>
        {soon && <Countdown until={opens} offset={state.clockOffset} label={t.visit.opensIn} />}
        <p>{t.visit.earlyWait}</p>
      </Alert>
      {product && (
        <>
          <h2 className="utrecht-heading-3">{t.visit.prepare}</h2>
          <ul className="utrecht-unordered-list">
            {words(product).toBring.map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
      {testing ? (
        <DeviceCheck onlyTest />
      ) : (
        <div className="actions">
          <Button kind="secondary" onClick={() => setTesting(true)}>
            {t.visit.test}
          </Button>
        </div>
      )}
      <CancelVisit />
    </Shell>
  );
}

const sameDay = (a: string, b: string) => a.slice(0, 10) === b.slice(0, 10);

export function LatePage() {
  const t = useText();
  const tenant = useTenant();
  usePage(`${t.visit.lateTitle} - ${tenant.name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.visit.lateTitle}</h1>
      <Appointment />
      <Alert kind="warning">
        <p>{t.visit.late}</p>
        <p><Reach text={t.common.helpText(tenant.phone)} /></p>
      </Alert>
      <Rebook />
    </Shell>
  );
}

export function CancelledPage() {
  const t = useText();
  usePage(`${t.visit.cancelledTitle} - ${useTenant().name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.visit.cancelledTitle}</h1>
      <Appointment />
      <p className="utrecht-paragraph">{t.visit.cancelled}</p>
      <Rebook />
    </Shell>
  );
}

function Rebook() {
  const t = useText();
  const tenant = useTenant();
  return (
    <div className="actions">
      <Button onClick={() => navigate(`/${tenant.code}`)}>{t.visit.rebook}</Button>
    </div>
  );
}

export function LeftPage({ onBack }: { onBack: () => void }) {
  const t = useText();
  const tenant = useTenant();
  usePage(`${t.visit.leftTitle} - ${tenant.name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.visit.leftTitle}</h1>
      <p className="utrecht-paragraph">{t.visit.left}</p>
      <div className="actions">
        <Button onClick={onBack}>{t.visit.goBack}</Button>
      </div>
      <p className="utrecht-paragraph"><Reach text={t.common.helpText(tenant.phone)} /></p>
    </Shell>
  );
}

