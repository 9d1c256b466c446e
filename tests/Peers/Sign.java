import com.itextpdf.text.Rectangle;
import com.itextpdf.text.pdf.PdfReader;
import com.itextpdf.text.pdf.PdfSignatureAppearance;
import com.itextpdf.text.pdf.PdfStamper;
import com.itextpdf.text.pdf.security.BouncyCastleDigest;
import com.itextpdf.text.pdf.security.MakeSignature;
import com.itextpdf.text.pdf.security.PrivateKeySignature;
import java.io.ByteArrayOutputStream;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.Security;
import java.security.cert.Certificate;
import java.util.Calendar;
import java.util.Collections;
import java.util.List;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/** java -cp ... Sign.java itext5|pdfbox2 FILE PFX PASSWORD SECONDS: prints how many signatures it makes in a second of processor time. */
public class Sign {
    static byte[] pdf;
    static PrivateKey key;
    static Certificate[] chain;

    interface Once { int run() throws Exception; }

    public static void main(String[] args) throws Exception {
        Security.addProvider(new BouncyCastleProvider());
        pdf = Files.readAllBytes(Path.of(args[1]));
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(Files.newInputStream(Path.of(args[2])), args[3].toCharArray());
        String alias = store.aliases().nextElement();
        key = (PrivateKey) store.getKey(alias, args[3].toCharArray());
        chain = store.getCertificateChain(alias);
        Once once = args[0].equals("itext5") ? Sign::itext : Sign::pdfbox;
        double seconds = Double.parseDouble(args[4]);
        until(once, 4);
        System.out.println(until(once, seconds));
    }

    static double until(Once once, double limit) throws Exception {
        com.sun.management.OperatingSystemMXBean system = (com.sun.management.OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
        long from = system.getProcessCpuTime();
        int done = 0;
        double used = 0;
        for (; used < limit; used = (system.getProcessCpuTime() - from) / 1e9, done++)
            if (once.run() <= pdf.length) throw new IllegalStateException("Nothing was signed.");
        return done / used;
    }

    static int itext() throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream(pdf.length + 65536);
        PdfStamper stamper = PdfStamper.createSignature(new PdfReader(pdf), output, '\0', null, true);
        PdfSignatureAppearance appearance = stamper.getSignatureAppearance();
        appearance.setReason("Gelezen en goedgekeurd");
        appearance.setVisibleSignature(new Rectangle(60, 80, 260, 170), 1, "Handtekening");
        appearance.setLayer2Text("Handtekening van Gerrit Maes, burger\n24 november 2026, 19.20 uur");
        MakeSignature.signDetached(appearance, new BouncyCastleDigest(), new PrivateKeySignature(key, "SHA-256", null), chain, null, null, null, 0, MakeSignature.CryptoStandard.CADES);
        return output.size();
    }

    static int pdfbox() throws Exception {
        ByteArrayOutputStream output = new ByteArrayOutputStream(pdf.length + 65536);
        try (PDDocument document = PDDocument.load(pdf)) {
            PDSignature signature = new PDSignature();
            signature.setFilter(PDSignature.FILTER_ADOBE_PPKLITE);
            signature.setSubFilter(PDSignature.SUBFILTER_ETSI_CADES_DETACHED);
            signature.setName("Gerrit Maes");
            signature.setReason("Gelezen en goedgekeurd");
            signature.setSignDate(Calendar.getInstance());
            document.addSignature(signature, content -> cms(content.readAllBytes()));
            document.saveIncremental(output);
        }
        return output.size();
    }

    static byte[] cms(byte[] content) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            String algorithm = key.getAlgorithm().equals("RSA") ? "SHA256WithRSA" : "SHA256WithECDSA";
            generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder().build())
                .build(new JcaContentSignerBuilder(algorithm).build(key), (java.security.cert.X509Certificate) chain[0]));
            generator.addCertificates(new JcaCertStore(List.of(chain)));
            return generator.generate(new CMSProcessableByteArray(content), false).getEncoded();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
