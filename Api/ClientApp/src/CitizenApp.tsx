import { lazy, Suspense } from 'react';
import { DetailsPage } from './booking/DetailsPage';
import { ProductPage } from './booking/ProductPage';
import { ProductsPage } from './booking/ProductsPage';
import { ReceiptPage } from './booking/ReceiptPage';
import { SlotsPage } from './booking/SlotsPage';
import type { FirstWords } from './platform/i18n';
import { LanguageProvider, useText } from './platform/i18n';
import type { TenantView } from './platform/shapes';
import { Link, match, usePage, usePath } from './platform/router';
import { Spinner } from './platform/ui';
import { AccessibilityPage } from './tenancy/AccessibilityPage';
import { Shell } from './tenancy/Shell';
import { TenantProvider, useTenant } from './tenancy/Tenant';

const VisitPage = lazy(() => import('./calls/VisitPage'));

export function CitizenApp({ first, given }: { first: FirstWords; given: TenantView | null }) {
  const path = usePath();
  const tenant = path.split('/').find(Boolean) ?? '';
  return (
    <LanguageProvider first={first}>
      <TenantProvider code={tenant} given={given}>
        <CitizenPage path={path} />
      </TenantProvider>
    </LanguageProvider>
  );
}

export function CitizenPage({ path }: { path: string }) {
  const tenant = useTenant();
  if (match('/{tenant}', path)) return <ProductsPage />;
  if (match('/{tenant}/geboekt', path)) return <ReceiptPage />;
  if (match('/{tenant}/toegankelijkheid', path)) return <AccessibilityPage />;
  if (match('/{tenant}/bezoek', path))
    return (
      <Suspense fallback={<Shell><Spinner /></Shell>}>
        <VisitPage />
      </Suspense>
    );
  const asked = match('/{tenant}/p/{product}', path) ?? match('/{tenant}/p/{product}/moment', path) ?? match('/{tenant}/p/{product}/gegevens', path);
  const product = tenant.products.find((p) => p.id === asked?.['product']);
  if (!product) return <NotFound />;
  if (path.endsWith('/moment')) return <SlotsPage product={product} />;
  if (path.endsWith('/gegevens')) return <DetailsPage product={product} />;
  return <ProductPage product={product} />;
}

function NotFound() {
  const t = useText();
  const tenant = useTenant();
  usePage(`${t.notFound.title} - ${tenant.name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.notFound.title}</h1>
      <p className="utrecht-paragraph">{t.notFound.text}</p>
      <div className="actions">
        <Link to={`/${tenant.code}`} className="utrecht-button utrecht-button--primary-action">{t.notFound.home}</Link>
      </div>
    </Shell>
  );
}
