import { CockpitPage } from './calls/CockpitPage';
import { DeskPage } from './calls/DeskPage';
import { DossierPage } from './calls/DossierPage';
import { ImpactPage } from './impact/ImpactPage';
import { LanguageProvider, useText } from './platform/i18n';
import { Link, match, usePage, usePath } from './platform/router';
import { PlaybackPage } from './recording/PlaybackPage';
import { StaffGate, StaffShell } from './tenancy/Staff';
import { TenantProvider, useTenant } from './tenancy/Tenant';

export function StaffApp() {
  const path = usePath();
  const tenant = path.split('/').find(Boolean) ?? '';
  return (
    <LanguageProvider>
      <TenantProvider code={tenant}>
        <StaffGate>
          <Page path={path} />
        </StaffGate>
      </TenantProvider>
    </LanguageProvider>
  );
}

function Page({ path }: { path: string }) {
  if (match('/{tenant}/balie', path)) return <DeskPage />;
  if (match('/{tenant}/balie/impact', path)) return <ImpactPage />;
  const cockpit = match('/{tenant}/balie/bezoek/{visit}', path);
  if (cockpit) return <CockpitPage visit={cockpit['visit']!} />;
  const dossier = match('/{tenant}/balie/bezoek/{visit}/dossier', path);
  if (dossier) return <DossierPage visit={dossier['visit']!} />;
  const playback = match('/{tenant}/balie/bezoek/{visit}/opname', path);
  if (playback) return <PlaybackPage visit={playback['visit']!} />;
  return <NotFound />;
}

function NotFound() {
  const t = useText();
  const tenant = useTenant();
  usePage(t.notFound.title);
  return (
    <StaffShell>
      <h1 className="utrecht-heading-1">{t.notFound.title}</h1>
      <p>{t.notFound.text}</p>
      <Link to={`/${tenant.code}/balie`}>{t.notFound.home}</Link>
    </StaffShell>
  );
}
