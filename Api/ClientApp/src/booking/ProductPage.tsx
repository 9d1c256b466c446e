import type { ProductView } from '../platform/shapes';
import { useText } from '../platform/i18n';
import { Link, usePage } from '../platform/router';
import { Shell } from '../tenancy/Shell';
import { useProductText, useTenant } from '../tenancy/Tenant';

export function ProductPage({ product }: { product: ProductView }) {
  const t = useText();
  const tenant = useTenant();
  const text = useProductText()(product);
  usePage(`${text.name} - ${tenant.name}`);
  const means = product.identityMeans.map((m) => t.product.means[m] ?? m).join(` ${t.common.or} `);
  return (
    <Shell>
      <Link to={`/${tenant.code}`} className="back">
        {t.common.back}
      </Link>
      <h1 className="utrecht-heading-1">{text.name}</h1>
      <p className="utrecht-paragraph lead">{text.summary}</p>
      <p className="muted">{t.products.minutes(product.durationMinutes)}</p>
      <h2 className="utrecht-heading-3">{t.product.bring}</h2>
      <ul className="utrecht-unordered-list">
        {[...text.toBring, t.product.device].map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ul>
      <h2 className="utrecht-heading-3">{t.product.happens}</h2>
      <ol className="utrecht-ordered-list">
        {text.whatHappens.map((line) => (
          <li key={line}>{line}</li>
        ))}
      </ol>
      {product.identityMeans.length > 0 && (
        <>
          <h2 className="utrecht-heading-3">{t.product.identity}</h2>
          <p className="utrecht-paragraph">{t.product.identityText(means)}</p>
        </>
      )}
      <h2 className="utrecht-heading-3">{t.product.recording}</h2>
      <p className="utrecht-paragraph">{product.recordingOffered ? t.product.recordingOffered : t.product.recordingNot}</p>
      <div className="actions">
        <Link to={`/${tenant.code}/p/${product.id}/moment`} className="utrecht-button utrecht-button--primary-action">
          {t.product.choose}
        </Link>
      </div>
    </Shell>
  );
}
