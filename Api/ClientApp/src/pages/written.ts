import type { TenantView } from '../platform/shapes';

/** What the door wrote into this page besides what is seen; null when it wrote none (the room did not answer, or no door served the page). */
export function writtenTenant(code: string): TenantView | null {
  const text = document.getElementById('balie-tenant')?.textContent;
  const tenant = text ? (JSON.parse(text) as TenantView | null) : null;
  return tenant?.code === code ? tenant : null;
}
