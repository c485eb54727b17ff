import { PDFDocument, rgb, StandardFonts } from "pdf-lib";

export async function makeLetter(customer) {
  const pdf = await PDFDocument.create();
  pdf.setCreationDate(new Date(0));
  pdf.setModificationDate(new Date(0));
  const font = await pdf.embedFont(StandardFonts.Helvetica);
  for (let p = 0; p < 6; p++) {
    const page = pdf.addPage([595, 842]);
    for (let line = 0; line < 50; line++) {
      page.drawText(`${customer.name}: line ${line} of page ${p}, amount ${customer.amount * line}`, {
        x: 50,
        y: 800 - line * 15,
        size: 10,
        font,
        color: rgb(0, 0, line / 50),
      });
    }
  }
  return pdf.save({ useObjectStreams: false });
}
