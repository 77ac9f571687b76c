"""A result on paper: the page, the PDF, the workbook, the picture."""
