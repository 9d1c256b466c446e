import { useText } from '../platform/i18n';
import { usePage } from '../platform/router';
import { Shell } from './Shell';
import { useTenant } from './Tenant';

export function AccessibilityPage() {
  const t = useText();
  const tenant = useTenant();
  usePage(`${t.access.title} - ${tenant.name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.access.title}</h1>
      {t.access.text.map((line) => (
        <p key={line} className="utrecht-paragraph">
          {line}
        </p>
      ))}
      <p className="utrecht-paragraph">{t.access.trouble}</p>
    </Shell>
  );
}
