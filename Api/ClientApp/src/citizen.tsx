import { createRoot } from 'react-dom/client';
import { CitizenApp } from './CitizenApp';
import { loadTheme } from './tenancy/Tenant';
import './platform/styles/base';
import './platform/styles/citizen.css';
import './platform/styles/call.css';

const tenant = location.pathname.split('/').find(Boolean) ?? '';
void loadTheme(tenant).then(() => createRoot(document.getElementById('root')!).render(<CitizenApp />));
