"""What the paying office is shown of a screened claim: JSON, page, letter, workbook, public notice; people masked in all."""
