import { moment } from '../platform/dates';
import { useWords } from '../platform/i18n';
import { Link, usePage } from '../platform/router';
import { Alert, Button } from '../platform/ui';
import { Shell } from '../tenancy/Shell';
import { useProductText, useTenant } from '../tenancy/Tenant';
import { receipts } from './draft';

export function ReceiptPage() {
  const { t, language } = useWords();
  const tenant = useTenant();
  const words = useProductText();
  const receipt = receipts.load(tenant.code);
  usePage(`${t.receipt.title} - ${tenant.name}`);
  if (!receipt)
    return (
      <Shell>
        <h1 className="utrecht-heading-1">{t.notFound.title}</h1>
        <p>{t.receipt.nothing}</p>
        <div className="actions">
          <Link to={`/${tenant.code}`} className="utrecht-button utrecht-button--primary-action">{t.receipt.start}</Link>
        </div>
      </Shell>
    );
  const product = tenant.products.find((p) => p.id === receipt.product);
  return (
    <Shell>
      <h1 className="utrecht-heading-1">{t.receipt.title}</h1>
      <Alert kind="ok">
        <p className="lead sentence">{moment(receipt.start, language)}</p>
        {product && <p>{words(product).name}</p>}
      </Alert>
      <p className="utrecht-paragraph">
        <strong>{t.receipt.mail(receipt.email)}</strong> {t.receipt.link}
      </p>
      <p className="utrecht-paragraph">{t.receipt.own}</p>
      <p className="utrecht-paragraph muted">{t.receipt.noMail}</p>
      <div className="actions no-print">
        <Button kind="secondary" onClick={() => print()}>
          {t.receipt.print}
        </Button>
      </div>
    </Shell>
  );
}
