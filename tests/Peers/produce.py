"""python3 produce.py FOLDER: a file by ReportLab, two pages."""
import sys
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

canvas = Canvas(f"{sys.argv[1]}/reportlab.pdf", pagesize=A4)
for number in (1, 2):
    canvas.drawString(60, 700, f"Verslag van het gesprek over een boete, bladzijde {number}.")
    canvas.showPage()
canvas.save()
