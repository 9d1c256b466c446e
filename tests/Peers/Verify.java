import java.io.File;
import java.nio.file.Files;
import java.util.Arrays;
import java.util.TreeSet;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.interactive.digitalsignature.PDSignature;
import sun.security.pkcs.PKCS7;
import sun.security.pkcs.SignerInfo;

/** java Verify.java FOLDER: for each file, how many signatures hold: PDFBox finds them and their bytes, the JDK verifies the CMS. */
public class Verify {
    public static void main(String[] arguments) throws Exception {
        java.util.logging.LogManager.getLogManager().reset();
        for (File file : new TreeSet<>(Arrays.asList(new File(arguments[0]).listFiles((folder, name) -> name.endsWith(".pdf")))))
            System.out.println(file.getName().replace(".pdf", "") + " " + valid(Files.readAllBytes(file.toPath())));
    }

    static int valid(byte[] all) {
        int valid = 0;
        try (PDDocument document = PDDocument.load(all)) {
            for (PDSignature signature : document.getSignatureDictionaries()) if (holds(signature, all)) valid++;
        } catch (Exception unreadable) {
            return -1;
        }
        return valid;
    }

    static boolean holds(PDSignature signature, byte[] all) {
        try {
            PKCS7 cms = new PKCS7(signature.getContents(all));
            SignerInfo[] good = cms.verify(signature.getSignedContent(all));
            return good != null && good.length > 0 && good.length == cms.getSignerInfos().length;
        } catch (Exception broken) {
            return false;
        }
    }
}
