import com.itextpdf.text.Document;
import com.itextpdf.text.PageSize;
import com.itextpdf.text.Paragraph;
import com.itextpdf.text.pdf.PdfWriter;
import java.io.FileOutputStream;
import org.apache.pdfbox.pdmodel.PDDocument;
import org.apache.pdfbox.pdmodel.PDPage;
import org.apache.pdfbox.pdmodel.PDPageContentStream;
import org.apache.pdfbox.pdmodel.common.PDRectangle;
import org.apache.pdfbox.pdmodel.font.PDType1Font;

/** java -cp ... Produce.java FOLDER: files by iText 5 and PDFBox 2, two pages each. */
public class Produce {
    static final String SENTENCE = "Verslag van het gesprek over een boete";

    public static void main(String[] args) throws Exception {
        itext(args[0] + "/itext5.pdf", false);
        itext(args[0] + "/itext5-object-streams.pdf", true);
        pdfbox(args[0] + "/pdfbox2.pdf");
    }

    static void itext(String path, boolean compressed) throws Exception {
        Document document = new Document(PageSize.A4);
        PdfWriter writer = PdfWriter.getInstance(document, new FileOutputStream(path));
        if (compressed) writer.setFullCompression();
        document.open();
        document.add(new Paragraph(SENTENCE + "."));
        document.newPage();
        document.add(new Paragraph("Tweede bladzijde."));
        document.close();
    }

    static void pdfbox(String path) throws Exception {
        try (PDDocument document = new PDDocument()) {
            for (int number = 1; number <= 2; number++) {
                PDPage page = new PDPage(PDRectangle.A4);
                document.addPage(page);
                try (PDPageContentStream content = new PDPageContentStream(document, page)) {
                    content.beginText();
                    content.setFont(PDType1Font.HELVETICA, 12);
                    content.newLineAtOffset(60, 700);
                    content.showText(SENTENCE + ", bladzijde " + number + ".");
                    content.endText();
                }
            }
            document.save(path);
        }
    }
}
