import { useText } from '../platform/i18n';
import { Link, usePage } from '../platform/router';
import { Shell } from '../tenancy/Shell';
import { useProductText, useTenant } from '../tenancy/Tenant';

export function ProductsPage() {
  const t = useText();
  const tenant = useTenant();
  const words = useProductText();
  usePage(`${t.products.title} - ${tenant.name}`);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.products.title}</h1>
      <p className="utrecht-paragraph lead">{t.products.intro}</p>
      {tenant.products.length === 0 && <p className="utrecht-paragraph">{t.products.none}</p>}
      <ul className="cards">
        {tenant.products.map((product) => {
          const text = words(product);
          return (
            <li key={product.id} className="card">
              <h2 className="utrecht-heading-3">
                <Link to={`/${tenant.code}/p/${product.id}`} className="utrecht-link utrecht-link--html-a card__link">
                  {text.name}
                </Link>
              </h2>
              <p>{text.summary}</p>
              <p className="small muted">{t.products.minutes(product.durationMinutes)}</p>
            </li>
          );
        })}
      </ul>
    </Shell>
  );
}
