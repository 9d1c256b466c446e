import { createRoot } from 'react-dom/client';
import { StaffApp } from './StaffApp';
import { applyScheme } from './tenancy/Staff';
import { loadTheme } from './tenancy/Tenant';
import './platform/styles/base';
import './platform/styles/call.css';
import './platform/styles/staff.css';

applyScheme();
const tenant = location.pathname.split('/').find(Boolean) ?? '';
void loadTheme(tenant).then(() => createRoot(document.getElementById('root')!).render(<StaffApp />));
