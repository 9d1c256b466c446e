import { createRoot, hydrateRoot } from 'react-dom/client';
import { CitizenApp } from './CitizenApp';
import { writtenTenant } from './pages/written';
import { dictionary, preferred, settleLanguage } from './platform/i18n';
import { loadTheme } from './tenancy/Tenant';
import './platform/styles/base';
import './platform/styles/citizen.css';

/** Takes over the page that the door wrote, or writes it when the door could not. */
async function start(): Promise<void> {
  const code = location.pathname.split('/').find(Boolean) ?? '';
  const language = preferred();
  settleLanguage();
  const [t] = await Promise.all([dictionary(language), document.getElementById('balie-theme') ? null : loadTheme(code)]);
  const root = document.getElementById('root')!;
  const tenant = writtenTenant(code);
  const app = <CitizenApp first={{ language, t }} given={tenant} />;
  if (tenant && 'whole' in root.dataset && document.documentElement.lang === language) hydrateRoot(root, app);
  else createRoot(root).render(app);
}

void start();
